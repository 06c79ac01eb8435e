"""The small detectors learn from nothing: trained by their templates on synthetic shapes, within minutes."""

from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parents[2] / "configs/templates"


@pytest.mark.parametrize("kind, name, least", [
    ("detection", "faster_rcnn_small", {"val/mAP_50": 0.90}),
    ("instance", "mask_rcnn_small", {"val/mAP_50": 0.90, "val/mask_mAP_50": 0.85}),
])
def test_it_learns(goetia, tmp_path, kind, name, least):
    goetia.ok("dataset", "make", "--kind", kind, "--output", tmp_path / "data", "--images", 2500, "--classes", 3, "--size", 96, "--seed", 1)
    best = goetia.train(TEMPLATES / kind / f"{name}.yaml", f"dataset.data_root={tmp_path / 'data'}", timeout=1800)["metrics"]["best"]
    assert all(best[metric] >= value for metric, value in least.items()), best
