"""Losses of class maps against the same in NumPy and PyTorch, values and gradients."""

import json
import os
import pathlib
import subprocess

import numpy as np
import pytest
import torch
import torch.nn.functional as F

RUNTIME = pathlib.Path(os.environ.get("GOETIA_BIN", pathlib.Path(__file__).parents[2] / "build/dev/bin")) / "goetia-runtime"
N, C, H, W = 3, 4, 9, 7


def run(*words):
    return subprocess.run([RUNTIME, *map(str, words)], capture_output=True, text=True)


def ours(folder, section, scores, truth, weight=None):
    np.save(folder / "x.npy", scores.astype("float32"))
    np.save(folder / "t.npy", truth.astype("float32"))
    words = ["loss", "--config", json.dumps(section), "--found", folder / "x.npy", "--truth", folder / "t.npy", "--classes", "--gradient", folder / "g.npy"]
    if weight is not None:
        np.save(folder / "w.npy", np.asarray(weight, "float32"))
        words += ["--weight", folder / "w.npy"]
    done = run(*words)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["loss"], np.load(folder / "g.npy")


def maps(seed=0, ignored=0.2):
    dice = np.random.default_rng(seed)
    truth = dice.integers(0, C, (N, H, W))
    truth[dice.random(truth.shape) < ignored] = 255
    return 2 * dice.standard_normal((N, C, H, W)), truth


# ---- each loss again, in doubles: `p` are the shares [pixels, C], `t` the classes of the pixels that count ----

def pixels(scores, truth):
    known = truth.flatten() != 255
    return scores.permute(0, 2, 3, 1).reshape(-1, scores.shape[1])[known], truth.flatten()[known]


def cross_entropy(scores, truth, weight=None, smoothing=0.0):
    return F.cross_entropy(scores, truth, weight=weight, ignore_index=255, label_smoothing=smoothing)


def tversky(scores, truth, alpha, beta, smooth, present_only=True):
    found, t = pixels(scores, truth)
    p, each = found.softmax(1), []
    for c in range(scores.shape[1]):
        true = (t == c).double()
        if present_only and true.sum() == 0:
            continue
        hit, wrong, missed = (p[:, c] * true).sum(), (p[:, c] * (1 - true)).sum(), ((1 - p[:, c]) * true).sum()
        each.append(1 - (hit + smooth) / (hit + alpha * wrong + beta * missed + smooth))
    return torch.stack(each).mean()


def dice(scores, truth, smooth=1.0, present_only=True):
    return tversky(scores, truth, 0.5, 0.5, smooth / 2, present_only)


def lovasz(scores, truth):
    """By the definition: the Jaccard losses of the sets of the k largest errors, each counted by how far the errors fall."""
    found, t = pixels(scores, truth)
    p, each = found.softmax(1), []
    for c in range(scores.shape[1]):
        true = t == c
        if not true.any():
            continue
        errors = (true.double() - p[:, c]).abs()
        order = errors.argsort(descending=True, stable=True)
        jaccard = [0.0]
        for k in range(1, len(order) + 1):
            wrong = torch.zeros_like(true)
            wrong[order[:k]] = True
            jaccard.append(1 - ((true & ~wrong).sum() / (true | wrong).sum()).item())
        each.append((errors[order] * torch.tensor(np.diff(jaccard))).sum())
    return torch.stack(each).mean()


def ohem(scores, truth, threshold, min_kept):
    found, t = pixels(scores, truth)
    losses = F.cross_entropy(found, t, reduction="none")
    shares = found.softmax(1).gather(1, t[:, None])[:, 0]
    kept = shares < threshold
    kept[losses.argsort(descending=True)[:min_kept]] = True
    return losses[kept].mean()


def focal(scores, truth, gamma, alpha=None):
    found, t = pixels(scores, truth)
    share = found.softmax(1).gather(1, t[:, None])[:, 0]
    each = -((1 - share) ** gamma) * share.log()
    return (each * (alpha[t] if alpha is not None else 1)).mean()


CLASS_WEIGHTS = [0.5, 2.0, 1.0, 0.25]
AS_TENSOR = torch.tensor(CLASS_WEIGHTS, dtype=torch.float64)
LOSSES = {
    "CrossEntropyLoss": ({}, cross_entropy),
    "CrossEntropyLoss by class": ({"weight": CLASS_WEIGHTS}, lambda s, t: cross_entropy(s, t, AS_TENSOR)),
    "CrossEntropyLoss smoothed": ({"label_smoothing": 0.1, "loss_weight": 2}, lambda s, t: 2 * cross_entropy(s, t, None, 0.1)),
    "CrossEntropyLoss smoothed by class": ({"label_smoothing": 0.1, "weight": CLASS_WEIGHTS}, lambda s, t: cross_entropy(s, t, AS_TENSOR, 0.1)),
    "CrossEntropyLoss sum": ({"reduction": "sum"}, lambda s, t: F.cross_entropy(s, t, ignore_index=255, reduction="sum")),
    "DiceLoss": ({}, dice),
    "DiceLoss plain": ({"smooth": 0}, lambda s, t: dice(s, t, 0)),
    "DiceLoss of all": ({"present_only": False, "loss_weight": 3}, lambda s, t: 3 * dice(s, t, present_only=False)),
    "TverskyLoss": ({"alpha": 0.2, "beta": 0.9, "smooth": 0.5}, lambda s, t: tversky(s, t, 0.2, 0.9, 0.5)),
    "LovaszLoss": ({}, lovasz),
    "OhemCrossEntropyLoss": ({"threshold": 0.3, "min_kept": 20}, lambda s, t: ohem(s, t, 0.3, 20)),
    "OhemCrossEntropyLoss most": ({"threshold": 0.01, "min_kept": 60}, lambda s, t: ohem(s, t, 0.01, 60)),
    "OhemCrossEntropyLoss all": ({}, cross_entropy),
    "SoftmaxFocalLoss": ({}, lambda s, t: focal(s, t, 2)),
    "SoftmaxFocalLoss by class": ({"gamma": 0.5, "alpha": CLASS_WEIGHTS}, lambda s, t: focal(s, t, 0.5, AS_TENSOR)),
    "SoftmaxFocalLoss plain": ({"gamma": 0}, cross_entropy),
    "SumLoss": ({"losses": [{"type": "CrossEntropyLoss", "loss_weight": 0.4}, {"type": "DiceLoss", "loss_weight": 0.6}]},
                lambda s, t: 0.4 * cross_entropy(s, t) + 0.6 * dice(s, t)),
}


@pytest.mark.parametrize("present", [C, 2])
@pytest.mark.parametrize("name", LOSSES)
def test_values_and_gradients_are_those_of_the_definition(tmp_path, name, present):
    settings, expected = LOSSES[name]
    scores, truth = maps()
    truth[(truth != 255) & (truth >= present)] = 0
    found, gradient = ours(tmp_path, {"type": name.split()[0], **settings}, scores, truth)
    exact = torch.from_numpy(scores.astype("float32")).double().requires_grad_()
    value = expected(exact, torch.from_numpy(truth))
    value.backward()
    assert found == pytest.approx(value.item(), rel=1e-6)
    assert np.abs(gradient - exact.grad.numpy()).max() <= 1e-6 * max(1, exact.grad.abs().max().item())


MAP_LOSSES = sorted({name.split()[0] for name in LOSSES})


def section_of(name):
    return {"type": name, **(LOSSES["SumLoss"][0] if name == "SumLoss" else {})}


@pytest.mark.parametrize("name", MAP_LOSSES)
def test_what_is_ignored_changes_nothing_and_nothing_at_all_is_no_loss(tmp_path, name):
    scores, truth = maps(1)
    found, gradient = ours(tmp_path, section_of(name), scores, truth)
    other = np.where((truth == 255)[:, None], scores + 5, scores)
    assert ours(tmp_path, section_of(name), other, truth)[0] == pytest.approx(found, rel=1e-6)
    assert np.abs(gradient.transpose(0, 2, 3, 1)[truth == 255]).max() == 0
    found, gradient = ours(tmp_path, section_of(name), scores, np.full_like(truth, 255))
    assert found == 0 and np.all(gradient == 0)


@pytest.mark.parametrize("name", MAP_LOSSES)
@pytest.mark.parametrize("surely", [True, False])
def test_gradients_are_finite_where_the_scores_are_certain(tmp_path, name, surely):
    scores, truth = maps(2, ignored=0)
    scores = 1000.0 * (np.arange(C)[None, :, None, None] == ((truth if surely else (truth + 1) % C))[:, None])
    found, gradient = ours(tmp_path, section_of(name), scores, truth)
    assert np.isfinite(found) and np.isfinite(gradient).all()
    assert (found < 1e-3) == surely


@pytest.mark.parametrize("name", MAP_LOSSES)
def test_a_row_without_weight_does_not_count(tmp_path, name):
    scores, truth = maps(3)
    without = truth.copy()
    without[1] = 255
    expected = ours(tmp_path, section_of(name), scores, without)
    found = ours(tmp_path, section_of(name), scores, truth, weight=[1, 0, 1])
    assert found[0] == pytest.approx(expected[0], rel=1e-6)
    np.testing.assert_allclose(found[1], expected[1], atol=1e-8)


def test_refusals_name_what_does_not_fit(tmp_path):
    scores, truth = maps()
    np.save(tmp_path / "x.npy", scores.astype("float32"))
    words = ["loss", "--found", tmp_path / "x.npy", "--truth", tmp_path / "t.npy", "--classes", "--config"]
    np.save(tmp_path / "t.npy", np.full((N, H, W), 4, "float32"))
    assert "the truth has class 4, but the model tells 4 classes apart, counted from 0" in run(*words, '{"type": "CrossEntropyLoss"}').stderr
    np.save(tmp_path / "t.npy", np.zeros((N, H, W + 1), "float32"))
    for name in MAP_LOSSES:
        assert "a loss of classes needs scores [N, classes, ...] and truth [N, ...]" in run(*words, json.dumps(section_of(name))).stderr, name
    assert "'losses' must be a list of losses" in run(*words, '{"type": "SumLoss", "losses": {}}').stderr
    assert "no loss 'DiseLoss'; did you mean 'DiceLoss'?" in run(*words, '{"type": "SumLoss", "losses": [{"type": "DiseLoss"}]}').stderr
