"""A pool with a real master, agents and trainings: what it ends with equals the same run on this machine alone, whatever is killed
or cut off in between."""

import os
import random
import signal
import time

import pytest
from goetia_kit import first_weight_difference, wait_until
from pool_kit import Gate, Pool, journaled

pytestmark = pytest.mark.slow

LONGER = ("training.epochs=8", "++checkpoint.step_interval=2")


@pytest.fixture
def pool(goetia, shapes):
    made = Pool(goetia, shapes)
    yield made
    made.close()


@pytest.fixture
def config(pool, shapes, tiny):
    """The tiny configuration on the pool's copy of the data."""
    tiny.write_text(tiny.read_text().replace(str(shapes), str(pool.set)))
    return tiny


def assert_same(pool, task, alone):
    folder = pool.experiment(task)
    wait_until((folder / "checkpoints/last.pth").exists, 60, "the last checkpoint to arrive")
    pool.goetia.ok("experiment", "rebuild", folder)
    assert journaled(folder) == journaled(alone["dir"])
    assert first_weight_difference(folder / "checkpoints/last.pth", alone["checkpoints"]["last"]) is None


def assert_nothing_left(pool, *agents):
    for agent in agents:
        wait_until(lambda: not pool.runs_of(agent), 30, f"the processes of attempts at '{agent}' to end")


def test_a_task_trains_at_a_node(goetia, pool, config):
    alone = goetia.train(config)
    pool.start_master()
    pool.start_agent("one")
    task = pool.submit("--config", config)
    ended = pool.wait_for(task, "completed", "failed")
    assert ended["state"] == "completed" and ended["nodes"] == ["one"], ended
    assert_same(pool, task, alone)
    assert "completed" in goetia.ok("experiment", "show", "--experiments", pool.data / "experiments", ended["experiment"]).out
    log = goetia.ok("task", "logs", task, environment=pool.environment).out
    assert "attempt 1 begins" in log and "completed" in log, log
    assert_nothing_left(pool, "one")


def test_it_can_be_paused_resumed_and_stopped(pool, config):
    pool.start_master()
    pool.start_agent("one")
    task = pool.submit("--config", config, "training.epochs=200")
    pool.wait_for(task, "running")
    pool.ask("task", "pause", task)
    pool.wait_for(task, "paused")
    pool.ask("task", "resume", task)
    pool.wait_for(task, "running")
    pool.ask("task", "stop", task)
    assert pool.wait_for(task, "stopped")["experiment"]
    assert_nothing_left(pool, "one")


def test_kills_lose_and_double_nothing(goetia, pool, config):
    alone = goetia.train(config, *LONGER)
    pool.start_master()
    pool.start_agent("one")
    dice = random.Random(4)
    kills = 0
    while kills < 20:
        task = pool.submit("--config", config, *LONGER)
        while pool.wait_for(task, "running", "completed", "failed", "queued", "dispatching")["state"] not in ("completed", "failed"):
            victim = dice.choice(["master", "one", "run"])
            if victim == "run":
                if not (runs := pool.runs_of("one")):
                    continue
                os.kill(dice.choice(runs), signal.SIGKILL)
            else:
                pool.kill(victim)
                pool.start_master() if victim == "master" else pool.start_agent("one")
            kills += 1
            before = pool.task(task)["progress"]
            wait_until(lambda: pool.task(task)["progress"] != before or pool.task(task)["state"] in ("completed", "failed"), 120, "the run to go on")
        assert pool.task(task)["state"] == "completed", pool.logs()
        assert_same(pool, task, alone)
    assert_nothing_left(pool, "one")


def test_a_partition_changes_nothing(goetia, pool, config):
    alone = goetia.train(config, *LONGER)
    pool.start_master()
    gate = Gate(pool.port)
    pool.start_agent("one", port=gate.port)
    task = pool.submit("--config", config, *LONGER)
    pool.wait_for(task, "running")
    gate.shut()
    cut = time.monotonic()
    wait_until(lambda: time.monotonic() - cut > 30, 40, "30 s of partition")
    gate.open()
    assert pool.wait_for(task, "completed", "failed")["state"] == "completed"
    assert pool.task(task)["attempts"] == 1, "it trained on while it was cut off"
    assert_same(pool, task, alone)
    gate.close()


def test_a_node_that_stays_away_loses_its_task(goetia, pool, config):
    """Longer than lost_after: another node goes on from the newest checkpoint that the master holds, and the first one is told to stop."""
    alone = goetia.train(config, *LONGER)
    pool.start_master()
    gate = Gate(pool.port)
    pool.start_agent("one", port=gate.port)
    task = pool.submit("--config", config, *LONGER, "--lost-after", 5)
    pool.wait_for(task, "running")
    gate.shut()
    pool.start_agent("two")
    wait_until(lambda: pool.task(task)["nodes"] == ["two"], 180, "the task to move")
    gate.open()
    assert pool.wait_for(task, "completed", "failed")["state"] == "completed"
    assert_same(pool, task, alone)
    assert_nothing_left(pool, "one", "two")
    gate.close()
