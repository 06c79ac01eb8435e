"""A pool whose master keeps its rows in PostgreSQL."""

import time

import pytest
from goetia_kit import wait_until
from postgres_kit import Postgres

LONGER = ("training.epochs=12", "++checkpoint.step_interval=2")


@pytest.fixture
def postgres():
    made = Postgres()
    yield made
    made.close()


def test_a_run_outlives_the_master_and_its_database(goetia, pool, small, postgres):
    alone = goetia.train(small, *LONGER)
    pool.master_words = ("--database", postgres.url)
    pool.start_master()
    pool.start_agent("one")
    task = pool.submit("--config", small, *LONGER)
    waiting = pool.submit("--noop", "--cores", 1000)
    pool.wait_for(task, "running")
    postgres.kill()
    pool.kill("master")
    postgres.start()
    pool.start_master()
    pool.wait_for(task, "completed")
    assert pool.task(task)["attempts"] == 1
    pool.assert_same(task, alone)
    assert pool.task(waiting)["state"] == "queued"
    assert not (pool.data / "goetia.db").exists(), "its rows are in PostgreSQL"


def test_the_master_goes_on_when_its_database_is_back(pool, postgres):
    pool.master_words = ("--database", postgres.url)
    pool.start_master()
    pool.start_agent("one")
    pool.wait_for(pool.submit("--noop"), "completed")
    postgres.kill()
    away = time.monotonic()
    wait_until(lambda: time.monotonic() - away > 2, 10, "the database to be away")
    postgres.start()

    def is_taken():
        return pool.goetia("task", "submit", "--noop", "--name", "after", environment=pool.environment).code == 0

    wait_until(is_taken, 60, "a task to be taken")
    after = [task["id"] for task in pool.ask("task", "list")["items"] if task["name"] == "after"]
    pool.wait_for(after[0], "completed")
