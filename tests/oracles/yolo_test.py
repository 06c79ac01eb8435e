"""YOLOv8, YOLOv8-seg and YOLOv10 against a second implementation in PyTorch (yolo_oracle.py): what the networks say, the
objects they find, and losses, gradients and the norms' statistics of one step."""

import json
import os
import pathlib
import subprocess

import numpy as np
import pytest
import torch
import yolo_oracle as oracle
from safetensors.torch import save_file

RUNTIME = pathlib.Path(os.environ.get("GOETIA_BIN", pathlib.Path(__file__).parents[2] / "build/dev/bin")) / "goetia-runtime"
CLASSES, HEIGHT, WIDTH, NARROW = 3, 64, 96, 0.125
QUICK = ["yolov8n_seg", "yolov10n"]  # of all that is learned and found
# Every kind of block of every size; x has the deepest chains.
MODELS = [*QUICK, "yolov8n", "yolov8m", "yolov8x_seg", "yolov10s", "yolov10m", "yolov10b", "yolov10x"]
LEARNING = [*QUICK, "yolov8n", "yolov10s", "yolov10x"]
FINDING = [*QUICK, "yolov8n"]


def parts_of(model):
    version, rest = (10, model[len("yolov10") :]) if model.startswith("yolov10") else (8, model[len("yolov8") :])
    return version, rest[0], rest.endswith("_seg")


class Case:
    """One narrow model with random weights, the same on both sides, and random images."""

    def __init__(self, folder, model):
        self.folder, self.model = folder, model
        self.version, self.size, self.seg = parts_of(model)
        self.net = oracle.Net(seed=1)
        self.images = torch.rand(2, 3, HEIGHT, WIDTH, generator=torch.Generator().manual_seed(2))
        np.save(folder / "x.npy", self.images.numpy())
        with torch.no_grad():
            self.evaluated = self.forward()
        save_file({name: tensor.contiguous() for name, tensor in self.net.state().items()}, folder / "w.safetensors")

    def forward(self):
        maps = oracle.trunk(self.net, self.images, self.version, self.size, NARROW)
        return oracle.heads(self.net, maps, self.version, CLASSES, self.seg)

    def run(self, *words):
        words = ["forward", "--model", self.model, "--set", f"backbone.width={NARROW}", "--set", f"num_classes={CLASSES}", *words]
        files = ["--weights", "w.safetensors", "--input", "x.npy", "--output", "y.npy"]
        done = subprocess.run([RUNTIME, *map(str, words), *files], capture_output=True, text=True, cwd=self.folder)
        assert done.returncode == 0, done.stderr


@pytest.fixture
def case(tmp_path, request):
    return Case(tmp_path, request.param)


def of(models):
    slow = [pytest.param(model, marks=[] if model in QUICK else pytest.mark.slow) for model in models]
    return pytest.mark.parametrize("case", slow, indirect=True, ids=models)


def spread_of_difference(found, expected):
    expected = expected.detach().numpy()
    assert found.shape == expected.shape
    return np.abs(found - expected).max() / (expected.max() - expected.min())


@of(MODELS)
def test_every_output_is_the_second_implementations(case):
    case.run("--outputs", "out")
    found = [np.load(case.folder / "out" / f"{i}.npy") for i in range(3 if case.seg or case.version == 10 else 2)]
    raw, other = case.evaluated
    assert spread_of_difference(found[0], raw) < 1e-5
    np.testing.assert_array_equal(found[1], [[HEIGHT // s, WIDTH // s] for s in (8, 16, 32)])
    if other is not None:
        assert spread_of_difference(found[2], other) < 1e-5


def thinned(boxes, scores, labels, iou):
    """Greedy non-maximum suppression within each class: the numbers of those that stay, surest first."""
    kept = []
    for i in scores.argsort(descending=True, stable=True).tolist():
        x1, y1 = torch.maximum(boxes[i, :2], boxes[kept][:, :2]).unbind(1) if kept else (None, None)
        if kept:
            x2, y2 = torch.minimum(boxes[i, 2:], boxes[kept][:, 2:]).unbind(1)
            shared = (x2 - x1).clamp(min=0) * (y2 - y1).clamp(min=0)
            area = lambda b: (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
            overlap = shared / (area(boxes[i]) + area(boxes[kept]) - shared)
            if bool(((overlap > iou) & (labels[kept] == labels[i])).any()):
                continue
        kept.append(i)
    return kept


def objects_of(case, row, threshold, most, content):
    """(box, label, score, mask or None) of each object, surest first."""
    raw, other = case.evaluated
    scores = raw[row, :, 64 : 64 + CLASSES].sigmoid().flatten()
    numbers = (scores > threshold).nonzero()[:, 0]
    numbers = numbers[scores[numbers].argsort(descending=True)]
    places, labels = numbers // CLASSES, numbers % CLASSES
    boxes, scores = oracle.boxes_of(raw, HEIGHT, WIDTH)[row, places], scores[numbers]
    kept = (list(range(len(numbers))) if case.version == 10 else thinned(boxes, scores, labels, 0.7))[:most]
    found = []
    for i in kept:
        box = torch.minimum(boxes[i].clamp(min=0), torch.tensor([content[1], content[0]] * 2))
        if min(box[2] - box[0], box[3] - box[1]) <= 1e-3:
            continue
        mask = oracle.found_mask(raw[row, places[i], 64 + CLASSES :], other[row], box, HEIGHT, WIDTH) if case.seg else None
        found.append((box.numpy(), int(labels[i]), float(scores[i]), mask))
    return found


@of(FINDING)
def test_objects_are_found_where_the_second_implementation_finds_them(case):
    from pycocotools import mask as coco

    sizes, threshold, most = [[HEIGHT, WIDTH], [50, 70]], 0.3, 40
    case.run("--predictions", "p.json", "--sizes", json.dumps(sizes), "--set", f"score_thres={threshold}", "--set", f"max_det={most}")
    rows = json.loads((case.folder / "p.json").read_text())["rows"]
    for row, (found, content) in enumerate(zip(rows, sizes)):
        expected = objects_of(case, row, threshold, most, content)
        assert len(found) == len(expected) > 10
        for one, (box, label, score, mask) in zip(found, expected):
            np.testing.assert_allclose(one["box"], box, atol=1e-3)
            assert (one["label"], one["score"]) == (label, pytest.approx(score, abs=1e-6))
            if mask is not None:
                height, width = one["mask"]["size"]
                same = coco.decode(one["mask"]) == mask.numpy()[:height, :width]
                assert [height, width] == content and same.mean() > 0.998  # a pixel at a half may fall either way


TRUTH = [
    [([8, 6, 60, 50], 0), ([40, 20, 90, 62], 2), ([10, 8, 58, 48], 1), ([70, 2, 84, 16], 1)],
    [([2, 2, 94, 62], 1), ([30, 30, 41, 44], 0)],
]


def write_truth(case, truth):
    def outline(x1, y1, x2, y2):  # a hexagon in the box
        return [[x1, (y1 + y2) / 2, x1 + (x2 - x1) / 4, y1, x2 - (x2 - x1) / 4, y1, x2, (y1 + y2) / 2, x2 - (x2 - x1) / 4, y2, x1 + (x2 - x1) / 4, y2]]

    objects = [[{"box": box, "label": label, "polygons": outline(*box)} for box, label in row] for row in truth]
    (case.folder / "t.json").write_text(json.dumps({"objects": objects}))
    return objects


def torch_truth(case, objects):
    from pycocotools import mask as coco

    def masks(row):
        return torch.stack([torch.from_numpy(coco.decode(coco.frPyObjects(one["polygons"], HEIGHT, WIDTH))[..., 0]) for one in row])

    rows = []
    for row in objects:
        boxes = torch.tensor([one["box"] for one in row], dtype=torch.float32).reshape(-1, 4)
        shapes = [masks(row)] if case.seg and row else []
        rows.append((boxes, [one["label"] for one in row], *shapes))
    return rows


def expected_losses(case, truth):
    raw, other = case.forward()
    if case.version == 8:
        return {f"loss_{name}": loss for name, loss in oracle.losses(raw, truth, HEIGHT, WIDTH, CLASSES, prototypes=other).items()}
    branches = {"one2one": (raw, 1), "one2many": (other, 10)}
    return {f"loss_{name}_{branch}": loss for branch, (said, topk) in branches.items() for name, loss in oracle.losses(said, truth, HEIGHT, WIDTH, CLASSES, topk).items()}


def one_step(case, truth):
    """(losses here, losses there, {name: (found, expected)} of gradients and statistics)."""
    objects = write_truth(case, truth)
    case.run("--truth", "t.json", "--losses", "l.json", "--gradients", "g.pth")
    case.net.training = True
    expected = expected_losses(case, torch_truth(case, objects))
    sum(expected.values()).backward()
    found = torch.load(case.folder / "g.pth")
    tensors = {name: (found[name], tensor.grad) for name, tensor in case.net.parameters.items() if tensor.grad is not None}
    tensors |= {name: (found[name], tensor) for name, tensor in case.net.buffers.items() if "running" in name}
    return json.loads((case.folder / "l.json").read_text()), {name: float(loss.detach()) for name, loss in expected.items()}, tensors


@of(LEARNING)
def test_losses_gradients_and_statistics_of_a_step_are_the_second_implementations(case):
    losses, expected, tensors = one_step(case, TRUTH)
    assert losses["parts"].keys() == expected.keys()
    for name, loss in expected.items():
        assert losses["parts"][name] == pytest.approx(loss, rel=1e-5), name
    assert losses["total"] == pytest.approx(sum(expected.values()), rel=1e-5)
    assert {name for name in case.net.parameters} == {name for name in tensors if "running" not in name}
    for name, (found, wanted) in tensors.items():
        # The shift of a norm that only a norm reads has a gradient of 0 but for rounding: its scale is measured too.
        beside = [wanted, tensors[name.removesuffix("bias") + "weight"][1]] if name.endswith("bn.bias") else [wanted]
        assert float((found - wanted).abs().max()) <= 1e-4 * max(float(one.abs().max()) for one in beside), name


@of(FINDING)
def test_a_batch_without_objects_teaches_that_there_are_none(case):
    write_truth(case, [[], []])
    case.run("--truth", "t.json", "--losses", "l.json", "--gradients", "g.pth")
    for name, loss in json.loads((case.folder / "l.json").read_text())["parts"].items():
        assert (loss > 0) == ("cls" in name), name
    gradients = torch.load(case.folder / "g.pth")
    assert gradients.keys() >= case.net.parameters.keys()  # of every parameter: ranks wait for each other's
    assert all(bool(tensor.isfinite().all()) for tensor in gradients.values())
