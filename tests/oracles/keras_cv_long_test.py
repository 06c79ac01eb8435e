"""YOLOv8m against keras-cv's: what the network says, the boxes before suppression, the norms' statistics, the numbers of
parameters. keras_cv_oracle.py runs keras-cv in an environment of its own, .goetia/keras_cv, which the first run makes in
some minutes; it takes 1.8 GB and is kept.

Both are the same network: keras-cv pads with zeros before its convolutions and has the same norms. Of what differs:

- keras-cv repeats the blocks of its downward path twice, whatever the size. The published tables say so of m only, so that
  the other sizes cannot be compared.
- It applies the sigmoid within the network; the logits before it are read out.
- It has no layer that takes the mean of a distribution: `head.dfl.conv.weight` holds the constants 0 to 15.
- Keras divides a batch's squared deviations by their number, PyTorch by one less; expected variances are converted.
- Its class towers have a channel for each class if there are more classes than channels of the finest map (192 of m); ours
  heed 100 classes at most.
- It learns otherwise, without the distribution focal loss: losses are compared in yolo_test.py.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import numpy as np
import pytest
import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]
RUNTIME = pathlib.Path(os.environ.get("GOETIA_BIN", ROOT / "build/dev/bin")) / "goetia-runtime"
ENVIRONMENT = ROOT / ".goetia/keras_cv"
PACKAGES = ["keras-cv==0.9.0", "keras==3.15.1", "tensorflow-cpu==2.21.0"]
LIMIT_S = 1500
CLASSES, HEIGHT, WIDTH = 20, 128, 160
MODEL = ["forward", "--model", "yolov8m", "--set", f"num_classes={CLASSES}"]


def make(step, *words):
    """One step of making the environment; what to do is said where it fails."""
    try:
        done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=LIMIT_S)
        fault = None if done.returncode == 0 else "\n".join((done.stdout + done.stderr).splitlines()[-15:])
    except subprocess.TimeoutExpired:
        fault = f"still running after {LIMIT_S} s"
    if fault:
        pytest.fail(f"{step} for the comparison with keras-cv failed in {ENVIRONMENT}; check the network, pip's configuration, 3 GB of "
                    f"free disk and that {' '.join(PACKAGES)} exist for Python {sys.version.split()[0]}, then run it again\n{fault}", pytrace=False)


@pytest.fixture(scope="module")
def keras_python():
    """The Python of keras-cv's environment. It is made anew if other packages are wanted or if it was left half made."""
    python, stamp = ENVIRONMENT / "bin/python", ENVIRONMENT / ".installed"
    wanted = "\n".join([*PACKAGES, sys.version.split()[0]])
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        make("making a virtual environment", sys.executable, "-m", "venv", ENVIRONMENT)
        make("fetching the packages", python, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--progress-bar", "off", *PACKAGES)
        stamp.write_text(wanted)
    return python


@pytest.fixture(scope="module")
def said(keras_python, tmp_path_factory):
    """The folder of what keras_cv_oracle.py writes."""
    folder = tmp_path_factory.mktemp("keras_cv")
    environment = {**os.environ, "KERAS_BACKEND": "tensorflow", "KERAS_HOME": str(folder / "home"), "CUDA_VISIBLE_DEVICES": "",
                   "TF_ENABLE_ONEDNN_OPTS": "0", "TF_CPP_MIN_LOG_LEVEL": "2", "PYTHONPATH": ""}
    script = pathlib.Path(__file__).with_name("keras_cv_oracle.py")
    done = subprocess.run([keras_python, script, folder], capture_output=True, text=True, env=environment, timeout=LIMIT_S)
    assert done.returncode == 0, f"{done.stderr}\nif keras-cv itself cannot be imported, delete {ENVIRONMENT}: the next run makes it anew"
    return folder


BLOCKS = {
    "stem_1": "backbone.0", "stem_2": "backbone.1", "stack1_c2f": "backbone.2", "stack2_downsample": "backbone.3", "stack2_c2f": "backbone.4",
    "stack3_downsample": "backbone.5", "stack3_c2f": "backbone.6", "stack4_downsample": "backbone.7", "stack4_c2f": "backbone.8",
    "stack4_spp_fast": "backbone.9", "pa_fpn_p4p5": "neck.12", "pa_fpn_p3p4p5": "neck.15", "pa_fpn_p3p4p5_downsample1": "neck.16",
    "pa_fpn_p3p4p5_downsample1_block": "neck.18", "pa_fpn_p3p4p5_downsample2": "neck.19", "pa_fpn_p3p4p5_downsample2_block": "neck.21",
}
VARIABLES = {"kernel": "weight", "bias": "bias", "gamma": "weight", "beta": "bias", "moving_mean": "running_mean", "moving_variance": "running_var"}


def our_name(name):
    """stack2_c2f_pre_0_1_conv/kernel: backbone.4.m.0.cv1.conv.weight"""
    layer, variable = name.split("/")
    where, kind = layer.rsplit("_", 1)
    if head := re.fullmatch(r"yolo_v8_head_(\d)_(box|class)_(\d)", where):
        level, tower, step = int(head[1]) - 1, {"box": "box", "class": "cls"}[head[2]], int(head[3]) - 1
        return f"head.branch.{tower}.{level}.{step}." + ("" if step == 2 else f"{kind}.") + VARIABLES[variable]
    block, inner = re.fullmatch(r"(.*?)(?:_(pre(?:_\d_\d)?|output))?", where).groups()
    if inner in ("pre", "output"):
        inner = ".cv1" if inner == "pre" else ".cv2"
    elif inner:
        _, number, conv = inner.split("_")
        inner = f".m.{number}.cv{conv}"
    return f"{BLOCKS[block]}{inner or ''}.{kind}.{VARIABLES[variable]}"


def as_ours(numbers):
    """Kernels are [height, width, in, out] there and [out, in, height, width] here."""
    return {our_name(name): torch.from_numpy(one.transpose(3, 2, 0, 1).copy() if one.ndim == 4 else one) for name, one in numbers.items()}


def run(folder, *words):
    done = subprocess.run([RUNTIME, *MODEL, *map(str, words)], capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def found(said, tmp_path_factory):
    """The folder of what ours makes of the same images with the same weights."""
    folder = tmp_path_factory.mktemp("ours")
    weights = as_ours(np.load(said / "weights.npz"))
    norms = [name.removesuffix("running_mean") for name in weights if name.endswith("running_mean")]
    weights |= {f"{norm}num_batches_tracked": torch.zeros((), dtype=torch.int64) for norm in norms}
    weights["head.dfl.conv.weight"] = torch.arange(16.0).reshape(1, 16, 1, 1)
    torch.save(weights, folder / "w.pth")
    np.save(folder / "x.npy", np.ascontiguousarray(np.load(said / "images.npy").transpose(0, 3, 1, 2)))
    everything = ["score_thres=0", "nms_candidates=100000", "max_det=100000", "head.nms={type: class, iou_thres: 1}"]
    settings = [word for one in everything for word in ("--set", one)]
    run(folder, *settings, "--weights", "w.pth", "--input", "x.npy", "--output", "y.npy", "--predictions", "p.json", "--gradients", "g.pth")
    return folder


def test_what_the_network_says_of_distances_and_classes(said, found):
    expected, ours = np.load(said / "logits.npy"), np.load(found / "y.npy")
    assert ours.shape == expected.shape == (2, (HEIGHT * WIDTH) // 64 * 21 // 16, 64 + CLASSES)
    for part in (slice(0, 64), slice(64, None)):
        here, there = ours[..., part], expected[..., part]
        spread = np.ptp(there, axis=1).mean()  # between the places, of each channel: biases make the whole's larger
        assert spread > 1
        assert np.abs(here - there).max() < 1e-5 * spread


def test_boxes_and_scores_before_suppression(said, found):
    """Whatever the network says: the sides' order, the places' centres and strides."""
    boxes = np.load(said / "boxes.npy").clip(0, [WIDTH, HEIGHT] * 2)
    scores = np.load(said / "scores.npy")
    rows = json.loads((found / "p.json").read_text())["rows"]
    for row, objects in enumerate(rows):
        assert len(objects) == scores[row].size
        for label in range(CLASSES):
            expected = np.column_stack([boxes[row], 1000 * scores[row, :, label]])
            ours = np.array([[*one["box"], 1000 * one["score"]] for one in objects if one["label"] == label])
            apart = np.abs(expected[:, None] - ours[None]).max(2)
            nearest = apart.argmin(1)
            assert sorted(nearest) == list(range(len(expected)))
            assert apart.min(1).max() < 4e-3  # pixels, or thousandths of a score


def test_norms_follow_a_batch_alike(said, found):
    """One pass of training: the batch's statistics on the way, and a momentum of 0.97 there and 0.03 here."""
    before, after = np.load(said / "weights.npz"), np.load(said / "trained.npz")
    seen = json.loads((said / "facts.json").read_text())["seen"]
    ours = torch.load(found / "g.pth")
    names = [name for name in after if "/moving_" in name]
    assert len(names) == 2 * len(seen) == 154
    for name in names:
        expected = after[name]
        if name.endswith("variance"):
            numbers = seen[name.split("/")[0]]
            expected = expected + (expected - 0.97 * before[name]) / (numbers - 1)
        moved = np.abs(expected - before[name]).max()
        assert np.abs(ours[our_name(name)].numpy() - expected).max() < 1e-4 * moved, name


def test_numbers_of_parameters(said):
    """keras-cv's own networks of these sizes are its published ones, and ours learns as many numbers."""
    theirs = json.loads((said / "facts.json").read_text())
    assert theirs["backbone"] == theirs["published_backbone"]
    assert theirs["detector"] == theirs["published_detector"]  # its YOLOv8m for the 20 classes of Pascal VOC
    ours = json.loads(run(said))
    assert ours["trained_parameters"] == theirs["trained"]
    assert ours["parameters"] == theirs["trained"] + 16  # the constants 0 to 15
