"""The specification's complete example, as it stands, is a valid experiment; shortened by overrides it trains."""

import pytest
from goetia_kit import points

from conftest import ROOT

METRICS = ("metrics=[{type:Accuracy,topk:[1,5]},{type:Precision,average:macro},{type:Recall,average:macro},"
           "{type:F1Score,average:macro},{type:ConfusionMatrix,num_classes:6}]")
EXAMPLE = ROOT / "configs/templates/classification/resnet50_imagenet.yaml"


@pytest.fixture
def six_shapes(goetia, tmp_path):
    """24 images of six classes with the lists that the example names."""
    data = tmp_path / "imagenet"
    goetia.ok("dataset", "make", "--kind", "classification", "--output", data, "--images", 30, "--classes", 6, "--size", 40, "--seed", 2)
    classes = (data / "meta/classes.txt").read_text().split()
    for split in ("train", "val"):
        lines = [f"{image.relative_to(data / split)} {classes.index(image.parent.name)}" for image in sorted((data / split).glob("*/*"))]
        (data / f"meta/{split}.txt").write_text("\n".join(lines) + "\n")
    return data


def test_it_validates_as_it_stands(goetia):
    done = goetia("config", "validate", "--config", EXAMPLE, "--json", environment={"OPENAI_API_KEY": "not-written-anywhere"})
    assert done.code == 0, done.err
    assert done.json["ok"] is True


def test_unsupported_sections_are_refused_by_name(goetia):
    done = goetia("train", "--config", EXAMPLE, "--json", environment={"OPENAI_API_KEY": "not-written-anywhere"})
    assert done.code == 3
    named = {fault["path"] for fault in done.error["faults"]}
    assert "report" in named and "training.mixed_precision" not in named
    assert not goetia.experiments.exists() or not any(goetia.experiments.iterdir())


def test_shortened_by_overrides_it_trains(goetia, six_shapes):
    data = six_shapes
    done = goetia.ok(
        "train", "--config", EXAMPLE, "--json", "--skip-unavailable",
        f"dataset.data_roots=[{data}/train]", f"dataset.train.ann_file={data}/meta/train.txt", f"dataset.val.data_root={data}/val",
        f"dataset.val.ann_file={data}/meta/val.txt", "dataset.test=null", f"dataset.classes_file={data}/meta/classes.txt", "dataset.num_classes=6",
        "model.head.num_classes=6", METRICS, "model.pretrained.enabled=false", "training.epochs=1", "training.batch_size=8",
        "scheduler.warmup.epochs=0", "logging.log_interval=1", timeout=570, environment={"OPENAI_API_KEY": "not-written-anywhere"})
    assert done.json["state"] == "completed"
    assert {"val/accuracy_top1", "val/accuracy_top5", "val/precision_macro", "val/recall_macro", "val/f1_macro", "val/loss"} <= set(done.json["metrics"]["final"])
    folder = goetia.only_experiment()
    assert points(folder)
    assert (folder / "visualizations/confusion_matrix.png").stat().st_size > 1000
    for written in folder.rglob("*"):
        assert not written.is_file() or b"not-written-anywhere" not in written.read_bytes(), written
