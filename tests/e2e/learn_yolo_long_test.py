"""The small YOLO models learn from nothing: trained by their templates on synthetic shapes, within minutes."""

import resource
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parents[2] / "configs/templates"
MOST_CPU_SECONDS = 600  # twice what they take alone: the machine may be busy


@pytest.mark.parametrize("kind, name, least", [
    ("detection", "yolov8_small", {"val/mAP_50": 0.90}),
    ("detection", "yolov10_small", {"val/mAP_50": 0.90}),
    ("instance", "yolov8_seg_small", {"val/mAP_50": 0.90, "val/mask_mAP_50": 0.85}),
])
def test_it_learns(goetia, tmp_path, kind, name, least):
    goetia.ok("dataset", "make", "--kind", kind, "--output", tmp_path / "data", "--images", 2500, "--classes", 3, "--size", 96, "--seed", 1)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    best = goetia.train(TEMPLATES / kind / f"{name}.yaml", f"dataset.data_root={tmp_path / 'data'}", timeout=1800)["metrics"]["best"]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert all(best[metric] >= value for metric, value in least.items()), best
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < MOST_CPU_SECONDS
