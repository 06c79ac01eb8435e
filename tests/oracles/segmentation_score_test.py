"""goetia score segmentation against scikit-learn and torchmetrics on random masks of several sizes."""

import numpy as np
import pytest
import torch
import torchvision_oracle  # noqa: F401 -- torchmetrics imports torchvision
import torchmetrics
from PIL import Image
from sklearn import metrics


def random_maps(rng, classes, images, ignored):
    pairs = []
    for _ in range(images):
        size = tuple(rng.integers(3, 40, 2))
        truth = rng.integers(0, classes, size).astype(np.uint8)
        found = np.where(rng.random(size) < 0.6, truth, rng.integers(0, classes, size)).astype(np.uint8)
        truth[rng.random(size) < ignored] = 255
        pairs.append((truth, found))
    return pairs


def written(folder, pairs):
    for number, (truth, found) in enumerate(pairs):
        for name, mask in (("truth", truth), ("found", found)):
            file = folder / name / f"{number % 2}" / f"{number}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(mask).save(file)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("classes, used", [(4, 4), (9, 5), (2, 1)])
def test_equals_scikit_learn_and_torchmetrics(goetia, seed, classes, used):
    rng = np.random.default_rng([seed, classes])
    pairs = random_maps(rng, used, 5, rng.choice([0, 0.2]))
    written(goetia.folder, pairs)
    found = goetia.ok("score", "segmentation", "--truth", "truth", "--predictions", "found", "--classes", classes, "--json").json
    truth = np.concatenate([t.ravel() for t, _ in pairs])
    predicted = np.concatenate([f.ravel() for _, f in pairs])[truth != 255]
    truth = truth[truth != 255]

    ours = found["metrics"]
    assert ours["pixel_accuracy"] == pytest.approx(metrics.accuracy_score(truth, predicted), abs=1e-9)
    assert ours["miou"] == pytest.approx(metrics.jaccard_score(truth, predicted, average="macro"), abs=1e-9)
    assert ours["dice"] == pytest.approx(metrics.f1_score(truth, predicted, average="macro"), abs=1e-9)
    assert ours["mean_accuracy"] == pytest.approx(metrics.recall_score(truth, predicted, labels=np.unique(truth), average="macro"), abs=1e-9)
    assert found["confusion_matrix"] == metrics.confusion_matrix(truth, predicted, labels=range(classes)).tolist()
    per_class = torchmetrics.JaccardIndex("multiclass", num_classes=classes, average="none")(torch.from_numpy(predicted), torch.from_numpy(truth))
    for one, row in enumerate(found["per_class"]):
        there = (truth == one).any() or (predicted == one).any()
        assert row["iou"] == (pytest.approx(float(per_class[one]), abs=1e-6) if there else None)
    assert found["images"] == 5 and "255" in found["convention"]


def test_without_a_number_of_classes_the_highest_counts(goetia):
    written(goetia.folder, [(np.array([[0, 255]], np.uint8), np.array([[2, 7]], np.uint8))])
    found = goetia.ok("score", "segmentation", "--truth", "truth", "--predictions", "found", "--json").json
    assert found["classes"] == 3, "what is predicted where the truth is ignored counts for nothing"
    assert found["metrics"]["miou"] == 0 and found["per_class"][1]["iou"] is None


def test_every_fault_at_once(goetia):
    ok = np.zeros((2, 3), np.uint8)
    written(goetia.folder, [(ok, ok), (ok, ok.T), (ok, ok), (ok, ok + 5), (ok, ok + 255)])
    (goetia.folder / "found/0/2.png").unlink()
    (goetia.folder / "found/0/0.png").rename(goetia.folder / "found/0/8.png")
    done = goetia("score", "segmentation", "--truth", "truth", "--predictions", "found", "--classes", 3, "--json")
    assert done.code == 3
    said = [(fault["file"], fault["message"]) for fault in done.error["faults"]]
    assert said == [("0/0.png", "has no prediction in 'found'"), ("0/2.png", "has no prediction in 'found'"),
                    ("found/0/4.png", "has a pixel of class 255, which only the truth may have, for 'ignored'"),
                    ("found/1/1.png", "is 2 x 3, its truth 3 x 2 (width x height)"),
                    ("1/3.png", "has a pixel of class 5, allowed are 0 to 2 and in the truth 255"), ("0/8.png", "has no truth in 'truth'")]


def test_a_folder_without_masks(goetia):
    (goetia.folder / "truth").mkdir()
    done = goetia("score", "segmentation", "--truth", "truth", "--predictions", "missing", "--json")
    assert done.code == 3 and "'truth' holds no mask" in done.error["message"]
