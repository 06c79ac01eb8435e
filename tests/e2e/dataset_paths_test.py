"""The paths of a set: several sources, several roots, a working folder, and missing files."""

import json
import shutil

import pytest


@pytest.fixture(scope="module")
def boxes(programs, tmp_path_factory):
    """Small sets of boxes as COCO, VOC and YOLO, with a train and a val split each."""
    from goetia_kit import Goetia
    folder = tmp_path_factory.mktemp("boxes")
    maker = Goetia(programs, folder)
    maker.ok("dataset", "make", "--kind", "detection", "--output", folder / "coco", "--images", 10, "--classes", 2, "--size", 32)
    for kind in ("voc", "yolo"):
        maker.ok("dataset", "convert", "--from", "coco", "--data-root", folder / "coco", "--to", kind, "--output", folder / kind)
    return folder


def words_of(parameters):
    return ["--parameters", json.dumps(parameters)]


def outcome_of(goetia, command, kind, *words):
    done = goetia("dataset", command, "--format", kind, *words)
    return done.code, done.out + done.err


def test_three_formats_are_one_set(goetia, boxes):
    one = goetia.ok("dataset", "info", "--format", "coco", "--data-root", boxes / "coco", "--json").json["splits"]
    first, second = one["train"]["classes"]
    sources = [{"type": "COCO", "data_root": str(boxes / "coco"), "class_map": {first: "thing"}},
               {"type": "VOC", "data_root": str(boxes / "voc"), "class_map": {first: "thing", second: None}},
               {"type": "YOLO", "data_root": str(boxes / "yolo")}]
    words = ["--format", "multisource", *words_of({"sources": sources})]
    splits = goetia.ok("dataset", "info", *words, "--json").json["splits"]
    for split in ("train", "val"):
        assert splits[split]["images"] == 3 * one[split]["images"] and splits[split]["faults"] == 0
    counts, own = ({name: one_class["annotations"] for name, one_class in all["train"]["classes"].items()} for all in (splits, one))
    assert counts == {"thing": 2 * own[first], second: 2 * own[second], first: own[first]}
    sources[2]["val"] = {"data_root": str(boxes / "nowhere")}
    done = goetia("dataset", "info", "--format", "multisource", *words_of({"sources": sources}))
    assert done.code == 3 and "nowhere" in done.err


@pytest.mark.parametrize("command", ["info", "validate", "certify", "convert", "mini", "pack", "split"])
@pytest.mark.parametrize("kind, val", [("coco", {"data_root": "nowhere"}), ("coco", {"ann_file": "vall.json"}),
                                       ("voc", {"ann_file": "vall.txt"}), ("yolo", {"data_root": "nowhere"})],
                         ids=lambda value: value if isinstance(value, str) else "".join(value))
def test_a_configured_split_that_is_missing_is_reported(goetia, boxes, tmp_path, command, kind, val):
    words = {"convert": ["--to", "yolo", "--output", tmp_path / "out"], "mini": ["--output", tmp_path / "out"],
             "pack": ["--output", tmp_path / "out"]}.get(command, [])
    code, text = outcome_of(goetia, command, kind, "--data-root", boxes / kind, *words_of({"val": val}), *words)
    assert code in (3, 8) or (command == "info" and "1 fault, " in text), text
    assert not (tmp_path / "out").exists()


def test_a_packed_set_with_a_missing_file_is_refused(goetia, shapes, tiny, tmp_path):
    packed = tmp_path / "packed"
    goetia.ok("dataset", "pack", "--data-root", shapes, "--output", packed)
    (packed / "train-00000.pack").unlink()
    for command in ("certify", "info"):
        code, text = outcome_of(goetia, command, "packed", "--data-root", packed)
        assert code == 3 and "lists 'train-00000.pack', which is missing" in text, text
    done = goetia("train", "--config", tiny, "--json", "~dataset.val", f"dataset={{type:Packed,data_root:'{packed}'}}")
    assert done.code == 3 and "which is missing" in done.error["message"]


@pytest.mark.parametrize("kind", ["coco", "voc", "yolo"])
def test_a_set_is_the_same_from_its_own_folder(goetia, boxes, tmp_path, kind):
    expected = goetia.ok("dataset", "info", "--format", kind, "--data-root", boxes / kind, "--json").json
    shutil.copytree(boxes / kind, tmp_path / "set")
    goetia.folder = tmp_path / "set"
    here = goetia.ok("dataset", "info", "--format", kind, "--data-root", ".", "--json").json
    assert here["splits"] == expected["splits"] and here["fingerprint"] == expected["fingerprint"]
    goetia.ok("dataset", "validate", "--format", kind, "--data-root", ".", "--near", -1)


@pytest.mark.parametrize("kind, moved", [("coco", "images"), ("voc", "JPEGImages"), ("yolo", "labels")])
def test_a_set_may_be_spread_over_two_roots(goetia, boxes, tmp_path, kind, moved):
    expected = goetia.ok("dataset", "info", "--format", kind, "--data-root", boxes / kind, "--json").json
    shutil.copytree(boxes / kind, tmp_path / "one")
    (tmp_path / "two").mkdir()
    shutil.move(tmp_path / "one" / moved, tmp_path / "two" / moved)
    words = ["--format", kind, "--data-root", tmp_path / "one", tmp_path / "two"]
    assert goetia.ok("dataset", "info", *words, "--json").json["fingerprint"] == expected["fingerprint"]
    goetia.ok("dataset", "validate", *words, "--near", -1)
