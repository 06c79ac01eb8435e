"""Regression: from a table of ages to a trained, scored, recorded, resumed model."""

import csv
import json
import statistics
from pathlib import Path

import pytest
from kill_kit import kill_often

TEMPLATE = Path(__file__).resolve().parents[2] / "configs/templates/regression/ages.yaml"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def ages(programs, tmp_path_factory):
    from goetia_kit import Goetia

    folder = tmp_path_factory.mktemp("ages")
    Goetia(programs, folder).ok("dataset", "make", "--kind", "regression", "--output", folder / "data", "--images", 400, "--size", 32, "--seed", 1)
    return folder / "data"


def small(ages, *more):
    sizes = [f"augmentation.{split}.pipeline.1.size=[32,32]" for split in ("train", "val")]
    return ["--config", TEMPLATE, f"dataset.data_root={ages}", "++model.backbone.num_stages=2", "++model.backbone.out_indices=[1]", "+model.backbone.stem=cifar", *sizes, *more]


def values(file):
    return [float(row["age"]) for row in csv.DictReader(file.open())]


def test_it_learns_and_leaves_its_record(goetia, ages):
    done = goetia.ok("train", "--json", *small(ages)).json
    mean = statistics.mean(values(ages / "train.csv"))
    of_mean = statistics.mean(abs(age - mean) for age in values(ages / "val.csv"))
    assert done["metrics"]["best"]["val/mae"] < of_mean / 2, (done["metrics"], of_mean)
    assert done["metrics"]["best"]["val/r2"] > 0.5
    folder = goetia.only_experiment()
    assert list((folder / "checkpoints").glob("best_*"))
    record = json.loads((folder / "config.json").read_text())
    assert record["model"]["task"] == "regression" and record["model"]["output_dim"] == 1
    assert record["dataset"]["train_subjects"] > 0 and record["dataset"]["data_leakage_prevention"] is True


SMALL = """
experiment: {{name: ages, seed: 7}}
model:
  type: ImageRegressor
  backbone: {{type: ResNet, depth: 18, num_stages: 1, out_indices: [0], stem: cifar}}
  head: {{type: LinearRegHead, mean: 40, std: 20, dropout: 0.2, loss: {{type: HuberLoss}}}}
dataset:
  type: Table
  data_root: {data}
  image_dir: images
  target_columns: [age]
  subject_column: subject
  train: {{ann_file: train.csv}}
  val: {{ann_file: val.csv}}
augmentation:
  train: {{pipeline: [{{type: LoadImage}}, {{type: RandomCrop, size: 24}}, {{type: RandomHorizontalFlip}}, {{type: ToTensor}}]}}
  val: {{pipeline: [{{type: LoadImage}}, {{type: CenterCrop, size: 24}}, {{type: ToTensor}}]}}
optimizer: {{type: AdamW, lr: 0.001}}
training: {{epochs: 3, batch_size: 32, num_workers: 1, threads: 1}}
checkpoint: {{best_metric: val/mae, best_mode: min, save_interval: 1, max_keep: 2}}
"""


def test_kills_do_not_change_the_result(goetia, ages, tmp_path):
    file = tmp_path / "small.yaml"
    file.write_text(SMALL.format(data=ages))
    assert kill_often(goetia, file, times=2, seed=1) >= 1


def test_two_ranks_measure_what_one_process_does(goetia, ages, tmp_path):
    """Trained by one process, evaluated by one and by two from the same weights: a rate of nothing keeps them,
    and group norm has no running statistics."""
    file = tmp_path / "small.yaml"
    file.write_text(SMALL.format(data=ages))
    still = ["training.epochs=1", "optimizer.lr=1e-12", "training.batch_size=16", "++model.backbone.norm_cfg={type: GN, num_groups: 8}"]
    one = goetia.train(file, *still)["metrics"]["final"]
    two = goetia.train(file, *still, "++training.distributed={enabled: true, world_size: 2}")["metrics"]["final"]
    for name in ("val/mae", "val/rmse", "val/r2"):
        assert two[name] == pytest.approx(one[name], rel=1e-5), name


def test_a_classifier_on_values_and_a_regressor_on_classes_are_refused(goetia, ages, shapes):
    refused = goetia("train", "--json", *small(ages, "model.head.num_targets=2"))
    assert "model.head.num_targets is 2, but the samples have 1 values; set model.head.num_targets=1" in refused.error["message"]
    refused = goetia("train", "--json", *small(ages, "metrics=[{type:F1Score}]"))
    assert "metrics[0]: 'F1Score' is for classification, but the model's task is regression" in refused.error["message"]
