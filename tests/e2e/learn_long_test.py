"""The small templates learn from nothing on synthetic images of 96 pixels: one model of each kind, within 300 seconds of one
processor."""

import resource
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parents[2] / "configs/templates"
MOST_CPU_SECONDS = 300

BOXES = {"val/mAP_50": 0.90}
MASKS = {"val/mAP_50": 0.90, "val/mask_mAP_50": 0.85}
MAPS = {"val/mIoU": 0.90}


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize(("kind", "name", "least"), [
    ("detection", "faster_rcnn_small", BOXES),
    ("detection", "retinanet_small", BOXES),
    ("detection", "fcos_small", BOXES),
    ("detection", "yolov8_small", BOXES),
    ("detection", "yolov10_small", BOXES),
    ("instance", "mask_rcnn_small", MASKS),
    ("instance", "yolov8_seg_small", MASKS),
    ("segmentation", "small", MAPS),
    ("segmentation", "small_unet", MAPS),
])
def test_it_learns(goetia, tmp_path, kind, name, least):
    classes = 4 if kind == "segmentation" else 3  # the background is one of them
    goetia.ok("dataset", "make", "--kind", kind, "--output", tmp_path / "data", "--images", 2200, "--classes", classes, "--size", 96, "--seed", 1)
    begin = cpu_seconds()
    best = goetia.train(TEMPLATES / kind / f"{name}.yaml", f"dataset.data_root={tmp_path / 'data'}", "++training.threads=1", timeout=1800)["metrics"]["best"]
    spent = cpu_seconds() - begin
    print(f"{name}: { {metric: round(best[metric], 4) for metric in least} } after {spent:.0f} CPU seconds")
    assert all(best[metric] >= value for metric, value in least.items()), best
    assert spent <= MOST_CPU_SECONDS
