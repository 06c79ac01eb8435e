"""Faster and Mask R-CNN beside torchvision's: the same weights and images, and what each makes of them."""

import json
import os
import pathlib
import subprocess

import numpy as np
import torch
from pycocotools import mask as coco_masks

from torchvision_oracle import torchvision

RUNTIME = pathlib.Path(os.environ.get("GOETIA_BIN", pathlib.Path(__file__).parents[2] / "build/dev/bin")) / "goetia-runtime"
CLASSES = 4
PREFIXES = [("backbone.body.", "backbone."), ("backbone.body.", "backbone.features."), ("backbone.fpn.", "neck."), ("rpn.", "head.rpn."), ("roi_heads.", "head.roi_heads.")]


def our_name(name, known):
    """Of MobileNetV3 the body is what we call features."""
    for theirs, ours in PREFIXES:
        if name.startswith(theirs) and (found := ours + name.removeprefix(theirs)) in known:
            return found
    raise AssertionError(name)


def random_model(name, **settings):
    """torchvision's, with weights and statistics that spread what it finds: a fresh one finds the same everywhere."""
    torch.manual_seed(7)
    model = getattr(torchvision.models.detection, name)(
        weights=None, weights_backbone=None, num_classes=CLASSES + 1, image_mean=[0.0, 0.0, 0.0], image_std=[1.0, 1.0, 1.0], **settings)
    model.transform.resize = lambda image, target=None: (image, target)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
            torch.nn.init.uniform_(module.weight, 0.5, 1.0)
            torch.nn.init.normal_(module.bias, 0, 0.1)
    with torch.no_grad():
        spread(model.rpn.head.cls_logits, 1.5)
        spread(model.rpn.head.bbox_pred, 0.5)
        spread(model.roi_heads.box_predictor.cls_score, 2.0)
        spread(model.roi_heads.box_predictor.bbox_pred, 0.5)
        calibrate(model)
    return model.eval()


def spread(layer, by):
    layer.weight.normal_(0, by / layer.weight[0].numel() ** 0.5)


def calibrate(model):
    """Scales the layers that say what is found so that their outputs are as wide as `spread` meant."""
    model.eval()
    images = [torch.rand(3, 128, 160, generator=torch.Generator().manual_seed(1)) * 4 - 2]
    layers = {model.rpn.head.cls_logits: 2.0, model.rpn.head.bbox_pred: 0.3,
              model.roi_heads.box_predictor.cls_score: 2.0, model.roi_heads.box_predictor.bbox_pred: 0.5}
    if model.roi_heads.has_mask():
        layers[model.roi_heads.mask_predictor.mask_fcn_logits] = 2.0
    for layer, wide in layers.items():
        widths = []
        hook = layer.register_forward_hook(lambda module, given, found: widths.append(found.std().item()))
        model(images)
        hook.remove()
        layer.weight.mul_(wide / np.mean(widths))


def forward(folder, name, model, images, *words, sizes=None):
    torch.save(model.state_dict(), folder / "w.pth")
    np.save(folder / "x.npy", images)
    words = ["forward", "--model", name, "--set", f"num_classes={CLASSES}", "--weights", folder / "w.pth", "--input", folder / "x.npy", "--output", folder / "y.npy", *words]
    if sizes:
        words += ["--sizes", json.dumps(sizes)]
    done = subprocess.run([RUNTIME, *map(str, words)], capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    assert done.returncode == 0, done.stderr


def found_by_us(folder, name, model, images, *words, sizes=None):
    forward(folder, name, model, images, "--predictions", folder / "p.json", *words, sizes=sizes)
    return json.loads((folder / "p.json").read_text())["rows"]


def found_by_torchvision(model, images, sizes):
    with torch.inference_mode():
        return model([torch.from_numpy(image[:, :height, :width].copy()) for image, (height, width) in zip(images, sizes)])


def assert_same_objects(ours, theirs):
    """In the same order, but where scores are equal to the rounding."""
    assert len(ours) == len(theirs["scores"]) > 5
    scores = np.array([one["score"] for one in ours])
    np.testing.assert_allclose(scores, theirs["scores"].numpy(), atol=1e-5)
    left = set(range(len(ours)))
    for i, (box, label, score) in enumerate(zip(theirs["boxes"].numpy(), theirs["labels"].numpy(), theirs["scores"].numpy())):
        place = next(j for j in sorted(left, key=lambda j: abs(j - i)) if ours[j]["label"] + 1 == label and np.abs(np.array(ours[j]["box"]) - box).max() < 1e-3)
        assert abs(scores[place] - score) < 1e-5
        left.remove(place)
        if "masks" in theirs:
            check_mask(ours[place]["mask"], theirs["masks"][i, 0].numpy())


def check_mask(ours, theirs):
    """Equal, but where a pixel is a half to the rounding."""
    drawn = coco_masks.decode({"size": ours["size"], "counts": ours["counts"].encode()})[: theirs.shape[0], : theirs.shape[1]]
    differs = drawn != (theirs >= 0.5)
    assert (np.abs(theirs[differs] - 0.5) < 1e-5).all(), np.abs(theirs[differs] - 0.5).max()


def truth(sizes, seed=3):
    """Some rectangles and triangles in each image but the last, which has none."""
    random = np.random.default_rng(seed)
    objects = []
    for height, width in sizes[:-1]:
        row = []
        for label in range(CLASSES):
            w, h = random.integers(24, 70, 2)
            x, y = random.integers(0, width - w), random.integers(0, height - h)
            outline = [x, y, x + w, y, x + w, y + h, x, y + h] if label % 2 else [x, y, x + w, y + h, x, y + h]
            row.append({"box": [int(x), int(y), int(x + w), int(y + h)], "label": label, "polygons": [[int(v) for v in outline]]})
        objects.append(row)
    return [*objects, []]


def as_torchvision_targets(objects, sizes):
    targets = []
    for row, (height, width) in zip(objects, sizes):
        masks = [coco_masks.decode(coco_masks.merge(coco_masks.frPyObjects([[float(v) for v in one["polygons"][0]]], height, width))) for one in row]
        targets.append({
            "boxes": torch.tensor([one["box"] for one in row], dtype=torch.float32).reshape(-1, 4),
            "labels": torch.tensor([one["label"] + 1 for one in row], dtype=torch.int64),
            "masks": torch.from_numpy(np.stack(masks)) if masks else torch.zeros((0, height, width), dtype=torch.uint8),
        })
    return targets
