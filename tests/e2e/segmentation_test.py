"""Semantic segmentation: from images with masks to a trained, scored, recorded, resumed model."""

import json
from pathlib import Path

import pytest
from goetia_kit import first_weight_difference, points
from kill_kit import kill_often

TEMPLATES = Path(__file__).resolve().parents[2] / "configs/templates/segmentation"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def masks(programs, tmp_path_factory):
    from goetia_kit import Goetia

    folder = tmp_path_factory.mktemp("masks")
    Goetia(programs, folder).ok("dataset", "make", "--kind", "segmentation", "--output", folder / "data", "--images", 60, "--classes", 3, "--size", 40, "--seed", 1)
    return folder / "data"


SMALL = """
experiment: {{name: masks, seed: 7}}
model:
  type: SemanticSegmenter
  backbone: {{type: UNetEncoder, width: 8, num_stages: 3}}
  head: {{type: UNetHead, num_classes: 3, loss: {{type: SumLoss, losses: [{{type: CrossEntropyLoss}}, {{type: DiceLoss}}]}}}}
  auxiliary: {{type: FcnHead, num_classes: 3}}
  auxiliary_map: 1
dataset: {{type: SemanticMasks, data_root: {data}, val: {{}}}}
augmentation:
  train: {{pipeline: [{{type: LoadImage}}, {{type: LoadMask}}, {{type: RandomCrop, size: 32}}, {{type: RandomHorizontalFlip}}, {{type: ToTensor}}]}}
  val: {{pipeline: [{{type: LoadImage}}, {{type: LoadMask}}, {{type: Resize, size: [32, 48], mode: letterbox}}, {{type: ToTensor}}]}}
optimizer: {{type: AdamW, lr: 0.003}}
training: {{epochs: 3, batch_size: 8, num_workers: 1, threads: 1}}
checkpoint: {{best_metric: val/mIoU, best_mode: max, save_interval: 1, max_keep: 2}}
logging: {{log_interval: 1}}
"""


@pytest.fixture
def small(masks, tmp_path):
    file = tmp_path / "small.yaml"
    file.write_text(SMALL.format(data=masks))
    return file


def test_it_learns_and_leaves_its_record(goetia, small):
    done = goetia.train(small, "training.epochs=8")
    assert done["metrics"]["best"]["val/mIoU"] > 0.4, done["metrics"]
    assert done["metrics"]["best"]["val/pixel_accuracy"] > 0.8
    folder = goetia.only_experiment()
    assert list((folder / "checkpoints").glob("best_*"))
    measured = {name for _, name in points(folder)}
    assert {"train/loss", "train/pixel_accuracy", "val/mIoU", "val/pixel_accuracy", "val/dice", "val/IoU_class_2"} <= measured
    record = json.loads((folder / "config.json").read_text())
    assert record["model"]["task"] == "segmentation" and record["model"]["output_dim"] == 3


def test_kills_do_not_change_the_result(goetia, small):
    assert kill_often(goetia, small, times=4, seed=1) >= 1


@pytest.mark.parametrize("threads", [1, 5])
def test_loader_threads_do_not_change_the_result(goetia, small, threads):
    alone = goetia.train(small, "training.num_workers=0")
    many = goetia.train(small, f"training.num_workers={threads}")
    assert first_weight_difference(alone["checkpoints"]["last"], many["checkpoints"]["last"]) is None
    assert points(alone["dir"]) == points(many["dir"])


def test_two_ranks_measure_what_one_process_does(goetia, small):
    """Trained by one process, evaluated by one and by two from the same weights: a rate of nothing keeps them,
    and group norm has no running statistics."""
    norm = "={type: GN, num_groups: 2}"
    still = ["training.epochs=1", "optimizer.lr=1e-12", *(f"++model.{part}.norm_cfg{norm}" for part in ("backbone", "head", "auxiliary"))]
    one = goetia.train(small, *still, "training.batch_size=8")["metrics"]["final"]
    two = goetia.train(small, *still, "training.batch_size=4", "++training.distributed={enabled: true, world_size: 2}")["metrics"]["final"]
    names = [name for name in one if name.startswith("val/") and name != "val/loss"]
    assert "val/mIoU" in names
    for name in names:
        assert two[name] == pytest.approx(one[name], rel=1e-5), name


def test_the_templates_train(goetia, masks):
    """The stock recipes for a step or two, so that every key of them fits."""
    for name in ("small", "small_unet"):
        done = goetia.ok("train", "--json", "--config", TEMPLATES / f"{name}.yaml", f"dataset.data_root={masks}", "dataset.num_classes=3", "training.epochs=1").json
        assert 0 <= done["metrics"]["final"]["val/mIoU"] <= 1


def test_what_does_not_fit_is_refused(goetia, small, masks, shapes):
    def refused(*overrides, config=small):
        return goetia("train", "--config", config, "--json", *overrides).error["message"]

    assert "model.head.num_classes is 4, but the data set has 3 classes; set model.head.num_classes=3" in refused("model.head.num_classes=4", "model.auxiliary.num_classes=4")
    assert "no image of the training split has a mask of classes" in refused("dataset.type=ImageNet", f"dataset.data_root={shapes}")
    assert "metrics[0]: 'F1Score' is for classification, but the model's task is segmentation" in refused("++metrics=[{type: F1Score}]")
    assert "put LoadMask right after LoadImage" in refused("augmentation.train.pipeline=[{type: LoadImage}, {type: ToTensor}]")
    assert "UNetEncoder needs images of 4x4 pixels or more, found 3x3" in refused("augmentation.train.pipeline.2.size=3")
