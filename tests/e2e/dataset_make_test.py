"""goetia dataset make: each kind in the layout its readers expect, and no partial output when it is interrupted."""

import json
import signal

import pytest
from goetia_kit import wait_until

LAYOUTS = {
    "classification": ["train/circle", "val/circle", "meta/classes.txt", "meta/train.txt", "meta/val.txt"],
    "detection": ["images/train", "images/val", "annotations/instances_train.json", "annotations/instances_val.json"],
    "instance": ["images/train", "images/val", "annotations/instances_train.json", "annotations/instances_val.json"],
    "segmentation": ["images/train", "images/val", "masks/train", "masks/val", "classes.txt"],
    "regression": ["images", "train.csv", "val.csv"],
}


@pytest.mark.parametrize("kind", LAYOUTS)
def test_each_kind_has_the_layout_of_its_reader(goetia, kind):
    out = goetia.folder / "资料 set"
    report = goetia.ok("dataset", "make", "--kind", kind, "--output", out, "--images", 20, "--classes", 3, "--size", 32, "--seed", 4, "--json").json
    assert (report["kind"], report["train"] + report["val"], report["seed"]) == (kind, 20, 4)
    assert [name for name in LAYOUTS[kind] if not (out / name).exists()] == []
    assert [p.name for p in goetia.folder.iterdir()] == [out.name], "no temporary files are left"


FORMATS = {
    "classification": ["--format", "ImageNet"],
    "detection": ["--format", "COCO"],
    "instance": ["--format", "COCO"],
    "segmentation": ["--format", "SemanticMasks"],
    "regression": ["--format", "Table", "--parameters", json.dumps({
        "image_dir": "images", "target_columns": ["age"], "subject_column": "subject",
        "train": {"ann_file": "train.csv"}, "val": {"ann_file": "val.csv"}})],
}


@pytest.mark.parametrize("kind", FORMATS)
def test_it_has_no_faults(goetia, kind):
    out = goetia.folder / "set"
    goetia.ok("dataset", "make", "--kind", kind, "--output", out, "--images", 40, "--classes", 4, "--size", 64)
    report = goetia.ok("dataset", "validate", *FORMATS[kind], "--data-root", out, "--json").json
    assert report["ok"] is True
    assert [fault for fault in report["faults"] if fault["severity"] == "fault"] == []
    assert sum(split["images"] for split in report["counts"]["splits"].values()) == 40


@pytest.mark.parametrize("kind", LAYOUTS)
@pytest.mark.parametrize("number, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_call_leaves_nothing(goetia, kind, number, code):
    out = goetia.folder / "set"
    process = goetia.start("dataset", "make", "--kind", kind, "--output", out, "--images", 100000, "--classes", 3, "--size", 64)
    wait_until(lambda: any(goetia.folder.glob(".set.goetia-partial/**/*.jpg")), what="the first images")
    process.send_signal(number)
    out_text, err_text = process.communicate(timeout=60)
    assert process.returncode == code, err_text
    assert "stopped" in out_text + err_text
    assert list(goetia.folder.iterdir()) == []


def test_a_folder_that_is_not_empty_is_refused(goetia):
    (goetia.folder / "set").mkdir()
    (goetia.folder / "set/precious").write_text("x")
    done = goetia("dataset", "make", "--kind", "detection", "--output", goetia.folder / "set", "--json")
    assert (done.code, done.error["code"]) == (7, "wrong_state")
    assert "is not empty" in done.error["message"]
