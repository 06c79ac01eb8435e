"""The same config and seed give the same bits, whatever the number of loader threads."""

import signal

import pytest
from goetia_kit import first_weight_difference, points, wait_until

pytestmark = pytest.mark.slow


def test_two_runs_are_bit_equal(goetia, tiny):
    first, second = goetia.train(tiny), goetia.train(tiny)
    assert first_weight_difference(first["checkpoints"]["last"], second["checkpoints"]["last"]) is None
    assert points(first["dir"]) == points(second["dir"])


def test_another_seed_gives_another_run(goetia, tiny):
    first, second = goetia.train(tiny), goetia.train(tiny, "experiment.seed=8")
    assert first_weight_difference(first["checkpoints"]["last"], second["checkpoints"]["last"]) is not None


@pytest.mark.parametrize("threads", [1, 7])
def test_loader_threads_do_not_change_the_result(goetia, tiny, threads):
    alone = goetia.train(tiny, "training.num_workers=0")
    many = goetia.train(tiny, f"training.num_workers={threads}")
    assert first_weight_difference(alone["checkpoints"]["last"], many["checkpoints"]["last"]) is None
    assert points(alone["dir"]) == points(many["dir"])


def test_a_stopped_and_resumed_run_is_bit_equal(goetia, tiny):
    uninterrupted = goetia.train(tiny, "training.epochs=4")
    process = goetia.start("train", "--config", tiny, "--json", "training.epochs=4")
    wait_until(lambda: len([p for p in goetia.experiments.glob("exp_*") if p.name != uninterrupted["experiment"]]) == 1, 30, "the second run")
    folder = next(p for p in goetia.experiments.glob("exp_*") if p.name != uninterrupted["experiment"])
    wait_until(lambda: (folder / "checkpoints/last.pth").exists(), 60, "its first checkpoint")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    resumed = goetia.ok("train", "--resume", folder.name, "--json").json
    assert first_weight_difference(uninterrupted["checkpoints"]["last"], resumed["checkpoints"]["last"]) is None
    assert points(uninterrupted["dir"]) == points(folder)
