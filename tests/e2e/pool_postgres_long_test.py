"""The long form of pool_postgres_slow_test.py: the database is killed too, with its master and without."""

from pool_kit import kill_often
from postgres_kit import Postgres

LONGER = ("training.epochs=60", "++checkpoint.step_interval=2")


def test_kills_of_master_and_database_lose_nothing(goetia, pool, small):
    alone = goetia.train(small, *LONGER)
    postgres = Postgres()
    try:
        pool.master_words = ("--database", postgres.url)
        pool.start_master()
        pool.start_agent("one")

        def both():
            postgres.kill()
            if "master" in pool.processes:
                pool.kill("master")
            postgres.start()
            pool.start_master()

        def database():
            postgres.kill()
            postgres.start()

        kill_often(pool, lambda: pool.submit("--config", small, *LONGER, "--retries", 50), alone, kills=30, seed=15,
                   victims=("both", "database", "master", "one", "run"), restart={"both": both, "database": database})
    finally:
        pool.close()
        postgres.close()
