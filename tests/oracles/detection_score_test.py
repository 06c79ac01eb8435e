"""goetia score detection against pycocotools on random sets with its quirks: crowds, ties, the id 0, missing classes,
empty images, more objects than count."""

import contextlib
import io
import json

import numpy as np
import pytest
from pycocotools import mask as masks
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

NAMES = ["map", "map_50", "map_75", "map_small", "map_medium", "map_large",
         "mar_1", "mar_10", "mar_100", "mar_small", "mar_medium", "mar_large"]


def random_set(rng):
    """(annotations file, results) of a few images whose objects are found more or less well."""
    classes, images = int(rng.integers(1, 5)), int(rng.integers(1, 12))
    annotations, results = [], []
    first_id = int(rng.random() >= 0.3)
    for image in range(1, images + 1):
        for _ in range(int(rng.integers(0, 8))):
            category = int(rng.integers(1, classes + 1))
            x, y = (float(v) for v in rng.integers(0, 200, 2))
            w = float(rng.choice([8, 32, 60, 96, 150]))
            h = w * float(rng.choice([1, 0.5, 2]))
            annotations.append({"id": first_id + len(annotations), "image_id": image, "category_id": category, "bbox": [x, y, w, h],
                                "area": w * h * float(rng.choice([1, 0.7, 0.5])), "iscrowd": int(rng.random() < 0.15),
                                "ignore": int(rng.random() < 0.2)})
            for _ in range(int(rng.integers(0, 3))):
                a, b, c, d = (float(v) for v in rng.integers(-12, 13, 4))
                results.append({"image_id": image, "category_id": category, "bbox": [x + a, y + b, max(1.0, w + c), max(1.0, h + d)],
                                "score": float(rng.choice([0.1, 0.3, 0.5, 0.5, 0.9, rng.random()]))})
        for _ in range(int(rng.integers(0, 6)) if rng.random() < 0.9 else 130):
            x, y, w, h = (float(v) for v in (*rng.integers(0, 200, 2), *rng.integers(4, 160, 2)))
            results.append({"image_id": image, "category_id": int(rng.integers(1, classes + 1)), "bbox": [x, y, w, h],
                            "score": float(round(rng.random(), 1))})
    results = results or [{"image_id": 1, "category_id": 1, "bbox": [0.0, 0.0, 5.0, 5.0], "score": 0.5}]
    truth = {"images": [{"id": i} for i in range(1, images + 1)], "annotations": annotations,
             "categories": [{"id": c, "name": f"c{c}"} for c in range(1, classes + 1)]}
    return truth, results


def runs(rng, size, box, compressed=True):
    """The runs of a ragged rectangle."""
    mask = np.zeros(size, np.uint8, order="F")
    x, y, w, h = (int(v) for v in box)
    mask[max(0, y) : y + h, max(0, x) : x + w] = 1
    mask[rng.random(size) < rng.choice([0, 0.05, 0.3])] ^= 1
    made = masks.encode(mask)
    if compressed:
        return {"size": list(size), "counts": made["counts"].decode()}
    flat = mask.ravel(order="F")
    turns = np.flatnonzero(np.diff(np.concatenate([[0], flat, [2]])))
    return {"size": list(size), "counts": np.diff(np.concatenate([[0], turns])).tolist()}


def outline(rng, box):
    """One or two polygons about a box, not always inside the image."""
    x, y, w, h = box
    around = [x, y, x + w, y + float(rng.integers(-3, 4)), x + w, y + h, x + w / 2, y + h * 0.8, x, y + h]
    return [around, [x + 2.5, y, x + w + 9, y + h / 3, x, y + h]] if rng.random() < 0.3 else [around]


def random_masks(rng):
    """The same sets smaller, with polygons and runs in the truth and runs in the results."""
    truth, results = random_set(rng)
    sizes = {}
    for image in truth["images"]:
        image["height"], image["width"] = sizes[image["id"]] = (int(rng.integers(40, 90)), int(rng.integers(40, 90)))
    for one in truth["annotations"]:
        one["bbox"] = [v / 3 for v in one["bbox"]]
        one["area"] *= float(rng.choice([1, 0.1, 0.01]))
        kind = rng.choice(["runs", "list", "outline"], p=[0.3, 0.1, 0.6])
        one["segmentation"] = outline(rng, one["bbox"]) if kind == "outline" else runs(rng, sizes[one["image_id"]], one["bbox"], kind == "runs")
    keeps_box, some_without = rng.random() < 0.2, rng.random() < 0.5
    for i, one in enumerate(results):
        one["bbox"] = [v / 3 for v in one["bbox"]]
        one["segmentation"] = runs(rng, sizes[one["image_id"]], one["bbox"])
        if keeps_box and some_without and i % 5 == 3:
            del one["segmentation"]  # pycocotools takes the box for it
        if not keeps_box and (i == 0 or rng.random() < 0.8):
            del one["bbox"]  # as in detectors' own files; decided by the first one
    return truth, results


def by_pycocotools(truth, results, iou_type="bbox"):
    """The twelve numbers, and AP by class."""
    with contextlib.redirect_stdout(io.StringIO()):
        known = COCO()
        known.dataset = json.loads(json.dumps(truth))
        known.createIndex()
        scored = COCOeval(known, known.loadRes(json.loads(json.dumps(results))), iou_type)
        scored.evaluate()
        scored.accumulate()
        scored.summarize()
    precision = scored.eval["precision"][:, :, :, 0, 2]
    classes = [precision[:, :, c][precision[:, :, c] > -1] for c in range(precision.shape[2])]
    return list(scored.stats), [float(c.mean()) if c.size else -1.0 for c in classes]


def score(goetia, truth, results, *more):
    for name, document in (("truth.json", truth), ("found.json", results)):
        (goetia.folder / name).write_text(json.dumps(document))
    return goetia.ok("score", "detection", "--truth", "truth.json", "--predictions", "found.json", *more, "--json").json


def number(value):
    return -1.0 if value is None else value


@pytest.mark.parametrize("block", range(8))
def test_equals_pycocotools(goetia, block):
    rng = np.random.default_rng(block)
    for _ in range(25):
        truth, results = random_set(rng)
        stats, classes = by_pycocotools(truth, results)
        found = score(goetia, truth, results)
        assert [number(found["metrics"][name]) for name in NAMES] == pytest.approx(stats, abs=1e-12)
        assert [number(one["map"]) for one in found["per_class"]] == pytest.approx(classes, abs=1e-12)
        assert ["id 0" in note for note in found["notes"]] == [True] * any(one["id"] == 0 for one in truth["annotations"])


@pytest.mark.parametrize("block", range(8))
def test_masks_equal_pycocotools(goetia, block):
    rng = np.random.default_rng([block, 77])
    for _ in range(25):
        truth, results = random_masks(rng)
        for iou_type in ("segm", "bbox"):
            stats, classes = by_pycocotools(truth, results, iou_type)
            found = score(goetia, truth, results, "--iou-type", iou_type)
            assert [number(found["metrics"][name]) for name in NAMES] == pytest.approx(stats, abs=1e-12)
            assert [number(one["map"]) for one in found["per_class"]] == pytest.approx(classes, abs=1e-12)
        assert ("masks" in found["convention"]) == (found["iou_type"] == "segm")


def test_faults_of_both_files_at_once(goetia):
    truth, _ = random_set(np.random.default_rng(3))
    truth["annotations"].append({"id": 999, "image_id": 1, "category_id": 77, "bbox": [1, 1, 2, 2]})
    (goetia.folder / "truth.json").write_text(json.dumps(truth))
    (goetia.folder / "found.json").write_text(json.dumps([{"image_id": 555, "category_id": 1, "bbox": [1, 1, 2, 2], "score": 1},
                                                          {"image_id": 1, "category_id": 1, "bbox": [1, 1], "score": 1}]))
    done = goetia("score", "detection", "--truth", "truth.json", "--predictions", "found.json", "--json")
    assert done.code == 3
    messages = [fault["message"] for fault in done.error["faults"]]
    assert [fault["path"] for fault in done.error["faults"]] == [f"annotations[{len(truth['annotations']) - 1}]", "[0]", "[1]"]
    assert len(messages) == 3 and "there is no category with the id 77" in messages[0]
    assert "there is no image with the id 555 in 'truth.json'" in messages[1]
    assert messages[2] == "'bbox' is [1, 1], must be [x, y, width, height]"


TINY = {"images": [{"id": 1, "height": 4, "width": 5}], "categories": [{"id": 1, "name": "a"}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 1, 2, 2], "segmentation": [[1, 1, 3, 1, 3, 3, 1, 3]]}]}
RESULT = {"image_id": 1, "category_id": 1, "score": 0.5}


@pytest.mark.parametrize("results, message", [
    ([RESULT | {"bbox": [1, 1, 2, "2"]}], "'bbox' is [1, 1, 2, \"2\"], must be [x, y, width, height]"),
    ([RESULT], "has no 'bbox'"),
    ([RESULT | {"segmentation": {"size": [5, 4], "counts": "d0"}}], "the mask is 5 x 4, its image 4 x 5 (height x width)"),
    ([RESULT | {"segmentation": {"size": [4, 5], "counts": [19]}}], "the runs cover 19 pixels, a mask of 4 x 5 (height x width) has 20"),
    ([RESULT | {"segmentation": [[1, 1, 2, 2]]}], "'segmentation' is [[1, 1, 2, 2]], must be polygons of 3 points and more, or a mask of 'size' and 'counts'"),
    ([{"image_id": 1, "category_id": 1, "bbox": [1, 1, 2, 2]}], "has no 'score'"),
    ([{**RESULT, "image_id": "1"}], "'image_id' is \"1\", must be a whole number"),
    ([7], "must be an object"),
    ({}, "must be a list of results"),
])
def test_a_faulty_result_is_said_with_what_is_allowed(goetia, results, message):
    (goetia.folder / "truth.json").write_text(json.dumps(TINY))
    (goetia.folder / "found.json").write_text(json.dumps(results))
    done = goetia("score", "detection", "--truth", "truth.json", "--predictions", "found.json", "--iou-type", "segm", "--json")
    assert done.code == 3
    assert [fault["message"] for fault in done.error["faults"]] == [message]


@pytest.mark.parametrize("text", ["[", '[{"image_id": 1,}]', '[{"image_id": 1 "a": 2}]', "[] []", "", "[1, 2", '[{"bbox": [1, 2}]'])
def test_a_file_that_is_not_json(goetia, text):
    (goetia.folder / "truth.json").write_text(json.dumps(TINY))
    (goetia.folder / "found.json").write_text(text)
    done = goetia("score", "detection", "--truth", "truth.json", "--predictions", "found.json", "--json")
    assert done.code == 3
    assert done.error["message"].startswith("'found.json' is not JSON: line 1, column "), done.error


def test_lists_that_are_missing(goetia):
    (goetia.folder / "truth.json").write_text(json.dumps({"images": [], "annotations": 3}))
    (goetia.folder / "found.json").write_text("[]")
    done = goetia("score", "detection", "--truth", "truth.json", "--predictions", "found.json", "--json")
    assert [fault["message"] for fault in done.error["faults"]] == ["'categories' is missing or no list", "'annotations' is missing or no list"]
