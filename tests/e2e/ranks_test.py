"""Two Gloo ranks are one process with the double batch."""

import json
import os
import signal

import pytest
import torch
from goetia_kit import children_of, wait_until, weights

pytestmark = pytest.mark.slow

# Both forms compute the same numbers in another order: SyncBN's statistics are those of the whole batch, and the last,
# unfinished batch is left out because ranks pad it to equal rows.
SAME = ("+model.backbone.norm_cfg={type:SyncBN}", "training.epochs=2", "optimizer.lr=0.001", "+training.drop_last=true")


def largest_difference(one, two):
    a, b = weights(one), weights(two)
    assert list(a) == list(b)
    return max((a[name].double() - b[name].double()).abs().max().item() for name in a)


@pytest.fixture
def pair(goetia, tiny):
    single = goetia.train(tiny, *SAME, "training.batch_size=16")
    double = goetia.train(tiny, *SAME, "training.batch_size=8", "++training.distributed={enabled:true,backend:gloo,world_size:2}")
    return single, double


def test_two_ranks_equal_one_process_with_the_double_batch(goetia, pair):
    single, double = pair
    assert double["state"] == "completed"
    assert double["steps_done"] == single["steps_done"]
    assert largest_difference(single["checkpoints"]["last"], double["checkpoints"]["last"]) < 2e-4
    for name, value in single["metrics"]["final"].items():
        if "second" not in name:
            assert double["metrics"]["final"][name] == pytest.approx(value, abs=1e-3), name


def test_two_ranks_are_bit_equal_to_themselves(goetia, tiny):
    words = (*SAME, "training.epochs=1", "++training.distributed={enabled:true,backend:gloo,world_size:2}")
    first, second = goetia.train(tiny, *words), goetia.train(tiny, *words)
    a, b = weights(first["checkpoints"]["last"]), weights(second["checkpoints"]["last"])
    assert all(torch.equal(a[name], b[name]) for name in a)


def test_when_one_rank_dies_the_run_ends_and_can_be_resumed(goetia, tiny):
    words = ("training.epochs=200", "++training.distributed={enabled:true,backend:gloo,world_size:2}")
    process = goetia.start("train", "--config", tiny, "--json", *words)
    folder = goetia.wait_for_experiment(process)
    wait_until(lambda: (folder / "checkpoints/last.pth").exists() or process.poll() is not None, 120, "a checkpoint")
    os.kill(children_of(process.pid)[1], signal.SIGKILL)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1, err
    assert "rank 1 was killed (signal 9)" in err
    assert f"go on with 'goetia train --resume {folder.name}'" in err
    epochs = json.loads(goetia.ok("experiment", "show", folder.name, "--json").out.splitlines()[-1])["epochs_done"]
    assert goetia.ok("train", "--resume", folder.name, "--json", f"training.epochs={epochs + 1}").json["state"] == "completed"
