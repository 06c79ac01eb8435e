"""Segmenters against torchvision's: outputs, one step's losses and gradients, predictions."""

import json
import os
import pathlib
import subprocess

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from torchvision_oracle import torchvision

RUNTIME = pathlib.Path(os.environ.get("GOETIA_BIN", pathlib.Path(__file__).parents[2] / "build/dev/bin")) / "goetia-runtime"
CLASSES = 5
WITH_AUXILIARY = ["fcn_resnet50", "fcn_resnet101", "deeplabv3_resnet50", "deeplabv3_resnet101", "deeplabv3_mobilenet_v3_large"]
NAMES = [*(pytest.param(name, marks=pytest.mark.slow) if "101" in name else name for name in WITH_AUXILIARY), "lraspp_mobilenet_v3_large"]


def random_segmenter(name):
    """torchvision's network with statistics that are not those of a fresh one, so that every buffer counts."""
    torch.manual_seed(len(name))
    settings = {"aux_loss": True} if name in WITH_AUXILIARY else {}
    model = getattr(torchvision.models.segmentation, name)(weights=None, weights_backbone=None, num_classes=CLASSES, **settings)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
            torch.nn.init.uniform_(module.weight, 0.5, 1.0)
            torch.nn.init.normal_(module.bias, 0, 0.1)
    return model.eval()


def forward(folder, model, name, images, *words):
    torch.save(model.state_dict(), folder / "w.pth")
    np.save(folder / "x.npy", images)
    classes = ["--set", f"head.num_classes={CLASSES}", *(["--set", f"auxiliary.num_classes={CLASSES}"] if name in WITH_AUXILIARY else [])]
    done = subprocess.run([RUNTIME, "forward", "--model", name, *classes, "--weights", folder / "w.pth", "--input", folder / "x.npy", "--output", folder / "y.npy", *map(str, words)],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def relative_difference(found, expected):
    assert found.shape == expected.shape
    return np.abs(found - expected).max() / np.abs(expected).max()


@pytest.mark.parametrize("name", NAMES)
def test_outputs_and_predictions_are_torchvisions(tmp_path, name):
    model = random_segmenter(name)
    images = np.random.default_rng(0).standard_normal((1, 3, 75, 98)).astype("float32")
    with torch.inference_mode():
        expected = model(torch.from_numpy(images))
    forward(tmp_path, model, name, images, "--outputs", tmp_path / "outputs", "--predictions", tmp_path / "p.json")
    for number, key in enumerate(["out", "aux"][:len(expected)]):
        assert relative_difference(np.load(tmp_path / f"outputs/{number}.npy"), expected[key].numpy()) < 1e-5
    row = json.loads((tmp_path / "p.json").read_text())["rows"][0]
    found = np.array(row["classes"]).reshape(row["height"], row["width"])
    assert (found == expected["out"][0].argmax(0).numpy()).mean() > 0.9999


def batch_of_masks():
    masks = np.random.default_rng(2).integers(0, CLASSES, (2, 49, 65))
    masks[:, :5] = 255
    return masks


@pytest.mark.parametrize("name", ["fcn_resnet50", "lraspp_mobilenet_v3_large"])
def test_the_losses_and_gradients_of_a_step_are_torchvisions(tmp_path, name):
    model = random_segmenter(name)
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    images = np.random.default_rng(1).standard_normal((2, 3, 49, 65)).astype("float32")
    masks = batch_of_masks()
    (tmp_path / "t.json").write_text(json.dumps({"masks": masks.tolist()}))
    dropout = [] if "lraspp" in name else ["--set", "head.dropout=0", "--set", "auxiliary.dropout=0"]
    forward(tmp_path, model, name, images, "--truth", tmp_path / "t.json", "--losses", tmp_path / "l.json", "--gradients", tmp_path / "g.pth", *dropout)
    model.train()
    outputs = model(torch.from_numpy(images))
    losses = {key: F.cross_entropy(scores, torch.from_numpy(masks), ignore_index=255) for key, scores in outputs.items()}
    total = losses["out"] + 0.5 * losses.get("aux", 0)
    total.backward()
    found = json.loads((tmp_path / "l.json").read_text())
    assert found["total"] == pytest.approx(total.item(), rel=1e-5)
    assert found["parts"]["loss_seg"] == pytest.approx(losses["out"].item(), rel=1e-5)
    if "aux" in losses:
        assert found["parts"]["loss_aux"] == pytest.approx(0.5 * losses["aux"].item(), rel=1e-5)
    gradients = torch.load(tmp_path / "g.pth", weights_only=True)
    for theirs, parameter in model.named_parameters():
        found, expected = gradients[ours_of(name, theirs)], parameter.grad
        assert (found - expected).abs().max().item() <= 1e-4 * max(expected.abs().max().item(), 1e-4), theirs


def ours_of(model, name):
    if name.startswith("aux_classifier."):
        return name.replace("aux_classifier.", "auxiliary.", 1)
    if name.startswith("classifier."):
        return name.replace("classifier.", "head.", 1)
    return name.replace("backbone.", "backbone.features.", 1) if "mobilenet" in model else name
