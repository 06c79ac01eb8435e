"""Kills a run with SIGKILL and resumes it: nothing may be lost or duplicated."""

import os
import random
import signal
import time
from pathlib import Path

from goetia_kit import children_of, first_weight_difference, points, wait_until

OVERRIDES = ("training.epochs=4", "++checkpoint.step_interval=2")


def journal_bytes(folder):
    return sum(file.stat().st_size for file in Path(folder).glob("journal/attempt_*.journal"))


def uninterrupted(goetia, tiny):
    done = goetia.train(tiny, *OVERRIDES)
    return done, journal_bytes(done["dir"])


def killed_and_resumed(goetia, tiny, dice: random.Random, size):
    """Starts a run, kills the launcher or the rank once its journal has a random share of `size`, resumes it until it
    completes."""
    process = goetia.start("train", "--config", tiny, "--json", *OVERRIDES)
    folder = goetia.wait_for_experiment(process)
    share = dice.uniform(0, 1) * size
    wait_until(lambda: journal_bytes(folder) >= share or process.poll() is not None, 300, "the moment to kill")
    ranks = children_of(process.pid)
    victim = dice.choice([process.pid, *ranks])
    was_running = process.poll() is None
    if was_running:
        os.kill(victim, signal.SIGKILL)
    process.communicate(timeout=60)
    for rank in ranks:  # a rank does not outlive its launcher
        until = time.monotonic() + 10
        while os.path.exists(f"/proc/{rank}") and time.monotonic() < until:
            time.sleep(0.01)
        assert not os.path.exists(f"/proc/{rank}")
    resumed = goetia("train", "--resume", folder.name, "--json")
    if resumed.code == 7 and "is finished" in resumed.err:
        return folder, False  # killed after the end
    assert resumed.code == 0, resumed.err
    assert resumed.json["state"] == "completed"
    return folder, was_running


def kill_often(goetia, tiny, times, seed):
    """How many kills hit a running run; each run must end like the uninterrupted one."""
    reference, size = uninterrupted(goetia, tiny)
    hits = 0
    dice = random.Random(seed)
    reference_points = points(reference["dir"])
    for _ in range(times):
        before = set(goetia.experiments.iterdir())
        other = type(goetia)(goetia.programs, goetia.folder)
        other.experiments = goetia.folder / f"killed_{len(before)}_{hits}_{dice.random()}"
        other.environment = {**goetia.environment, "GOETIA_EXPERIMENTS": str(other.experiments)}
        folder, hit = killed_and_resumed(other, tiny, dice, size)
        hits += hit
        assert first_weight_difference(reference["checkpoints"]["last"], folder / "checkpoints/last.pth") is None
        assert points(folder) == reference_points
    return hits
