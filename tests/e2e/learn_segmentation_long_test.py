"""The small template learns: a mean IoU of 0.9 on unseen images within 300 seconds of one processor."""

import resource
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parents[2] / "configs/templates/segmentation"


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("template", ["small", "small_unet"])
def test_a_small_segmenter_learns_on_a_cpu(goetia, template):
    data = goetia.folder / "data"
    goetia.ok("dataset", "make", "--kind", "segmentation", "--output", data, "--images", 2200, "--classes", 4, "--size", 96, "--seed", 5)
    begin = cpu_seconds()
    done = goetia.ok("train", "--json", "--config", TEMPLATES / f"{template}.yaml", f"dataset.data_root={data}", "++training.threads=1", timeout=1500).json
    spent = cpu_seconds() - begin
    print(f"{template}: {done['metrics']['best']} after {spent:.0f} CPU seconds")
    assert done["metrics"]["best"]["val/mIoU"] >= 0.90, done["metrics"]
    assert spent <= 300
