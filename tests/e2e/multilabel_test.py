"""Images of several classes: from a table to a trained, scored, resumed model."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from goetia_kit import Goetia, first_weight_difference
from kill_kit import kill_often
from multilabel_kit import make_multilabel, section
from sklearn.metrics import accuracy_score, average_precision_score, f1_score

pytestmark = pytest.mark.slow

SHORT = ["training.epochs=2", "training.batch_size=8", "+training.threads=1", "scheduler.warmup.steps=4", "+model.backbone.num_stages=2", "+model.backbone.out_indices=[1]"]


@pytest.fixture(scope="module")
def data(programs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("multilabel")
    return folder / "set", make_multilabel(Goetia(programs, folder), folder / "set")


@pytest.fixture
def config(data, tmp_path):
    folder, classes = data
    file = tmp_path / "multilabel.yaml"
    file.write_text(f"defaults:\n  - /templates/multilabel/small@_global_\n  - _self_\ndataset: {json.dumps(section(folder, classes))}\n")
    return file


def test_its_metrics_are_scikit_learns(goetia, data, config, tmp_path):
    folder, classes = data
    done = goetia.train(config, *SHORT)
    goetia.ok("evaluate", done["experiment"], "--checkpoint", "last", "--output", tmp_path / "out")
    rows = list(csv.DictReader((tmp_path / "out/predictions.csv").open()))
    truth = {Path(row["image"]).name: [int(row[name]) for name in classes] for row in csv.DictReader((folder / "val.csv").open())}
    scores = np.array([[float(row[name]) for name in classes] for row in rows])
    expected = np.array([truth[Path(row["sample"]).name] for row in rows])
    final = done["metrics"]["final"]
    assert final["val/multilabel_mAP"] == pytest.approx(average_precision_score(expected, scores, average="macro"), abs=1e-6)
    found = (scores >= 0.5).astype(int)
    for average in ("micro", "macro"):
        assert final[f"val/f1_{average}"] == pytest.approx(f1_score(expected, found, average=average, zero_division=0), abs=1e-9)
    assert final["val/subset_accuracy"] == pytest.approx(accuracy_score(expected, found), abs=1e-9)
    record = json.loads((goetia.only_experiment() / "config.json").read_text())
    assert record["model"]["task"] == "multilabel"


def test_it_learns(goetia, config):
    done = goetia.train(config, "+training.threads=1", "+model.backbone.num_stages=2", "+model.backbone.out_indices=[1]", "training.epochs=15", "training.batch_size=8")
    assert done["metrics"]["best"]["val/multilabel_mAP"] > 0.8, done["metrics"]


def test_a_bare_folder_trains(goetia, data):
    done = goetia.ok("train", "--data", data[0], *SHORT[:1], "++training.threads=1", "--json")
    assert done.json["state"] == "completed" and "val/multilabel_mAP" in done.json["metrics"]["final"]
    assert "multilabel of 3 classes" in done.err


def test_loader_threads_do_not_change_a_bit(goetia, config):
    runs = [goetia.train(config, *SHORT, f"training.num_workers={threads}") for threads in (0, 1, 5)]
    for other in runs[1:]:
        assert first_weight_difference(runs[0]["checkpoints"]["last"], other["checkpoints"]["last"]) is None
        assert other["metrics"]["final"] == runs[0]["metrics"]["final"]


def test_kills_do_not_change_the_result(goetia, config, tmp_path):
    short = tmp_path / "short.yaml"
    short.write_text(config.read_text() + "model: {backbone: {num_stages: 2, out_indices: [1]}}\ntraining: {epochs: 8, batch_size: 8, threads: 1, num_workers: 1}\nscheduler: {warmup: {steps: 4}}\ncheckpoint: {save_interval: 1}\n")
    assert kill_often(goetia, short, times=2, seed=3) >= 1


def test_two_ranks_measure_what_one_process_does(goetia, config):
    still = [*SHORT, "training.epochs=1", "optimizer.lr=1e-12", "++model.backbone.norm_cfg={type: GN, num_groups: 8}"]
    one = goetia.train(config, *still)["metrics"]["final"]
    two = goetia.train(config, *still, "training.batch_size=4", "++training.distributed={enabled: true, world_size: 2}")["metrics"]["final"]
    for name in (name for name in one if name.startswith("val/") and "loss" not in name):
        assert two[name] == pytest.approx(one[name], abs=1e-6, nan_ok=True), name


def test_classes_in_one_cell_are_the_same(goetia, data, tmp_path):
    folder, classes = data
    make_multilabel(goetia, tmp_path / "cells", separator="|")
    columns = goetia.ok("dataset", "info", "--config", write(tmp_path / "a.yaml", section(folder, classes)), "--json").json
    cells = goetia.ok("dataset", "info", "--config", write(tmp_path / "b.yaml", section(tmp_path / "cells", classes, "|")), "--json").json
    for split in columns["splits"]:
        assert cells["splits"][split]["values"] == columns["splits"][split]["values"]


def write(file, dataset):
    file.write_text("dataset: " + json.dumps(dataset) + "\n")
    return file


def test_what_does_not_fit_is_refused(goetia, data, config, tmp_path):
    folder, classes = data
    done = goetia("train", "--config", config, "--json", *SHORT, "model.head.num_classes=4")
    assert done.code == 3 and "model.head.num_classes is 4, but the data set has 3 classes" in done.error["message"]
    done = goetia("train", "--config", config, "--json", *SHORT, "metrics=[{type: Accuracy}]")
    assert done.code == 3 and "'Accuracy' is for classification, but the model's task is multilabel" in done.err
    lines = (folder / "train.csv").read_text().splitlines()
    (tmp_path / "bad.csv").write_text("\n".join([lines[0], lines[1].rpartition(",")[0] + ",maybe", *lines[2:]]))
    done = goetia("train", "--config", config, "--json", *SHORT, f"dataset.train.ann_file={tmp_path / 'bad.csv'}", f"++dataset.image_dir={folder}")
    assert done.code == 3 and "contains 'maybe', which does not say whether the image is of the class" in done.out + done.err
