"""goetia score detection --convention voc07 and voc10 against the rules of VOC's development kit, written down here once
more in NumPy."""

import json

import numpy as np
import pytest

from detection_score_test import number, random_set, score


def overlap(a, b, crowd):
    left, top = np.maximum(a[:2], b[:2])
    right, bottom = np.minimum(a[:2] + a[2:], b[:2] + b[2:])
    inside = max(0, right - left) * max(0, bottom - top)
    return inside / (a[2] * a[3] if crowd else a[2] * a[3] + b[2] * b[3] - inside)


def average_precision(truths, results, eleven):
    """Of one class; each result takes the object it overlaps most, wherever that one stands."""
    positives = sum(not t["skip"] for t in truths)
    if positives == 0:
        return -1.0
    used, true, false = set(), [], []
    for result in sorted(results, key=lambda r: (-r["score"], r["image_id"])):  # stable: ties keep the order of images
        best, at = -1.0, None
        for i, t in enumerate(truths):
            if t["image_id"] == result["image_id"]:
                o = overlap(np.array(result["bbox"]), np.array(t["bbox"]), t["iscrowd"])
                if o > best:
                    best, at = o, i
        hit = at is not None and best >= 0.5
        if hit and truths[at]["skip"]:
            continue
        true.append(hit and at not in used)
        false.append(not true[-1])
        if hit:
            used.add(at)
    hits, alarms = np.cumsum(true), np.cumsum(false)
    recall, precision = hits / positives, hits / np.maximum(hits + alarms, 1)
    if eleven:
        return float(np.mean([max(precision[recall >= at], default=0) for at in np.arange(11) * 0.1]))
    recall, precision = np.concatenate([[0], recall, [1]]), np.concatenate([[0], precision, [0]])
    for i in range(len(precision) - 1, 0, -1):
        precision[i - 1] = max(precision[i - 1], precision[i])
    steps = np.flatnonzero(recall[1:] != recall[:-1])
    return float(((recall[steps + 1] - recall[steps]) * precision[steps + 1]).sum())


@pytest.mark.parametrize("block", range(4))
def test_equals_the_rules(goetia, block):
    rng = np.random.default_rng([block, 12])
    for _ in range(25):
        truth, results = random_set(rng)
        for one in truth["annotations"]:
            one[str(rng.choice(["difficult", "ignore"]))] = int(rng.random() < 0.3)
            one["skip"] = bool(one.get("difficult") or one.get("ignore") or one["iscrowd"])
        for convention in ("voc07", "voc10"):
            expected = [average_precision([t for t in truth["annotations"] if t["category_id"] == c["id"]],
                                          [r for r in results if r["category_id"] == c["id"]], convention == "voc07") for c in truth["categories"]]
            found = score(goetia, truth, results, "--convention", convention)
            assert [number(one["map"]) for one in found["per_class"]] == pytest.approx(expected, abs=1e-12)
            defined = [one for one in expected if one >= 0]
            assert number(found["metrics"]["map"]) == pytest.approx(np.mean(defined) if defined else -1.0, abs=1e-12)
            assert "VOC" in found["convention"] and found["notes"] == []


def test_masks_are_refused(goetia):
    (goetia.folder / "t.json").write_text(json.dumps({}))
    done = goetia("score", "detection", "--truth", "t.json", "--predictions", "t.json", "--convention", "voc07", "--iou-type", "segm", "--json")
    assert done.code == 3
    assert done.error["message"] == "--convention voc07 compares boxes; leave --iou-type segm out"
