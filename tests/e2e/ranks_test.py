"""Two Gloo ranks are one process with the double batch."""

import json
import os
import shutil
import signal

import pytest
import torch
from goetia_kit import children_of, wait_until, weights

pytestmark = pytest.mark.slow

# Both compute the same numbers in a different order; the last, incomplete batch is skipped because ranks pad it to equal
# rows. Rounding errors grow over the three steps: little with GN, more with SyncBN, which divides by the deviation of few
# values.
SAME = ("training.epochs=1", "optimizer.lr=0.001", "+training.drop_last=true")
TWO = "++training.distributed={enabled:true,backend:gloo,world_size:2}"


def largest_difference(one, two):
    a, b = weights(one), weights(two)
    assert list(a) == list(b)
    return max((a[name].double() - b[name].double()).abs().max().item() for name in a)


@pytest.mark.parametrize("norm, tolerance", [("GN", 1e-5), ("SyncBN", 2e-3)])
def test_two_ranks_equal_one_process_with_the_double_batch(goetia, tiny, norm, tolerance):
    kind = f"+model.backbone.norm_cfg={{type:{norm}}}"
    single = goetia.train(tiny, *SAME, kind, "training.batch_size=16")
    double = goetia.train(tiny, *SAME, kind, "training.batch_size=8", TWO)
    assert double["state"] == "completed"
    assert double["steps_done"] == single["steps_done"] == 3
    assert largest_difference(single["checkpoints"]["last"], double["checkpoints"]["last"]) < tolerance
    for name in ("train/loss", "val/loss"):
        assert double["metrics"]["final"][name] == pytest.approx(single["metrics"]["final"][name], abs=tolerance), name


def test_two_ranks_are_bit_equal_to_themselves(goetia, tiny):
    words = (*SAME, "+model.backbone.norm_cfg={type:SyncBN}", TWO)
    first, second = goetia.train(tiny, *words), goetia.train(tiny, *words)
    a, b = weights(first["checkpoints"]["last"]), weights(second["checkpoints"]["last"])
    assert all(torch.equal(a[name], b[name]) for name in a)


def test_samples_skipped_by_any_rank_are_reported(goetia, tiny, shapes, tmp_path):
    data = shutil.copytree(shapes, tmp_path / "data")
    spoiled = [*sorted((data / "train").rglob("*.jpg"))[:5], *sorted((data / "val").rglob("*.jpg"))[:2]]
    for image in spoiled:
        image.write_bytes(image.read_bytes()[:60])
    done = goetia.ok("train", "--json", "--config", tiny, f"dataset.data_root={data}", "training.epochs=1",
                     "++training.broken_samples=skip", TWO)
    log = (goetia.only_experiment() / "logs/train.log").read_text()
    for image in spoiled:
        assert log.count(f"skipped '{image.parent.name}/{image.name}'") == 1, log
    assert done.json["skipped_samples"] == 7
    assert "samples skipped that could not be read" in done.err
    shown = goetia.ok("experiment", "show", goetia.only_experiment().name).out
    assert "7 samples that could not be read" in shown


def test_when_one_rank_dies_the_run_ends_and_can_be_resumed(goetia, tiny):
    words = ("training.epochs=200", TWO)
    process = goetia.start("train", "--config", tiny, "--json", *words)
    folder = goetia.wait_for_experiment(process)
    wait_until(lambda: (folder / "checkpoints/last.pth").exists() or process.poll() is not None, 120, "a checkpoint")
    os.kill(children_of(process.pid)[1], signal.SIGKILL)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1, err
    assert "rank 1 was killed (signal 9)" in err
    assert "failed: the other ranks are gone at step" in (folder / "logs/train.log").read_text()
    assert f"resume it with 'goetia train --resume {folder.name}'" in err
    epochs = json.loads(goetia.ok("experiment", "show", folder.name, "--json").out.splitlines()[-1])["epochs_done"]
    assert goetia.ok("train", "--resume", folder.name, "--json", f"training.epochs={epochs + 1}").json["state"] == "completed"
