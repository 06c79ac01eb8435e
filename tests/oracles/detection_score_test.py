"""goetia score detection against pycocotools on random sets with its quirks: crowds, ties, the id 0, missing classes,
empty images, more objects than count."""

import contextlib
import io
import json

import numpy as np
import pytest
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
                                "area": w * h * float(rng.choice([1, 0.7, 0.5])), "iscrowd": int(rng.random() < 0.15)})
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


def by_pycocotools(truth, results):
    """The twelve numbers, and AP by class."""
    with contextlib.redirect_stdout(io.StringIO()):
        known = COCO()
        known.dataset = json.loads(json.dumps(truth))
        known.createIndex()
        scored = COCOeval(known, known.loadRes(json.loads(json.dumps(results))), "bbox")
        scored.evaluate()
        scored.accumulate()
        scored.summarize()
    precision = scored.eval["precision"][:, :, :, 0, 2]
    classes = [precision[:, :, c][precision[:, :, c] > -1] for c in range(precision.shape[2])]
    return list(scored.stats), [float(c.mean()) if c.size else -1.0 for c in classes]


def score(goetia, truth, results):
    for name, document in (("truth.json", truth), ("found.json", results)):
        (goetia.folder / name).write_text(json.dumps(document))
    return goetia.ok("score", "detection", "--truth", "truth.json", "--predictions", "found.json", "--json").json


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


def test_faults_of_both_files_at_once(goetia):
    truth, _ = random_set(np.random.default_rng(3))
    truth["annotations"].append({"id": 999, "image_id": 1, "category_id": 77, "bbox": [1, 1, 2, 2]})
    (goetia.folder / "truth.json").write_text(json.dumps(truth))
    (goetia.folder / "found.json").write_text(json.dumps([{"image_id": 555, "category_id": 1, "bbox": [1, 1, 2, 2], "score": 1},
                                                          {"image_id": 1, "category_id": 1, "bbox": [1, 1], "score": 1}]))
    done = goetia("score", "detection", "--truth", "truth.json", "--predictions", "found.json", "--json")
    assert done.code == 3
    messages = [fault["message"] for fault in done.error["faults"]]
    assert len(messages) == 3 and "there is no category with the id 77" in messages[0]
    assert "there is no image with the id 555 in 'truth.json'" in messages[1]
