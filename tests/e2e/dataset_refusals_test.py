"""A data command that cannot succeed reports the reason and leaves no output."""

import json
import subprocess
from pathlib import Path

import pytest

SHAPES = Path(__file__).resolve().parents[2] / "configs/templates/classification/shapes.yaml"


@pytest.fixture(scope="module")
def sets(programs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sets")
    for kind in ("classification", "detection", "segmentation"):
        subprocess.run([programs / "goetia", "dataset", "make", "--kind", kind, "--output", folder / kind, "--images", "24",
                        "--classes", "3", "--size", "32"], check=True, capture_output=True)
    return folder


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_packed_set_is_refused_by_commands_that_read_files(goetia, sets, tmp_path):
    packed = tmp_path / "packed"
    goetia.ok("dataset", "pack", "--data-root", sets / "classification", "--output", packed)
    for words in (["info"], ["validate"], ["preview", "--output", tmp_path / "x.png"],
                  ["filter", "--output", tmp_path / "x.tsv"], ["mini", "--to", "coco", "--output", tmp_path / "mini"]):
        done = goetia("dataset", *words, "--format", "packed", "--data-root", packed)
        assert done.code == 3 and "are not separate files; use the set that was packed" in done.err, words


@pytest.mark.parametrize("words", [["validate", "--near", "-1"], ["certify"], ["preview", "--output", "x.png", "--count", "24"],
                                   ["mini", "--output", "out"], ["pack", "--output", "out"], ["convert", "--to", "voc", "--output", "out"],
                                   ["convert", "--to", "coco", "--output", "out", "--leave-out-faulty"]], ids=" ".join)
def test_a_missing_image_is_named(goetia, sets, tmp_path, words):
    root = tmp_path / "set"
    subprocess.run(["cp", "-r", sets / "detection", root], check=True)
    gone = sorted((root / "images/train").iterdir())[3]
    gone.unlink()
    done = goetia("dataset", words[0], "--data-root", root, *words[1:])
    assert str(gone) in done.out + done.err


def test_packing_into_a_set_is_refused_and_a_broken_set_leaves_nothing(goetia, sets, tmp_path):
    done = goetia("dataset", "pack", "--data-root", sets / "classification", "--output", sets / "classification")
    assert done.code == 7
    root = tmp_path / "set"
    subprocess.run(["cp", "-r", sets / "segmentation", root], check=True)
    last = sorted((root / "masks/val").iterdir())[-1]
    last.write_bytes(last.read_bytes()[:-20])
    done = goetia("dataset", "pack", "--format", "semanticmasks", "--data-root", root, "--output", tmp_path / "no")
    assert done.code != 0 and last.name in done.err and names_in(tmp_path) == ["set"], done.err


@pytest.mark.parametrize("words", [["convert", "--to", "yolo"], ["mini", "--count", "12"]], ids=lambda words: words[0])
def test_a_missing_image_leaves_no_partial_set(goetia, sets, tmp_path, words):
    root = tmp_path / "set"
    subprocess.run(["cp", "-r", sets / "detection", root], check=True)
    for image in sorted((root / "images/val").iterdir()):
        image.unlink()
    done = goetia("dataset", words[0], "--format", "coco", "--data-root", root, *words[1:], "--output", tmp_path / "out")
    assert done.code != 0 and names_in(tmp_path) == ["set"], done.err


def test_empty_boxes_are_refused_or_skipped(goetia, sets, tmp_path):
    root = tmp_path / "set"
    subprocess.run(["cp", "-r", sets / "detection", root], check=True)
    file = root / "annotations/instances_train.json"
    content = json.loads(file.read_text())
    content["annotations"][0]["bbox"][2] = 0
    file.write_text(json.dumps(content))
    words = ["dataset", "convert", "--from", "COCO", "--data-root", root, "--to", "YOLO", "--output", tmp_path / "out"]
    done = goetia(*words)
    assert done.code == 3 and "--leave-out-faulty" in done.err and not (tmp_path / "out").exists()
    done = goetia.ok(*words, "--leave-out-faulty", "--json")
    assert done.json["splits"]["train"]["objects"] == len(content["annotations"]) - 1
    assert goetia("dataset", "validate", "--format", "yolo", "--data-root", tmp_path / "out").code == 0


def test_an_annotation_file_belongs_to_the_split_in_its_name(goetia, sets):
    done = goetia.ok("dataset", "info", "--format", "coco", "--data-root", sets / "detection",
                     "--ann-file", "annotations/instances_val.json", "--json")
    assert list(done.json["splits"]) == ["val"]


def test_a_classifier_is_not_trained_on_boxes(goetia, sets):
    done = goetia("train", "--config", SHAPES, "dataset.type=COCO", f"dataset.data_root={sets / 'detection'}",
                  "dataset.num_classes=3", "--json")
    assert done.code == 3 and "no image of the training split has one; dataset.type must be a set for classification" in done.err


def test_terminal_control_characters_are_escaped(goetia, tmp_path):
    (tmp_path / "t.csv").write_bytes(b"image,la\x1b[31mbel\na\0.png,b\n")
    done = goetia("dataset", "table", tmp_path / "t.csv")
    assert "la\\x1b[31mbel" in done.out and "a\\x00.png" in done.out and "\x1b" not in done.out


@pytest.mark.parametrize("size", [[-4, 5], [0, 5], [1000000000, 1000000000], "x", [1.5]])
def test_impossible_sizes_are_refused(programs, size):
    lines = json.dumps({"size": [2, 2], "rows": [[1, 0], [0, 1]]}) + "\n" + json.dumps({"size": size, "polygons": []}) + "\n"
    done = subprocess.run([programs / "goetia", "dataset", "rle"], input=lines, capture_output=True, text=True)
    assert done.returncode == 3 and "line 2 of standard input" in done.stderr and "json.exception" not in done.stderr
    assert json.loads(done.stdout)["runs"] == [0, 1, 2, 1], "the answers before it are given"


NO_MASKS = [
    ({"size": [4.7, 5], "polygons": []}, "'size' contains 4.7; allowed: integers from 1 to 65535"),
    ({"size": [4, 5, 6], "polygons": []}, "'size' is [4,5,6]; allowed: [height, width]"),
    ({"size": [1, 4], "rows": [[0, 1, 2, 257]]}, "'rows' contains 2; allowed: integers from 0 to 1"),
    ({"size": [1, 2], "rows": [[0, 0.5]]}, "'rows' contains 0.5; allowed: integers from 0 to 1"),
    ({"size": [1, 2], "rows": [[0, True]]}, "'rows' contains true; allowed: integers from 0 to 1"),
    ({"size": [2, 2], "rows": [[0, 1, 1], [0]]}, "'rows' has 2 rows of 1 to 3 pixels, 'size' is 2 of 2"),
    ({"size": [4, 5], "counts": [4294967298, 18]}, "'counts' contains 4294967298; allowed: integers from 0 to 4294967295"),
    ({"size": [4, 5], "counts": [-1, 21]}, "'counts' contains -1; allowed: integers from 0 to 4294967295"),
    ({"size": [4, 5], "counts": [2, 17]}, "the runs cover 19 pixels, a mask of 4 x 5 (height x width) has 20"),
    ({"size": [4, 5]}, "allowed: an object with 'size' and 'polygons'"),
]


@pytest.mark.parametrize("mask, message", NO_MASKS, ids=lambda value: json.dumps(value) if isinstance(value, dict) else "")
def test_numbers_of_a_mask_are_never_truncated(programs, mask, message):
    done = subprocess.run([programs / "goetia", "dataset", "rle"], input=json.dumps(mask) + "\n", capture_output=True, text=True)
    assert done.returncode == 3 and "line 1 of standard input" in done.stderr and message in done.stderr, done.stderr
    assert done.stdout == ""


def test_integers_may_be_written_with_decimals(programs):
    line = json.dumps({"size": [4.0, 5], "counts": [5.0, 15e0]}) + "\n"
    done = subprocess.run([programs / "goetia", "dataset", "rle"], input=line, capture_output=True, text=True)
    assert json.loads(done.stdout)["runs"] == [5, 15], done.stderr


@pytest.mark.parametrize("words", [["mini", "--data-root", "."], ["make", "--kind", "detection"], ["preview", "--data-root", "."]], ids=lambda words: words[0])
def test_a_negative_seed_is_refused(goetia, tmp_path, words):
    done = goetia("dataset", *words, "--output", tmp_path / "out", "--seed", "-1")
    assert done.code == 2 and "--seed" in done.err and list(tmp_path.iterdir()) == [], done.err


def test_more_folds_than_images_are_refused(goetia, sets):
    done = goetia("dataset", "split", "--data-root", sets / "classification", "--type", "kfold", "--folds", "1000000000")
    assert done.code == 3 and "images cannot be divided into 1000000000 folds; use fewer" in done.err, done.err


def test_a_configuration_may_be_changed_for_a_preview(goetia, sets, tmp_path):
    words = ["dataset", "preview", "--config", SHAPES, "--augmented", "--count", "4", "--output", tmp_path / "sheet.jpg"]
    goetia.ok(*words, "--set", f"dataset.data_root={sets / 'classification'}", "dataset.num_classes=3")
    assert (tmp_path / "sheet.jpg").read_bytes()[:2] == b"\xff\xd8"


def test_an_image_that_cannot_be_displayed_is_a_grey_tile(goetia, sets, tmp_path):
    root = tmp_path / "set"
    subprocess.run(["cp", "-r", sets / "classification", root], check=True)
    first = sorted((root / "train").rglob("*.jpg"))[0]
    first.write_bytes(b"not an image")
    done = goetia.ok("dataset", "preview", "--data-root", root, "--count", "4", "--output", tmp_path / "sheet.png")
    assert "cannot be displayed" in done.out and "of the train split" in done.out
