"""A pool with a real master, agents and trainings: what it ends with equals the same run on this machine alone, whatever is killed
or cut off in between."""

import time

import pytest
from goetia_kit import wait_until
from pool_kit import Gate, kill_often

pytestmark = pytest.mark.slow

LONGER = ("training.epochs=12", "++checkpoint.step_interval=2")


def test_a_task_trains_at_a_node(goetia, pool, small):
    alone = goetia.train(small)
    pool.start_master()
    pool.start_agent("one")
    task = pool.submit("--config", small)
    ended = pool.wait_for(task, "completed")
    assert ended["nodes"] == ["one"], ended
    pool.assert_same(task, alone)
    assert "completed" in goetia.ok("experiment", "show", "--experiments", pool.data / "experiments", ended["experiment"]).out
    log = goetia.ok("task", "logs", task, environment=pool.environment).out
    assert "attempt 1 begins" in log and "completed" in log, log
    pool.assert_nothing_left("one")


def test_it_can_be_paused_resumed_and_stopped(pool, small):
    pool.start_master()
    pool.start_agent("one")
    task = pool.submit("--config", small, "training.epochs=2000")
    pool.wait_for(task, "running")
    pool.ask("task", "pause", task)
    pool.wait_for(task, "paused")
    pool.ask("task", "resume", task)
    pool.wait_for(task, "running")
    pool.ask("task", "stop", task)
    assert pool.wait_for(task, "stopped")["experiment"]
    pool.assert_nothing_left("one")


def test_kills_lose_and_double_nothing(goetia, pool, small):
    longest = ("training.epochs=24", "++checkpoint.step_interval=2")
    alone = goetia.train(small, *longest)
    pool.start_master()
    pool.start_agent("one")
    kill_often(pool, lambda: pool.submit("--config", small, *longest), alone, kills=20, seed=4)


def test_a_partition_changes_nothing(goetia, pool, small):
    alone = goetia.train(small, *LONGER)
    pool.start_master()
    gate = Gate(pool.port)
    pool.start_agent("one", port=gate.port)
    task = pool.submit("--config", small, *LONGER)
    pool.wait_for(task, "running")
    gate.shut()
    cut = time.monotonic()
    wait_until(lambda: time.monotonic() - cut > 30, 40, "30 s of partition")
    gate.open()
    assert pool.wait_for(task, "completed")["attempts"] == 1, "it trained on while it was cut off"
    pool.assert_same(task, alone)
    gate.close()


def test_a_node_that_stays_away_loses_its_task(goetia, pool, small):
    """Longer than lost_after: another node goes on from the newest checkpoint that the master holds, and the first one is told to stop."""
    longest = ("training.epochs=60", "++checkpoint.step_interval=2")
    alone = goetia.train(small, *longest)
    pool.start_master()
    gate = Gate(pool.port)
    pool.start_agent("one", port=gate.port)
    task = pool.submit("--config", small, *longest, "--lost-after", 5)
    pool.wait_for(task, "running")
    gate.shut()
    pool.start_agent("two")
    wait_until(lambda: pool.task(task)["nodes"] == ["two"], 180, "the task to move")
    gate.open()
    pool.wait_for(task, "completed")
    pool.assert_same(task, alone)
    pool.assert_nothing_left("one", "two")
    gate.close()
