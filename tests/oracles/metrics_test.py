"""`goetia score classification` and `regression`, held against scikit-learn and torch.topk on random predictions."""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch
import torchvision_oracle  # noqa: F401 -- torchmetrics imports torchvision
import torchmetrics
from sklearn import metrics

ROOT = Path(__file__).resolve().parents[2]
GOETIA = Path(os.environ.get("GOETIA_BIN", ROOT / "build" / "dev" / "bin")) / "goetia"


def scored(folder, labels, scores, *more):
    names = [f"val/{i:05d}.png" for i in range(len(labels))]
    (folder / "truth.csv").write_text("sample,label\n" + "".join(f"{n},{t}\n" for n, t in zip(names, labels)))
    order = np.random.default_rng(0).permutation(len(labels))
    header = "sample," + ",".join(f"score_{i}" for i in range(scores.shape[1]))
    rows = [f"{names[i]}," + ",".join(f"{s:.9g}" for s in scores[i]) for i in order]
    (folder / "predictions.csv").write_text("\n".join([header, *rows]) + "\n")
    done = subprocess.run([GOETIA, "score", "classification", "--truth", folder / "truth.csv", "--predictions", folder / "predictions.csv", *more, "--json"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


CASES = {  # classes, samples, classes that never occur in the truth, whether scores tie
    "plain": (5, 400, (), False),
    "absent_classes": (7, 300, (0, 3, 6), False),
    "ties": (4, 500, (), True),
    "few": (6, 3, (), False),
    "two": (2, 50, (), False),
    "many": (120, 2000, (5, 77), False),
    "one_class_true": (4, 30, (0, 1, 3), False),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("seed", range(3))
def test_equals_scikit_learn(tmp_path, case, seed):
    classes, samples, absent, ties = CASES[case]
    random = np.random.default_rng([seed, *case.encode()])
    labels = random.choice([c for c in range(classes) if c not in absent], samples)
    scores = random.random((samples, classes), dtype=np.float32)
    scores[np.arange(samples), labels] += np.float32(0.35)
    if ties:
        scores = np.round(scores * 4) / np.float32(4)
    predicted = scores.argmax(1)
    result = scored(tmp_path, labels, scores)
    ours = result["metrics"]

    for average in ("macro", "micro", "weighted"):
        for name, function in (("precision", metrics.precision_score), ("recall", metrics.recall_score), ("f1", metrics.f1_score)):
            assert ours[f"{name}_{average}"] == pytest.approx(function(labels, predicted, average=average, zero_division=0), abs=1e-12)
    assert ours["accuracy_top1"] == pytest.approx(metrics.accuracy_score(labels, predicted), abs=1e-12)
    if not ties:
        top5 = torch.topk(torch.from_numpy(scores), min(5, classes), 1).indices.numpy()
        assert ours["accuracy_top5"] == pytest.approx((top5 == labels[:, None]).any(1).mean(), abs=1e-12)
    assert result["confusion_matrix"] == metrics.confusion_matrix(labels, predicted, labels=range(classes)).tolist()

    precisions, recalls, f1s, supports = metrics.precision_recall_fscore_support(labels, predicted, labels=range(classes), zero_division=0)
    areas, average_precisions = [], []
    for one, row in enumerate(result["per_class"]):
        assert (row["precision"], row["recall"], row["f1"], row["support"]) == pytest.approx((precisions[one], recalls[one], f1s[one], supports[one]), abs=1e-12)
        truth = labels == one
        if not truth.any():
            assert row["average_precision"] is None and row["roc_auc"] is None
            continue
        average_precisions.append(metrics.average_precision_score(truth, scores[:, one]))
        assert row["average_precision"] == pytest.approx(average_precisions[-1], abs=1e-12)
        if truth.all():
            assert row["roc_auc"] is None
            continue
        areas.append(metrics.roc_auc_score(truth, scores[:, one]))
        assert row["roc_auc"] == pytest.approx(areas[-1], abs=1e-12)
    assert ours["average_precision_macro"] == pytest.approx(np.mean(average_precisions), abs=1e-12)
    assert ours["roc_auc_macro"] == (pytest.approx(np.mean(areas), abs=1e-12) if areas else None)

    supports = np.array([(labels == one).sum() for one in range(classes)])
    defined = [one for one in range(classes) if 0 < supports[one] < samples]
    weights = supports[defined]
    by_class = [metrics.roc_auc_score(labels == one, scores[:, one]) for one in defined]
    assert ours["roc_auc_weighted"] == (pytest.approx(np.average(by_class, weights=weights), abs=1e-9) if defined else None)
    same = len(set(labels) | set(predicted)) == 1
    assert ours["cohen_kappa"] == (None if same else pytest.approx(metrics.cohen_kappa_score(labels, predicted), abs=1e-9))
    constant = len(set(labels)) == 1 or len(set(predicted)) == 1
    assert ours["mcc"] == (None if constant else pytest.approx(metrics.matthews_corrcoef(labels, predicted), abs=1e-9))
    assert ours["calibration_error"] == pytest.approx(calibration_error(labels, scores), abs=1e-9)
    by_torchmetrics = torchmetrics.functional.calibration_error(torch.from_numpy(scores), torch.from_numpy(labels), "multiclass", num_classes=classes)
    if not (probabilities(scores).max(1) * 15 % 1 == 0).any():  # torchmetrics bins these otherwise
        assert ours["calibration_error"] == pytest.approx(float(by_torchmetrics), abs=1e-5)


def probabilities(scores):
    scores = scores.astype(np.float64)
    if ((scores >= 0) & (scores <= 1)).all():
        return scores
    powers = np.exp(scores - scores.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def calibration_error(labels, scores, bins=15):
    """By Guo et al., 2017, in double precision; torchmetrics computes it in single."""
    given = probabilities(scores)
    confidence, right = given.max(1), given.argmax(1) == labels
    error = 0
    for low in range(bins):
        inside = (confidence > low / bins) & (confidence <= (low + 1) / bins)
        if inside.any():
            error += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return error


@pytest.mark.parametrize("seed", range(4))
def test_calibration_of_probabilities(tmp_path, seed):
    random = np.random.default_rng([seed, 5])
    labels = random.integers(0, 4, 300)
    scores = random.dirichlet([0.3] * 4, 300).astype(np.float32)
    ours = scored(tmp_path, labels, scores)["metrics"]
    assert ours["calibration_error"] == pytest.approx(calibration_error(labels, scores), abs=1e-9)
    theirs = torchmetrics.functional.calibration_error(torch.from_numpy(scores), torch.from_numpy(labels), "multiclass", num_classes=4)
    assert ours["calibration_error"] == pytest.approx(float(theirs), abs=1e-5)
    one_hot = np.eye(4)[labels]
    assert ours["roc_auc_weighted"] == pytest.approx(metrics.roc_auc_score(one_hot, scores, average="weighted"), abs=1e-9)
    assert ours["roc_auc_macro"] == pytest.approx(metrics.roc_auc_score(one_hot, scores, average="macro"), abs=1e-9)


def test_topk_is_chosen_by_the_caller(tmp_path):
    scores = np.array([[0.1, 0.2, 0.7], [0.5, 0.3, 0.2]], dtype=np.float32)
    ours = scored(tmp_path, [0, 1], scores, "--topk", "1,2,3")["metrics"]
    assert [ours[f"accuracy_top{k}"] for k in (1, 2, 3)] == [0.0, 0.5, 1.0]


def test_a_bad_file_has_its_faults_and_code_3(tmp_path):
    (tmp_path / "t.csv").write_text("sample,label\na,9\n")
    (tmp_path / "p.csv").write_text("sample,score_0,score_1\na,1,0\nb,0,1\n")
    done = subprocess.run([GOETIA, "score", "classification", "--truth", tmp_path / "t.csv", "--predictions", tmp_path / "p.csv", "--json"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 3
    assert len(json.loads(done.stdout.splitlines()[-1])["error"]["faults"]) == 2


@pytest.mark.parametrize("targets", [1, 3])
@pytest.mark.parametrize("offset", [0, 1e6])
def test_regression_equals_scikit_learn(tmp_path, targets, offset):
    random = np.random.default_rng(targets)
    truth = random.normal(size=(200, targets)) * 20 + offset
    found = truth + random.normal(size=truth.shape) * 5
    header = "sample," + ",".join(f"t{i}" for i in range(targets))
    order = random.permutation(200)
    for name, values, rows in (("truth", truth, range(200)), ("found", found, order)):
        lines = [f"s{i}," + ",".join(repr(float(value)) for value in values[i]) for i in rows]
        (tmp_path / f"{name}.csv").write_text("\n".join([header, *lines]) + "\n")
    done = subprocess.run([GOETIA, "score", "regression", "--truth", tmp_path / "truth.csv", "--predictions", tmp_path / "found.csv", "--json"],
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    ours = json.loads(done.stdout)["metrics"]
    assert ours["mae"] == pytest.approx(metrics.mean_absolute_error(truth, found), rel=1e-9)
    assert ours["rmse"] == pytest.approx(metrics.root_mean_squared_error(truth, found), rel=1e-9)
    assert ours["r2"] == pytest.approx(metrics.r2_score(truth, found), rel=1e-9)
    assert "subject_mae" not in ours


def test_every_subject_counts_the_same(tmp_path):
    random = np.random.default_rng(9)
    truth, found = random.normal(size=(2, 60, 2))
    subjects = [f"person {i}" for i in random.integers(0, 9, 60)]
    (tmp_path / "truth.csv").write_text("sample,a,subject,b\n" + "".join(f"s{i},{a!r},{who},{b!r}\n" for i, ((a, b), who) in enumerate(zip(truth.tolist(), subjects))))
    (tmp_path / "found.csv").write_text("sample,a,b\n" + "".join(f"s{i},{a!r},{b!r}\n" for i, (a, b) in enumerate(found.tolist())))
    done = subprocess.run([GOETIA, "score", "regression", "--truth", tmp_path / "truth.csv", "--predictions", tmp_path / "found.csv", "--json"],
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    ours = json.loads(done.stdout)["metrics"]
    means = [np.abs(truth - found)[[who == one for who in subjects]].mean() for one in set(subjects)]
    assert ours["subject_mae"] == pytest.approx(np.mean(means), abs=1e-9)
    assert ours["mae"] == pytest.approx(metrics.mean_absolute_error(truth, found), abs=1e-9)
