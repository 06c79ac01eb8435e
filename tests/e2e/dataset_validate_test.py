"""goetia dataset validate, info and certify, as a user calls them."""

import json
import os
import shutil
import time

import pytest


@pytest.fixture
def data(shapes, tmp_path):
    """A copy of the image set that a test may damage, with files that are not brand new."""
    folder = tmp_path / "some data"
    shutil.copytree(shapes, folder)
    for path in folder.rglob("*.jpg"):
        os.utime(path, (time.time() - 100, time.time() - 100))
    return folder


def images(folder):
    return sorted(folder.rglob("*.jpg"))


def test_a_good_set_passes(goetia, data):
    done = goetia.ok("dataset", "validate", "--format", "imagenet", "--data-root", data, "--near", -1, "--json")
    report = done.json
    assert report["ok"] is True and report["faults"] == []
    assert report["counts"]["images"] == 64 and report["counts"]["classes"] == 3
    assert report["counts"]["splits"]["train"]["images"] == 51
    assert len(report["fingerprint"]) == 64
    assert "no problems found" in done.err


def test_every_fault_is_in_the_report_and_the_code_is_8(goetia, data, tmp_path):
    broken, cut, *_ = images(data / "train")
    broken.write_bytes(b"not an image")
    cut.write_bytes(cut.read_bytes()[:300])
    shutil.copy(images(data / "train")[5], images(data / "val")[0])
    report_file = tmp_path / "report.json"
    done = goetia("dataset", "validate", "--format", "ImageNet", "--data_root", data, "--near", -1, "--output", report_file)
    assert done.code == 8, done.err
    report = json.loads(report_file.read_text())
    assert report["ok"] is False
    assert {fault["code"]: fault["where"]["file"] for fault in report["faults"]} == {
        "unreadable_image": str(broken), "truncated_image": str(cut), "split_overlap": str(images(data / "val")[0])}
    assert all(fault["found"] and fault["fix"] and fault["severity"] == "fault" for fault in report["faults"])
    assert "fault    truncated_image (1)" in done.out and "3 faults" in done.out


def test_the_spelling_of_the_specification_is_accepted(goetia, data, tmp_path):
    report_file = tmp_path / "report.json"
    goetia.ok("validate-dataset", "--format", "imagenet", "--data_root", data, "--ann_file", "meta/train.txt",
              "--data_prefix", "train", "--output", report_file)
    report = json.loads(report_file.read_text())
    assert report["ok"] is True and list(report["counts"]["splits"]) == ["train"]


def test_an_experiment_file_names_the_set(goetia, tiny):
    report = goetia.ok("dataset", "validate", "--config", tiny, "--json").json
    assert report["counts"]["images"] == 64


def test_missing_files_are_reported(goetia, tmp_path):
    assert goetia("dataset", "validate", "--format", "imagenet", "--data-root", tmp_path / "none").code == 3
    assert goetia("dataset", "validate", "--format", "imagenet", "--data-root", tmp_path).code == 4, "it has no split"
    done = goetia("dataset", "validate", "--format", "imagnet", "--data-root", tmp_path)
    assert done.code == 4 and "did you mean 'ImageNet'?" in done.err
    assert goetia("dataset", "validate").code == 3


def test_info_names_the_first_few_faults(goetia, data, tmp_path):
    boxes = tmp_path / "boxes"
    for folder in ("images/train", "labels/train"):
        (boxes / folder).mkdir(parents=True)
    shutil.copy(images(data)[0], boxes / "images/train/a.jpg")
    (boxes / "data.yaml").write_text("train: images/train\nnames: [cat]\n")
    labels = boxes / "labels/train/a.txt"
    labels.write_text("0 0.5 0.5 1 1\n" + "".join(f"0 0.{i} 0.5 0 0.5\n" for i in range(1, 8)) + "0 0.5 0.5 1 1\n")
    done = goetia.ok("dataset", "info", "--format", "yolo", "--data-root", boxes)
    assert "7 faults, 1 warning, 0 notes" in done.out
    assert f"fault    empty_box: {labels}:2: the box of the annotation of 'a.jpg' in line 2 is 0 x 8 pixels\n    -> " in done.out
    assert done.out.count("empty_box") == 5 and "... and 3 more; 'goetia dataset validate' lists all" in done.out


def test_info_counts_and_names_the_fingerprint(goetia, data):
    done = goetia.ok("dataset", "info", "--format", "imagenet", "--data-root", data, "--json")
    train = done.json["splits"]["train"]
    assert train["images"] == 51 and sum(train["classes"].values()) == 51
    assert train["task"] == "classification" and train["imbalance"] == 1
    with_image_sizes = goetia.ok("dataset", "info", "--format", "imagenet", "--data-root", data, "--pictures", "--json").json
    assert with_image_sizes["splits"]["train"]["sizes"]["commonest"] == [16, 16]
    assert with_image_sizes["fingerprint"] == done.json["fingerprint"]


def test_a_certificate_holds_until_a_byte_changes(goetia, data):
    certificate = goetia.ok("dataset", "certify", data, "--json").json
    full, train = certificate["fingerprint"], certificate["sets"][0]["splits"]["train"]["fingerprint"]
    assert goetia.ok("dataset", "validate", "--data-root", data, "--near", -1, "--json").json["fingerprint"] == full
    done = goetia.ok("dataset", "certify", data, "--check", full, "--check", train)
    assert "certified: the data are those that were recorded" in done.out
    image = images(data / "train")[3]
    image.write_bytes(image.read_bytes() + b"\0")
    done = goetia("dataset", "certify", data, "--check", train, "--json")
    assert done.code == 8 and done.json["ok"] is False and done.json["missing"] == [train]
    assert f"not certified: {train}" in done.err


@pytest.mark.parametrize("decoded", [[], ["--decoded"], ["--decoded", "--max-size", "12"]], ids=" ".join)
def test_a_packed_set_is_certified_as_its_original(goetia, data, tmp_path, decoded):
    goetia.ok("dataset", "pack", "--data-root", data, "--output", tmp_path / "packed", *decoded)
    def certify(*words):
        return goetia("dataset", "certify", tmp_path / "packed", "--format", "packed", "--json", *words)
    certificate = certify()
    assert certificate.code == 0 and certificate.json["sets"][0]["splits"]["train"]["images"] == 51
    own = goetia.ok("dataset", "certify", data, "--json").json["fingerprint"]
    assert (certificate.json["fingerprint"] == own) == ("--max-size" not in decoded), "smaller images are others"
    assert certify("--check", own).code == (8 if "--max-size" in decoded else 0)
    shard = tmp_path / "packed/train-00000.pack"
    content = bytearray(shard.read_bytes())
    content[500] ^= 1
    shard.write_bytes(content)
    done = certify()
    assert done.code != 0 and "train-00000.pack" in done.err, done.err


def test_hashes_are_cached_and_a_damaged_cache_is_harmless(goetia, data):
    time.sleep(0.05)   # the files were last changed more than two kernel ticks ago
    first = goetia.ok("dataset", "certify", data, "--json").json["fingerprint"]
    caches = [path for path in (goetia.folder / "cache/goetia/hashes").iterdir() if path.suffix == ""]
    assert len(caches) == 1
    assert goetia.ok("dataset", "certify", data, "--json").json["fingerprint"] == first
    caches[0].write_bytes(caches[0].read_bytes()[:500])
    assert goetia.ok("dataset", "certify", data, "--json").json["fingerprint"] == first
    assert goetia.ok("dataset", "certify", data, "--fresh", "--json").json["fingerprint"] == first


def test_a_changed_byte_with_restored_mtime_is_detected(goetia, data):
    time.sleep(0.05)
    first = goetia.ok("dataset", "certify", data, "--json").json["fingerprint"]
    image, *_ = images(data / "train")
    before, content = image.stat(), bytearray(image.read_bytes())
    content[-3] ^= 1
    image.write_bytes(content)
    os.utime(image, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert goetia("dataset", "certify", data, "--check", first).code == 8


def test_a_mini_set_keeps_the_balance(goetia, data, tmp_path):
    made = goetia.ok("dataset", "mini", "--format", "imagenet", "--data-root", data, "--count", 15, "--seed", 3, "--output", tmp_path / "mini", "--json").json
    assert made["splits"] == {"train": 12, "val": 3} and made["format"] == "ImageFolder"
    info = goetia.ok("dataset", "info", "--format", "imagefolder", "--data-root", tmp_path / "mini", "--json").json["splits"]
    assert set(info["train"]["classes"].values()) == {4} and set(info["val"]["classes"].values()) == {1}
    again = goetia("dataset", "mini", "--data-root", data, "--output", tmp_path / "mini")
    assert again.code == 7 and "is not empty; name another output" in again.err


def test_a_mini_set_of_objects_keeps_the_annotations(goetia, tmp_path):
    goetia.ok("dataset", "make", "--kind", "detection", "--output", tmp_path / "boxes", "--images", 20, "--classes", 3, "--size", 64, "--seed", 1)
    full = goetia.ok("dataset", "info", "--format", "coco", "--data-root", tmp_path / "boxes", "--json").json["splits"]
    goetia.ok("dataset", "mini", "--format", "coco", "--data-root", tmp_path / "boxes", "--count", 8, "--output", tmp_path / "mini")
    mini = goetia.ok("dataset", "info", "--format", "coco", "--data-root", tmp_path / "mini", "--json").json["splits"]
    assert sum(split["images"] for split in mini.values()) == 8
    assert 0 < mini["train"]["annotations"] < full["train"]["annotations"]
    goetia.ok("dataset", "validate", "--format", "coco", "--data-root", tmp_path / "mini", "--near", -1)
