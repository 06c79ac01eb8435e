"""What every task promises, for one small model of each: the same bits for any number of loader threads, after kills, and
the same metrics from two ranks."""

import json
import shutil
from pathlib import Path

import pytest
from goetia_kit import Goetia, first_weight_difference
from kill_kit import kill_often

TEMPLATES = Path(__file__).resolve().parents[2] / "configs/templates"

pytestmark = pytest.mark.slow

# Task: its set, its template, and the metric that two ranks must agree on.
TASKS = {
    "detection": ("detection", "detection/fcos_small.yaml", "val/mAP_50"),
    "two_stage": ("detection", "detection/faster_rcnn_small.yaml", "val/mAP_50"),
    "instance": ("instance", "instance/mask_rcnn_small.yaml", "val/mask_mAP_50"),
    "segmentation": ("segmentation", "segmentation/small.yaml", "val/mIoU"),
}
SHORT = ["training.epochs=2", "training.batch_size=8", "++training.threads=1", "scheduler.warmup.steps=4", "checkpoint.save_interval=1"]


@pytest.fixture(scope="module")
def sets(programs, tmp_path_factory):
    """48 images of 64 pixels of each kind."""
    folder = tmp_path_factory.mktemp("sets")
    goetia = Goetia(programs, folder)
    for kind in ("detection", "instance", "segmentation"):
        goetia.ok("dataset", "make", "--kind", kind, "--output", kind, "--images", 48, "--classes", 3, "--size", 64, "--image-format", "png")
    return folder


@pytest.fixture(params=TASKS)
def task(request, sets, tmp_path):
    """A configuration of its own, and the metric."""
    kind, template, metric = TASKS[request.param]
    file = tmp_path / "task.yaml"
    goetia = sets  # the sets' folder
    file.write_text(f"defaults:\n  - /templates/{template.removesuffix('.yaml')}@_global_\n  - _self_\ndataset:\n  data_root: {goetia / kind}\n  num_classes: 3\n")
    return file, metric


def test_loader_threads_do_not_change_a_bit(goetia, task):
    file, _ = task
    runs = [goetia.train(file, *SHORT, "training.epochs=1", f"training.num_workers={threads}") for threads in (0, 1, 5)]
    for other in runs[1:]:
        assert first_weight_difference(runs[0]["checkpoints"]["last"], other["checkpoints"]["last"]) is None
        assert other["metrics"]["final"] == runs[0]["metrics"]["final"]


def test_kills_do_not_change_the_result(goetia, task, tmp_path):
    file, _ = task
    short = tmp_path / "short.yaml"
    short.write_text(file.read_text() + "training: {batch_size: 8, threads: 1, num_workers: 1}\nscheduler: {warmup: {steps: 4}}\n")
    assert kill_often(goetia, short, times=2, seed=3) >= 1


def test_two_ranks_measure_what_one_process_does(goetia, task):
    """From the same weights: a rate of nothing keeps them, and no average of weights is kept."""
    file, metric = task
    still = [*SHORT, "training.epochs=1", "optimizer.lr=1e-12", "training.ema.enabled=false", "++model.backbone.norm_cfg={type: GN, num_groups: 8}"]
    one = goetia.train(file, *still)["metrics"]["final"]
    two = goetia.train(file, *still, "training.batch_size=4", "++training.distributed={enabled: true, world_size: 2}")["metrics"]["final"]
    for name in (name for name in one if name.startswith("val/") and "loss" not in name):
        assert two[name] == pytest.approx(one[name], abs=1e-6, nan_ok=True), name
    assert metric in one


def test_faulty_objects_are_left_out_of_a_whole_training(goetia, sets, tmp_path):
    """Refused with their place first; left out, the run says how many, and learns and measures without them."""
    shutil.copytree(sets / "detection", tmp_path / "set")
    file = next((tmp_path / "set/annotations").glob("*train*.json"))
    annotations = json.loads(file.read_text())
    annotations["annotations"][0]["bbox"][2] = -4
    annotations["annotations"][1]["category_id"] = 99
    file.write_text(json.dumps(annotations))
    config = tmp_path / "faulty.yaml"
    config.write_text(f"defaults:\n  - /templates/detection/fcos_small@_global_\n  - _self_\ndataset: {{data_root: {tmp_path / 'set'}, num_classes: 3}}\n")
    refused = goetia("train", "--config", config, "--json", *SHORT)
    assert refused.code != 0 and "the train split cannot be used as it stands" in refused.error["message"]
    done = goetia.train(config, *SHORT, "training.epochs=1", "++dataset.faulty_objects=leave_out")
    log = (Path(done["dir"]) / "logs/train.log").read_text()
    assert "faulty objects of the train split left out: 1 " in log, log
    assert done["state"] == "completed" and done["metrics"]["final"]["val/loss"] > 0
