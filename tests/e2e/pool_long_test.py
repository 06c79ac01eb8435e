"""The long form of pool_test.py: many more kills."""

from pool_kit import kill_often

LONGER = ("training.epochs=60", "++checkpoint.step_interval=2")


def test_two_hundred_kills_lose_and_double_nothing(goetia, pool, small):
    alone = goetia.train(small, *LONGER)
    pool.start_master()
    pool.start_agent("one")
    kill_often(pool, lambda: pool.submit("--config", small, *LONGER, "--retries", 50), alone, kills=200, seed=14)
