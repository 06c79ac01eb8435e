"""torchvision's one-stage detectors with random weights, and what they and ours make of the same images."""

import json
import os
import pathlib
import subprocess

import numpy as np
import torch

from torchvision_oracle import torchvision

RUNTIME = pathlib.Path(os.environ.get("GOETIA_BIN", pathlib.Path(__file__).parents[2] / "build/dev/bin")) / "goetia-runtime"
CLASSES = 4
NAMES = [("backbone.body.", "backbone."), ("backbone.fpn.", "neck.")]
# Labels and class columns: SSD counts the background as 0.
FIRST_LABEL = {"ssd300_vgg16": 1, "ssdlite320_mobilenet_v3_large": 1}
PARTS = {"classification": "loss_cls", "bbox_regression": "loss_box", "bbox_ctrness": "loss_centerness"}


def our_name(name):
    for theirs, ours in NAMES:
        if name.startswith(theirs):
            return ours + name.removeprefix(theirs)
    return name


def random_detector(name, images, seed=1):
    """With statistics that are not a fresh network's, and a head whose answers spread so that many pass the threshold."""
    torch.manual_seed(seed)
    model = getattr(torchvision.models.detection, name)(
        weights=None, weights_backbone=None, num_classes=CLASSES + FIRST_LABEL.get(name, 0), image_mean=[0.0] * 3, image_std=[1.0] * 3)
    model.transform.resize = lambda image, target=None: (image, target)
    for module in model.backbone.modules():
        if isinstance(module, torch.nn.Conv2d) and name.startswith("ssd"):   # as drawn, SSDlite's maps would be flat
            torch.nn.init.kaiming_normal_(module.weight)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
            torch.nn.init.uniform_(module.weight, 0.5, 1.0)
            torch.nn.init.normal_(module.bias, 0, 0.1)
    model.eval()
    with torch.no_grad():
        spread_out(model, images)
    return model


def last_layers(model):
    """(layer, spread of its outputs, bias)."""
    classes, boxes = model.head.classification_head, model.head.regression_head
    if hasattr(classes, "module_list"):
        for lists, spread in ((classes, 1.5), (boxes, 0.7)):
            for block in lists.module_list:
                yield (block if isinstance(block, torch.nn.Conv2d) else block[-1]), spread, 0.0
        return
    yield classes.cls_logits, 1.5, -7.0
    yield boxes.bbox_reg, 0.5, 0.5 if hasattr(boxes, "bbox_ctrness") else 0.0
    if hasattr(boxes, "bbox_ctrness"):
        yield boxes.bbox_ctrness, 1.0, 1.0


def spread_out(model, images):
    """Scales each layer of `last_layers` so that its outputs spread as it says."""
    found = {}
    hooks = []
    for layer, _, _ in last_layers(model):
        layer.weight.normal_(0, 1 / layer.weight[0].numel() ** 0.5)
        layer.bias.zero_()
        hooks.append(layer.register_forward_hook(lambda module, given, answer: found.setdefault(module, []).append(answer.flatten())))
    model(images)
    for hook in hooks:
        hook.remove()
    for layer, spread, bias in last_layers(model):
        layer.weight.mul_(spread / torch.cat(found[layer]).std())
        layer.bias.copy_(bias + torch.randn_like(layer.bias) * 0.1)


def some_images(sizes, seed=0):
    random = np.random.default_rng(seed)
    return [torch.from_numpy(random.standard_normal((3, height, width)).astype("float32")) for height, width in sizes]


def padded(images):
    height, width = (max(image.shape[axis] for image in images) for axis in (1, 2))
    rows = np.zeros((len(images), 3, height, width), "float32")
    for row, image in zip(rows, images):
        row[:, : image.shape[1], : image.shape[2]] = image.numpy()
    return rows


def some_truth(sizes, seed=3):
    """Objects of many sizes in each image but the last, which has none."""
    random = np.random.default_rng(seed)
    rows = []
    for height, width in sizes[:-1]:
        row = []
        for i in range(6):
            w, h = random.uniform(0.1, 0.9, 2) * (width, height)
            x, y = random.uniform(0, 1, 2) * (width - w, height - h)
            row.append({"box": [round(float(v), 2) for v in (x, y, x + w, y + h)], "label": i % CLASSES})
        rows.append(row)
    return [*rows, []]


def targets_of(name, truth):
    return [{"boxes": torch.tensor([one["box"] for one in row], dtype=torch.float32).reshape(-1, 4),
             "labels": torch.tensor([one["label"] + FIRST_LABEL.get(name, 0) for one in row], dtype=torch.int64)} for row in truth]


def ours(folder, name, model, images, truth=None, *words):
    """(objects of each row, losses, gradients)"""
    torch.save(model.state_dict(), folder / "w.pth")
    np.save(folder / "x.npy", padded(images))
    command = [RUNTIME, "forward", "--model", name, "--set", f"num_classes={CLASSES}", "--weights", folder / "w.pth", "--input", folder / "x.npy",
               "--output", folder / "y.npy", "--predictions", folder / "p.json", "--sizes", json.dumps([list(image.shape[1:]) for image in images]), *words]
    if truth is not None:
        (folder / "t.json").write_text(json.dumps({"objects": truth}))
        command += ["--truth", folder / "t.json", "--gradients", folder / "g.pth", "--losses", folder / "l.json"]
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    assert done.returncode == 0, done.stderr
    found = json.loads((folder / "p.json").read_text())["rows"]
    if truth is None:
        return found, None, None
    return found, json.loads((folder / "l.json").read_text()), torch.load(folder / "g.pth", weights_only=True)


def assert_same_objects(name, found, expected):
    assert len(found) == len(expected["scores"]) > 20
    assert [one["label"] + FIRST_LABEL.get(name, 0) for one in found] == expected["labels"].tolist()
    np.testing.assert_allclose([one["score"] for one in found], expected["scores"].numpy(), atol=1e-5)
    np.testing.assert_allclose([one["box"] for one in found], expected["boxes"].numpy(), atol=1e-3)


def step(model, images, targets):
    """torchvision's losses and gradients of one step in training."""
    model.train()
    losses = model(images, targets)
    sum(losses.values()).backward()
    gradients = {our_name(key): value.grad for key, value in model.named_parameters() if value.grad is not None}
    return {PARTS[key]: value.item() for key, value in losses.items()}, gradients


def assert_same_step(found_losses, found_gradients, losses, gradients):
    assert found_losses["parts"].keys() == losses.keys()
    for key, value in losses.items():
        assert value > 0
        assert abs(found_losses["parts"][key] - value) <= 1e-5 * max(1, abs(value)), key
    assert abs(found_losses["total"] - sum(losses.values())) <= 1e-5 * sum(losses.values())
    assert len(gradients) > 20
    for key, value in gradients.items():
        difference = (found_gradients[key] - value).abs().max() / value.abs().max().clamp(min=1e-6)
        assert difference < 1e-4, (key, difference)


SIZES = {"ssd300_vgg16": [(300, 300)] * 2, "ssdlite320_mobilenet_v3_large": [(320, 320)] * 3}


def check_detector(folder, name):
    torch.set_num_threads(1)
    sizes = SIZES.get(name, [(128, 160), (104, 150), (128, 133)])   # of several sizes: the rest of a row is padding
    images, truth = some_images(sizes), some_truth(sizes)
    model = random_detector(name, images)
    found, losses, gradients = ours(folder, name, model, images, truth)
    with torch.inference_mode():
        expected = model(images)
    for row, objects in zip(found, expected):
        assert_same_objects(name, row, objects)
    assert_same_step(losses, gradients, *step(model, images, targets_of(name, truth)))
