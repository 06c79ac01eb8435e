"""Masks as runs, against pycocotools: every count, area and box of 10,000 random masks and outlines the same."""

import json
import os
import pathlib
import subprocess

import numpy as np
import pytest
from pycocotools import mask as coco

GOETIA = pathlib.Path(os.environ.get("GOETIA_BIN", pathlib.Path(__file__).parents[2] / "build/dev/bin")) / "goetia"
COUNT = 10_000


def asked(lines):
    text = "".join(json.dumps(line) + "\n" for line in lines)
    done = subprocess.run([GOETIA, "dataset", "rle"], input=text, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def same(ours, theirs):
    assert ours["counts"] == theirs["counts"].decode()
    assert ours["area"] == coco.area(theirs)
    assert ours["bbox"] == coco.toBbox(theirs).tolist()


def random_mask(random, height, width):
    if random.random() < 0.5:
        return (random.random((height, width)) < random.random()).astype(np.uint8)
    mask = np.zeros((height, width), np.uint8)
    for _ in range(random.integers(0, 4)):
        y, x = random.integers(0, height), random.integers(0, width)
        mask[y : y + random.integers(1, height + 1), x : x + random.integers(1, width + 1)] ^= 1
    return mask


def random_outline(random, height, width):
    """Inside, around and far outside the image; with integers, halves and arbitrary numbers; also degenerate ones."""
    points = int(random.integers(3, 16))
    spread = random.choice([0.5, 1, 1.5, 5])
    xy = random.uniform(-0.2 * spread, spread, (points, 2)) * [width, height]
    xy = xy.round(int(random.choice([0, 1, 2, 10])))
    if random.random() < 0.2:
        xy[random.integers(0, points)] = xy[0]
    return xy.ravel().tolist()


@pytest.fixture(scope="module")
def random():
    return np.random.default_rng(20261121)


def sizes(random):
    return int(random.integers(1, 60)), int(random.integers(1, 60))


def test_masks(random):
    masks = [random_mask(random, *sizes(random)) for _ in range(COUNT // 2)]
    answers = asked({"size": list(mask.shape), "rows": mask.tolist()} for mask in masks)
    for ours, mask in zip(answers, masks, strict=True):
        theirs = coco.encode(np.asfortranarray(mask))
        same(ours, theirs)
        height, width = mask.shape
        assert coco.frPyObjects({"size": [height, width], "counts": ours["runs"]}, height, width)["counts"] == theirs["counts"]


def test_outlines(random):
    cases = []
    for _ in range(COUNT // 2):
        height, width = sizes(random)
        cases.append((height, width, [random_outline(random, height, width) for _ in range(random.integers(1, 4))]))
    answers = asked({"size": [h, w], "polygons": outlines} for h, w, outlines in cases)
    for ours, (height, width, outlines) in zip(answers, cases, strict=True):
        same(ours, coco.merge(coco.frPyObjects(outlines, height, width)))


def test_pairs(random):
    pairs = []
    for _ in range(COUNT // 10):
        shape = sizes(random)
        pairs.append([coco.encode(np.asfortranarray(random_mask(random, *shape))) for _ in range(2)])

    def line(one):
        return {"size": one["size"], "counts": one["counts"].decode()}

    for crowd in (False, True):
        answers = asked(line(a) | {"with": line(b), "crowd": crowd} for a, b in pairs)
        for ours, (a, b) in zip(answers, pairs, strict=True):
            same(ours, a)
            assert ours["union"] == coco.merge([a, b])["counts"].decode()
            assert ours["intersection"] == coco.merge([a, b], intersect=True)["counts"].decode()
            assert ours["iou"] == coco.iou([a], [b], [crowd])[0][0]
