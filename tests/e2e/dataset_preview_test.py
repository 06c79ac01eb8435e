"""goetia dataset preview and filter, as a user calls them."""

import json
import struct

import pytest

FORMATS = {"classification": "ImageNet", "detection": "CocoDataset", "instance": "CocoDataset"}


def made(goetia, kind):
    folder = goetia.folder / "资料 set"
    goetia.ok("dataset", "make", "--kind", kind, "--output", folder, "--images", 40, "--classes", 3, "--size", 48)
    return folder


def size_of(png):
    head = png.read_bytes()[:24]
    assert head.startswith(b"\x89PNG")
    return struct.unpack(">II", head[16:24])


@pytest.mark.parametrize("kind", FORMATS)
def test_a_sheet_of_each_kind(goetia, kind):
    folder, sheet = made(goetia, kind), goetia.folder / "sheet.png"
    words = ["dataset", "preview", "--format", FORMATS[kind], "--data-root", folder, "--output", sheet, "--count", 6, "--columns", 3, "--cell", 100]
    if kind != "classification":
        words += ["--ann-file", "annotations/instances_train.json", "--data-prefix", "images/train"]
    report = goetia.ok(*words, "--json").json
    assert size_of(sheet) == (3 * 106 + 6, 2 * 130 + 6)
    assert len(report["samples"]) == 6
    assert all((one["marked"] > 0) == (kind != "classification") for one in report["samples"])


def test_the_sheet_shows_the_output_of_the_pipeline(goetia):
    folder = made(goetia, "detection")
    config = goetia.folder / "config.yaml"   # JSON is YAML
    dataset = {"type": "COCO", "data_root": str(folder), "ann_file": "annotations/instances_train.json", "data_prefix": "images/train"}
    steps = [{"type": "LoadImage"}, {"type": "Mosaic", "size": 64}, {"type": "RandAugment"}, {"type": "ToTensor"}]
    config.write_text(json.dumps({"dataset": dataset, "augmentation": {"train": {"pipeline": steps}}}))
    goetia.ok("dataset", "preview", "--config", config, "--augmented", "--output", goetia.folder / "a.png", "--count", 4)
    goetia.ok("dataset", "preview", "--config", config, "--augmented", "--output", goetia.folder / "b.png", "--count", 4)
    goetia.ok("dataset", "preview", "--config", config, "--augmented", "--output", goetia.folder / "c.png", "--count", 4, "--epoch", 1)
    assert (goetia.folder / "a.png").read_bytes() == (goetia.folder / "b.png").read_bytes()
    assert (goetia.folder / "a.png").read_bytes() != (goetia.folder / "c.png").read_bytes()
    refused = goetia("dataset", "preview", "--format", "COCO", "--data-root", folder, "--augmented", "--output", goetia.folder / "d.png")
    assert refused.code == 3 and "--augmented needs --config" in refused.err


@pytest.mark.parametrize("step", [{"type": "Mosaic", "size": 64}, {"type": "MixUpDetection", "prob": 1}, {"type": "CopyPaste", "prob": 1, "share": 1}], ids=str)
def test_single_channel_images_are_mixed(goetia, step):
    folder, config = made(goetia, "instance"), goetia.folder / "config.yaml"
    dataset = {"type": "COCO", "data_root": str(folder), "ann_file": "annotations/instances_train.json", "data_prefix": "images/train"}
    steps = [{"type": "LoadImage", "color_type": "gray"}, step, {"type": "ToTensor"}]
    config.write_text(json.dumps({"dataset": dataset, "augmentation": {"train": {"pipeline": steps}}}))
    report = goetia.ok("dataset", "preview", "--config", config, "--augmented", "--output", goetia.folder / "a.png", "--count", 8)
    assert "cannot be displayed" not in report.out


def test_images_of_another_resolution_are_listed(goetia):
    folder = made(goetia, "classification")
    listed = goetia.folder / "non_compliant.tsv"
    report = goetia.ok("dataset", "filter", "--data-root", folder, "--min-size", 48, 48, "--output", listed, "--json").json
    assert listed.read_text() == ""
    assert sum(split["compliant"] for split in report["splits"].values()) == 40
    report = goetia.ok("dataset", "filter", "--data-root", folder, "--min-size", 20, 20, "--max-size", 40, 100, "--output", listed, "--json").json
    rows = [line.split("\t") for line in listed.read_text().splitlines()]
    assert len(rows) == sum(split["non_compliant"] for split in report["splits"].values()) == 40
    assert all(size == "48x48" and why == "above 40x100" for _, _, size, why in rows)
