"""The synthetic sets as other tools see them: pycocotools opens the COCO files and agrees with their masks to the pixel, Pillow
with the segmentation masks, and a linear model of simple features predicts an age."""

import csv
import json
import os
import pathlib
import subprocess

import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as masks
from pycocotools.coco import COCO

GOETIA = pathlib.Path(os.environ.get("GOETIA_BIN", pathlib.Path(__file__).parents[2] / "build/dev/bin")) / "goetia"


def make(folder, kind, *words, images=60, size=96, classes=5):
    command = [GOETIA, "dataset", "make", "--kind", kind, "--output", folder, "--images", images, "--size", size, "--classes", classes, "--seed", 3, *words]
    done = subprocess.run([str(word) for word in [*command, "--json"]], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1])


@pytest.fixture(scope="module")
def instances(tmp_path_factory):
    folder = tmp_path_factory.mktemp("instances") / "set"
    make(folder, "instance", "--image-format", "png")
    return folder


@pytest.mark.parametrize("split", ["train", "val"])
def test_pycocotools_agrees_with_boxes_areas_and_masks(instances, split):
    coco = COCO(instances / f"annotations/instances_{split}.json")
    assert coco.anns and [c["name"] for c in coco.loadCats(coco.getCatIds())] == sorted(c["name"] for c in coco.cats.values())
    kinds = {"polygon": 0, "runs": 0, "crowd": 0}
    for image_id, image in coco.imgs.items():
        pixels = np.asarray(Image.open(instances / "images" / split / image["file_name"]).convert("RGB")).astype(float)
        assert pixels.shape[:2] == (image["height"], image["width"])
        taken = np.zeros(pixels.shape[:2], int)
        for one in coco.loadAnns(coco.getAnnIds(imgIds=image_id)):
            mask = coco.annToMask(one)
            assert mask.sum() == one["area"]
            rows, columns = np.where(mask.any(1))[0], np.where(mask.any(0))[0]
            assert one["bbox"] == [columns[0], rows[0], columns[-1] + 1 - columns[0], rows[-1] + 1 - rows[0]]
            taken += mask
            kinds["crowd" if one["iscrowd"] else "runs" if isinstance(one["segmentation"], dict) else "polygon"] += 1
        assert taken.max() == 1, "no pixel belongs to two objects"
        assert pixels[taken == 1].mean() > pixels[taken == 0].mean() + 30, "what is marked is brighter than the ground"
    assert kinds["polygon"] > 20
    if split == "train":
        assert kinds["runs"] > 0 and kinds["crowd"] > 0


def test_the_outline_follows_the_colour(instances):
    """Across a shape's border the image changes more than inside it."""
    coco = COCO(instances / "annotations/instances_train.json")
    inside, across = [], []
    for one in coco.anns.values():
        if one["iscrowd"]:
            continue
        image = coco.imgs[one["image_id"]]
        pixels = np.asarray(Image.open(instances / "images/train" / image["file_name"]).convert("RGB")).astype(float)
        mask = coco.annToMask(one).astype(bool)
        step = np.abs(np.diff(pixels, axis=1)).sum(2)
        across.append(step[mask[:, 1:] != mask[:, :-1]].mean())
        core = mask[:, 1:] & mask[:, :-1]
        inside.append(np.median(step[core]))
    assert np.mean(across) > 3 * np.mean(inside)


def test_detection_has_the_same_boxes_without_outlines(instances, tmp_path):
    make(tmp_path / "set", "detection", "--image-format", "png")
    boxes, outlined = (COCO(folder / "annotations/instances_val.json") for folder in (tmp_path / "set", instances))
    assert [a["bbox"] for a in boxes.anns.values()] == [a["bbox"] for a in outlined.anns.values()]
    assert not any("segmentation" in a for a in boxes.anns.values())
    assert all(a["area"] == a["bbox"][2] * a["bbox"][3] for a in boxes.anns.values())


def test_masks_are_single_channel_and_agree_with_the_outlines(instances, tmp_path):
    """The background counts as a class: six classes of segmentation are the five shapes of instances, in the same images."""
    make(tmp_path / "set", "segmentation", "--image-format", "png", classes=6)
    names = (tmp_path / "set/classes.txt").read_text().split()
    coco = COCO(instances / "annotations/instances_train.json")
    assert names == ["background", *(c["name"] for c in coco.cats.values())]
    for image_id, image in coco.imgs.items():
        mask = Image.open(tmp_path / "set/masks/train" / image["file_name"])
        assert mask.mode == "L"
        expected = np.zeros((image["height"], image["width"]), int)
        for one in coco.loadAnns(coco.getAnnIds(imgIds=image_id)):
            expected[coco.annToMask(one).astype(bool)] = one["category_id"]
        assert np.array_equal(np.asarray(mask), expected)


def test_crowds_are_runs_that_pycocotools_packs(instances):
    crowds = [a for a in json.loads((instances / "annotations/instances_train.json").read_text())["annotations"] if a["iscrowd"]]
    for one in crowds:
        runs = one["segmentation"]
        assert masks.area(masks.frPyObjects(runs, *runs["size"])) == one["area"]


def test_ages_can_be_predicted_from_the_images(tmp_path):
    make(tmp_path / "set", "regression", images=400, size=48)

    def read(split):
        rows = list(csv.DictReader(open(tmp_path / f"set/{split}.csv")))
        small = [np.asarray(Image.open(tmp_path / "set/images" / row["image"]).convert("L").resize((12, 12))).ravel() / 255 for row in rows]
        return np.c_[np.array(small), np.ones(len(rows))], np.array([float(row["age"]) for row in rows]), {row["subject"] for row in rows}

    seen, ages, trained = read("train")
    unseen, truth, others = read("val")
    assert not trained & others
    weights = np.linalg.solve(seen.T @ seen + 3 * np.eye(seen.shape[1]), seen.T @ ages)
    error = np.abs(unseen @ weights - truth).mean()
    assert error < 0.6 * np.abs(truth - ages.mean()).mean(), "a plain ridge regression halves the error of a guess"
