"""Fixtures of the end-to-end tests: the built programs, a tiny data set generated once, and separate experiment folders."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from goetia_kit import Goetia  # noqa: E402
from pool_kit import Pool  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def programs():
    return Path(os.environ.get("GOETIA_BIN", ROOT / "build/dev/bin"))


@pytest.fixture
def goetia(programs, tmp_path):
    return Goetia(programs, tmp_path)


@pytest.fixture(scope="session")
def shapes(programs, tmp_path_factory):
    """51 training images of three shapes, 16 pixels wide."""
    folder = tmp_path_factory.mktemp("shapes")
    maker = Goetia(programs, folder)
    maker.ok("dataset", "make", "--kind", "classification", "--output", folder / "data", "--images", 64, "--classes", 3, "--size", 16, "--seed", 1)
    return folder / "data"


@pytest.fixture
def tiny(shapes, tmp_path):
    """A configuration that trains in a second or two; tests shorten or lengthen it by overrides."""
    file = tmp_path / "tiny.yaml"
    file.write_text(TINY.format(data=shapes))
    return file


@pytest.fixture
def pool(goetia, shapes):
    made = Pool(goetia, shapes)
    yield made
    made.close()


@pytest.fixture
def small(pool, shapes, tiny):
    """A configuration for the pool's nodes: the tiny one with a smaller model, on data that they can read."""
    return pool.configuration(tiny, shapes, tiny.read_text())


TINY = """
experiment: {{name: tiny, seed: 7}}
model:
  type: ImageClassifier
  backbone: {{type: ResNet, depth: 18}}
  head: {{type: LinearClsHead, num_classes: 3, in_channels: 512, loss: {{type: CrossEntropyLoss}}}}
dataset: {{type: ImageNet, data_root: {data}, val: {{}}}}
augmentation:
  train:
    pipeline:
      - type: LoadImage
      - {{type: RandomHorizontalFlip, prob: 0.5}}
      - {{type: ColorJitter, brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1}}
      - type: ToTensor
      - {{type: Normalize, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25]}}
  val:
    pipeline:
      - type: LoadImage
      - type: ToTensor
      - {{type: Normalize, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25]}}
optimizer: {{type: SGD, lr: 0.02, momentum: 0.9}}
scheduler: {{type: CosineAnnealingLR, T_max: 3}}
training: {{epochs: 3, batch_size: 8, num_workers: 1, threads: 1}}
metrics: [{{type: Accuracy}}]
checkpoint: {{save_interval: 1, max_keep: 2}}
logging: {{log_interval: 1}}
"""
