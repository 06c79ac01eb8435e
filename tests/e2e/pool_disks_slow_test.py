"""A run goes on while the disk of its node or of its master is full, and loses nothing."""

import os

import pytest
from goetia_kit import wait_until
from machine_kit import SmallDisk

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")

LONGER = ("training.epochs=12", "++checkpoint.step_interval=2")


@pytest.fixture
def disk():
    made = []

    def small_disk(folder, megabytes):
        made.append(SmallDisk(folder, megabytes))
        return made[-1]

    yield small_disk
    for one in made:
        one.close()


def begun(pool, task, steps=4):
    wait_until(lambda: (pool.task(task)["progress"] or {}).get("step", 0) >= steps, 120, f"step {steps}")


def test_a_full_disk_of_the_node(goetia, pool, small, disk):
    alone = goetia.train(small, *LONGER)
    full = disk(pool.folder / "one", 64)
    pool.start_master()
    pool.start_agent("one")
    pool.wait_for(pool.submit("--noop"), "completed")
    full.fill()
    task = pool.submit("--config", small, *LONGER)
    wait_until(lambda: "cannot be accepted" in pool.logs(), 60, "the node to say that it has no room")
    assert pool.task(task)["state"] == "dispatching", "it waits for room"
    full.make_room()
    begun(pool, task)
    full.fill()
    wait_until(lambda: not pool.runs_of("one"), 60, "the run to meet the full disk")
    full.make_room()
    ended = pool.wait_for(task, "completed")
    assert ended["attempts"] == 2, ended
    pool.assert_same(task, alone)
    pool.assert_nothing_left("one")


def test_a_full_disk_of_the_master(goetia, pool, small, disk):
    """Not even a row of the database can be written."""
    alone = goetia.train(small, *LONGER)
    full = disk(pool.data, 160)
    pool.start_master()
    pool.start_agent("one")
    task = pool.submit("--config", small, *LONGER)
    begun(pool, task)
    full.fill()
    refused = goetia("task", "submit", "--noop", environment=pool.environment)
    assert refused.code != 0 and "full" in refused.err, refused
    local = next((pool.folder / "one/attempts").glob("*/exp_*/journal/attempt_1.journal"))
    wait_until(lambda: "completed" in (local.parents[1] / "logs/train.log").read_text(), 120, "the run to end at its node")
    assert pool.task(task)["state"] == "running"
    full.make_room()
    pool.wait_for(task, "completed")
    assert pool.task(task)["attempts"] == 1
    pool.assert_same(task, alone)
    pool.assert_nothing_left("one")
    assert pool.wait_for(pool.submit("--noop"), "completed")
