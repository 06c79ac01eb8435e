"""A node that stands still for longer than its master waits, and comes back."""

import os
import signal

from goetia_kit import wait_until


def test_a18_an_agent_that_stood_still_writes_nothing_into_the_history(goetia, pool, small):
    """It stops like a machine that is suspended, longer than lost_after; its run goes on meanwhile, and it comes back."""
    longest = ("training.epochs=240", "++checkpoint.step_interval=2")
    alone = goetia.train(small, *longest)
    pool.start_master()
    zombie = pool.start_agent("one").pid
    task = pool.submit("--config", small, *longest, "--lost-after", 5)
    pool.wait_for(task, "running")
    os.kill(zombie, signal.SIGSTOP)
    pool.start_agent("two")
    wait_until(lambda: pool.task(task)["nodes"] == ["two"], 180, "the task to move")
    os.kill(zombie, signal.SIGCONT)
    pool.wait_for(task, "completed", timeout=400)
    pool.assert_same(task, alone)
    pool.assert_nothing_left("one", "two")
