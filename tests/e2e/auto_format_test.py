"""--format auto: every format is recognized from its folder, whether Goetia wrote it or not, and by dataset.yaml."""

import json
import shutil

import pytest
from format_kit import SETS, make_sets


@pytest.fixture(scope="module")
def sets(programs, tmp_path_factory):
    return make_sets(programs, tmp_path_factory.mktemp("sets"))


@pytest.mark.parametrize("name", SETS)
def test_each_format_is_recognized_with_and_without_its_file(goetia, sets, tmp_path, name):
    _, _, kind, task = SETS[name]
    said = goetia.ok("dataset", "info", "--data-root", sets / name, "--json")
    assert said.json["format"] == kind and all(split["faults"] == 0 for split in said.json["splits"].values())
    assert set(said.json["splits"]) == {"train", "val"}
    assert f"is {kind}, as its dataset.yaml says" in said.err
    text = (sets / name / "dataset.yaml").read_text()
    assert f"type: {kind}" in text and f"task: {task}" in text and str(sets) not in text
    bare = tmp_path / "bare"
    shutil.copytree(sets / name, bare)
    (bare / "dataset.yaml").unlink()
    found = goetia.ok("dataset", "info", "--data-root", bare, "--json")
    assert found.json["fingerprint"] == said.json["fingerprint"], found.err
    assert f"is {'ImageNet' if kind == 'ImageFolder' else kind}: " in found.err


def test_every_command_takes_a_folder_alone(goetia, sets, tmp_path):
    root = ["--data-root", sets / "coco"]
    goetia.ok("dataset", "validate", *root, "--near", -1)
    goetia.ok("dataset", "certify", sets / "voc")
    goetia.ok("dataset", "preview", *root, "--output", tmp_path / "sheet.png")
    goetia.ok("dataset", "filter", *root, "--output", tmp_path / "list.txt")
    goetia.ok("dataset", "weights", *root)
    goetia.ok("dataset", "mini", *root, "--count", 4, "--output", tmp_path / "mini")
    goetia.ok("dataset", "pack", *root, "--output", tmp_path / "packed")
    for made, kind in (("mini", "COCO"), ("packed", "Packed")):
        assert f"type: {kind}\n" in (tmp_path / made / "dataset.yaml").read_text()
        goetia.ok("dataset", "certify", tmp_path / made)


@pytest.mark.parametrize("name", ["class_folders", "coco", "voc", "yolo", "masks", "ages"])
def test_a_division_is_a_set_of_its_own(goetia, sets, name):
    lists = goetia.folder / "lists"
    single = goetia.folder / "single"
    shutil.copytree(sets / name, single)
    kind = "subject" if name == "ages" else "random"
    goetia.ok("dataset", "split", "--data-root", single, "--type", kind, "--ratios", "0.5", "0.5", "--output", lists)
    counts = {split: one["images"] for split, one in goetia.ok("dataset", "info", "--data-root", lists, "--json").json["splits"].items()}
    whole = goetia.ok("dataset", "info", "--data-root", single, "--json").json["splits"]["train"]["images"]
    assert counts["train"] + counts["val"] == whole and abs(counts["train"] - counts["val"]) <= (6 if name == "ages" else 1)
    moved = goetia.folder / "elsewhere"
    moved.mkdir()
    for folder in (lists, single):
        shutil.move(folder, moved / folder.name)
    if name != "yolo":  # whose lists hold full paths
        goetia.ok("dataset", "certify", moved / "lists")


def test_what_is_not_certain_or_not_known_is_refused(goetia, sets, tmp_path):
    both = tmp_path / "both"
    shutil.copytree(sets / "yolo", both)
    shutil.copytree(sets / "coco" / "annotations", both / "annotations")
    (both / "dataset.yaml").unlink()
    done = goetia("dataset", "info", "--data-root", both)
    assert done.code == 3 and "could be a data set of several formats; choose one with --format" in done.err
    assert "COCO (COCO annotations): 'annotations/instances_train.json'" in done.err and "YOLO (YOLO labels): 'data.yaml'" in done.err
    done = goetia("dataset", "info", "--data-root", sets)
    assert done.code == 3 and "has the layout of no known format" in done.err
    done = goetia("dataset", "info", "--data-root", tmp_path / "nowhere")
    assert done.code == 3 and "there is no folder" in done.err
    (both / "dataset.yaml").write_text("dataset:\n  kind: COCO\n")
    assert "'dataset' needs a 'type'" in goetia("dataset", "info", "--data-root", both).err


def test_an_annotation_file_and_parameters_add_to_what_is_found(goetia, sets):
    one = goetia.ok("dataset", "info", "--data-root", sets / "coco", "--ann-file", "annotations/instances_val.json", "--json").json
    assert list(one["splits"]) == ["val"]
    done = goetia("dataset", "info", "--data-root", sets / "coco", "--parameters", json.dumps({"num_classes": 7}))
    assert "num_classes is 7" in done.out


def test_a_dataset_file_of_another_program_is_left_alone(goetia, sets, tmp_path):
    own = tmp_path / "own"
    shutil.copytree(sets / "yolo", own)
    (own / "dataset.yaml").unlink()
    (own / "data.yaml").rename(own / "dataset.yaml")
    done = goetia.ok("dataset", "info", "--data-root", own, "--json")
    assert done.json["format"] == "YOLO" and "is YOLO: 'dataset.yaml'" in done.err
