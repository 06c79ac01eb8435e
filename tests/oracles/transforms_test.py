"""Decoding and transforms, pixel by pixel against Pillow and torchvision.

What is exact there must be exact here; the antialiased resize may differ by one level on one pixel of a thousand.
"""

import itertools
import json
import os
import pathlib
import subprocess

import numpy as np
import pytest
import torch
from PIL import Image, ImageOps

from torchvision_oracle import torchvision

T = torchvision.transforms
F = torchvision.transforms.functional
GOETIA = pathlib.Path(os.environ.get("GOETIA_BIN", pathlib.Path(__file__).parents[2] / "build/dev/bin")) / "goetia"
SIZES = [(97, 61), (61, 97), (200, 150), (33, 33)]   # width, height


def photo(width, height, seed=0):
    """Smooth colours, edges and some noise, as a photograph has."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    layers = [np.sin(x / random.uniform(3, 20) + random.uniform(0, 6)) + np.cos(y / random.uniform(3, 20)) for _ in range(3)]
    pixels = 128 + 50 * np.stack(layers, -1) + random.normal(0, 12, (height, width, 3))
    pixels[height // 3 : height // 2, width // 4 : width // 2] = random.integers(0, 255, 3)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def run(folder, image, *steps, seed=0):
    """The bytes (or numbers) that a pipeline makes of an image or a file."""
    file = image
    if isinstance(image, Image.Image):
        file = folder / "in.png"
        image.save(file)
    pipeline = [{"type": "LoadImage"}, *steps]
    done = subprocess.run(
        [GOETIA, "dataset", "transform", "--pipeline", json.dumps(pipeline), "--image", file, "--output", folder / "out.npy", "--seed", str(seed)],
        capture_output=True, text=True,
    )
    assert done.returncode == 0, done.stderr
    return np.load(folder / "out.npy")


def assert_same(ours, theirs):
    theirs = np.asarray(theirs)
    assert ours.shape == theirs.shape
    assert ours.dtype == theirs.dtype
    assert (ours == theirs).all(), f"{(ours != theirs).any(-1).sum()} of {ours.shape[0] * ours.shape[1]} pixels differ"


def assert_near(ours, theirs):
    theirs = np.asarray(theirs)
    assert ours.shape == theirs.shape
    near = np.abs(ours.astype(int) - theirs.astype(int)) <= 1
    assert near.mean() >= 0.999, f"{near.mean():.5f} of the levels are within one"


@pytest.mark.parametrize("size", [16, 32, 40, 224, [50, 30], [30, 50], [7, 200], [61, 61], [1, 1]], ids=str)
@pytest.mark.parametrize("shape", SIZES, ids=str)
def test_resize(tmp_path, shape, size):
    image = photo(*shape)
    assert_near(run(tmp_path, image, {"type": "Resize", "size": size}), T.Resize(size)(image))


@pytest.mark.parametrize("size", [32, [20, 31], [80, 50], 120, 33], ids=str)
@pytest.mark.parametrize("shape", SIZES, ids=str)
def test_center_crop(tmp_path, shape, size):
    image = photo(*shape)
    assert_same(run(tmp_path, image, {"type": "CenterCrop", "size": size}), T.CenterCrop(size)(image))


@pytest.mark.parametrize("mode", ["constant", "edge", "reflect", "symmetric"])
@pytest.mark.parametrize("padding", [5, [3, 8], [1, 2, 3, 4]], ids=str)
def test_pad(tmp_path, padding, mode):
    image = photo(40, 30)
    fill = (7, 80, 200) if mode == "constant" else 0
    ours = run(tmp_path, image, {"type": "Pad", "padding": padding, "padding_mode": mode, "fill": list(fill) if fill else 0})
    assert_same(ours, T.Pad(padding, fill=fill, padding_mode=mode)(image))


@pytest.mark.parametrize("name", ["RandomHorizontalFlip", "RandomVerticalFlip"])
def test_flips(tmp_path, name):
    image = photo(41, 30)
    assert_same(run(tmp_path, image, {"type": name, "prob": 1}), getattr(T, name)(1)(image))


CHANGES = [
    *itertools.product(["brightness", "contrast", "saturation"], [0.0, 0.3, 0.71, 1.0, 1.37, 3.0]),
    *itertools.product(["hue"], [-0.5, -0.31, -0.1, 0.0, 0.02, 0.1, 0.25, 0.5]),
]


@pytest.mark.parametrize("name,factor", CHANGES)
def test_color_jitter(tmp_path, name, factor):
    image = photo(97, 61, seed=3)
    theirs = getattr(F, f"adjust_{name}")(image, factor)
    assert_same(run(tmp_path, image, {"type": "ColorJitter", name: [factor, factor]}), theirs)


def test_hue_of_every_colour(tmp_path):
    levels = np.arange(0, 256, 5)
    colours = np.stack(np.meshgrid(levels, levels, levels), -1).reshape(-1, len(levels), 3).astype(np.uint8)
    image = Image.fromarray(colours)
    for factor in (0.0, 0.17, -0.4):
        assert_same(run(tmp_path, image, {"type": "ColorJitter", "hue": [factor, factor]}), F.adjust_hue(image, factor))


def test_numbers(tmp_path):
    image = photo(50, 40)
    mean, std = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
    theirs = T.Compose([T.Resize(32), T.CenterCrop(24), T.ToTensor(), T.Normalize(mean, std)])(image).numpy()
    ours = run(tmp_path, image, {"type": "Resize", "size": 32}, {"type": "CenterCrop", "size": 24}, {"type": "ToTensor"}, {"type": "Normalize", "mean": mean, "std": std})
    assert_same(ours, theirs)


def outcomes(image, policy):
    """Every picture torchvision's policy can give, with its probability."""
    reference = T.AutoAugment(T.AutoAugmentPolicy(policy))
    space = reference._augmentation_space(10, (image.height, image.width))
    found = {}
    for actions in reference.policies:
        for applied in itertools.product([True, False], repeat=2):
            for signs in itertools.product([1, -1], repeat=2):
                share, result = 0.25 / len(reference.policies), image
                for (name, probability, strength), yes, sign in zip(actions, applied, signs):
                    share *= probability if yes else 1 - probability
                    if not yes or share == 0:
                        continue
                    magnitudes, signed = space[name]
                    magnitude = float(magnitudes[strength].item()) if strength is not None else 0.0
                    result = T.autoaugment._apply_op(result, name, magnitude * (sign if signed else 1), T.InterpolationMode.NEAREST, None)
                if share > 0:
                    key = result.tobytes()
                    found[key] = found.get(key, 0) + share
    return found


@pytest.mark.parametrize("policy", ["imagenet", "cifar10", "svhn"])
def test_auto_augment(tmp_path, policy):
    image = photo(67, 48, seed=5)
    possible = outcomes(image, policy)
    assert abs(sum(possible.values()) - 1) < 1e-6
    draws = 300
    seen = [run(tmp_path, image, {"type": "AutoAugment", "policy": policy}, seed=seed).tobytes() for seed in range(draws)]
    strangers = [seed for seed, result in enumerate(seen) if result not in possible]
    assert not strangers, f"{len(strangers)} of {draws} results are none that torchvision can give, first with seed {strangers[0]}"
    missing = [share for result, share in possible.items() if share >= 0.02 and result not in seen]
    assert not missing, f"results of probability {missing} never came"
    often = max(possible, key=possible.get)
    assert abs(seen.count(often) / draws - possible[often]) < 0.1


@pytest.mark.parametrize("quality,subsampling", [(95, 0), (90, 2), (50, 1)])
def test_jpeg(tmp_path, quality, subsampling):
    photo(97, 61).save(tmp_path / "x.jpg", quality=quality, subsampling=subsampling)
    assert_near(run(tmp_path, tmp_path / "x.jpg"), Image.open(tmp_path / "x.jpg").convert("RGB"))


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_jpeg_modes(tmp_path, mode):
    photo(64, 48).convert(mode).save(tmp_path / "x.jpg", quality=95)
    assert_near(run(tmp_path, tmp_path / "x.jpg"), Image.open(tmp_path / "x.jpg").convert("RGB"))


def test_progressive_jpeg(tmp_path):
    photo(64, 48).save(tmp_path / "x.jpg", quality=85, progressive=True)
    assert_near(run(tmp_path, tmp_path / "x.jpg"), Image.open(tmp_path / "x.jpg").convert("RGB"))


@pytest.mark.parametrize("suffix", ["jpg", "png"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation(tmp_path, orientation, suffix):
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = tmp_path / f"x.{suffix}"
    photo(48, 32).save(file, exif=exif, **({"quality": 95} if suffix == "jpg" else {}))
    assert_near(run(tmp_path, file), ImageOps.exif_transpose(Image.open(file)).convert("RGB"))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_png_modes(tmp_path, mode):
    image = photo(31, 22).convert(mode)
    image.save(tmp_path / "x.png")
    assert_same(run(tmp_path, tmp_path / "x.png"), Image.open(tmp_path / "x.png").convert("RGB"))


def test_png_of_16_bits_keeps_the_upper_8(tmp_path):
    levels = np.random.default_rng(0).integers(0, 65536, (20, 30)).astype(np.uint16)
    Image.fromarray(levels).save(tmp_path / "x.png")
    assert_same(run(tmp_path, tmp_path / "x.png"), np.repeat((levels >> 8).astype(np.uint8)[..., None], 3, -1))
