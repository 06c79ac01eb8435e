"""Near duplicates: copies of an image are found, and handwritten digits of different writers are not taken for copies."""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

ROOT = Path(__file__).resolve().parents[2]
GOETIA = Path(os.environ.get("GOETIA_BIN", ROOT / "build" / "dev" / "bin")) / "goetia"
COPIES = 40


def digit(pixels):
    return Image.fromarray((pixels * 255 / 16).astype(np.uint8)).resize((28, 28), Image.BICUBIC)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """The near duplicates of 1797 digits in two splits and of copies of some of them, as pairs of names."""
    folder = tmp_path_factory.mktemp("digits")
    digits = load_digits()
    for i, (pixels, label) in enumerate(zip(digits.images, digits.target)):
        place = folder / ("val" if i % 5 == 4 else "train") / str(label)
        place.mkdir(parents=True, exist_ok=True)
        image = digit(pixels)
        image.save(place / f"{i:04}.png")
        if i < COPIES:
            image.save(place / f"{i:04}_quality.jpg", quality=75)
            image.resize((56, 56), Image.BILINEAR).save(place / f"{i:04}_larger.png")
            Image.fromarray((np.asarray(image) * 0.8 + 20).astype(np.uint8)).save(place / f"{i:04}_paler.png")
    done = subprocess.run([GOETIA, "dataset", "validate", "--data-root", folder, "--threads", "2", "--json"],
                          capture_output=True, text=True, timeout=300, env={**os.environ, "XDG_CACHE_HOME": str(folder / "cache")})
    report = json.loads(done.stdout.splitlines()[-1])
    assert report["counts"]["images"] == 1797 + 3 * COPIES, done.stderr
    near = [one for one in report["faults"] if "of the perceptual hash differ" in one["found"]]
    return [tuple(Path(part).stem for part in one["found"].split("'")[1:4:2]) for one in near]


def original(name):
    return name.split("_")[0]


def test_digits_of_different_writers_are_told_apart(found):
    false = [pair for pair in found if original(pair[0]) != original(pair[1])]
    assert len(false) <= 2, false  # by the hash alone: 114 of them


def test_copies_are_found(found):
    """A copy of a digit that another copy precedes is reported with the nearest of them."""
    copies = {name for pair in found for name in pair}
    for kind in ("quality", "larger", "paler"):
        assert sum(f"{i:04}_{kind}" in copies for i in range(COPIES)) >= 0.8 * COPIES, kind
