"""What a task says of its data and its package, held against what there is: at the master before it waits, at the node before it trains."""

import pytest
from goetia_kit import wait_until
from pool_kit import Pool


@pytest.fixture
def pool(goetia, shapes):
    made = Pool(goetia, shapes)
    made.start_master()
    yield made
    made.close()


@pytest.fixture
def config(pool, shapes, tiny):
    tiny.write_text(tiny.read_text().replace(str(shapes), str(pool.set)))
    return tiny


def test_data_that_differ_from_the_certificate_are_not_trained_on(goetia, pool, config):
    task = pool.submit("--config", config, "--certify")
    certified = goetia.ok("dataset", "certify", pool.set, "--json").json["fingerprint"]
    picture = next(pool.set.rglob("*.[jp][pn]g"))
    before = picture.read_bytes()
    picture.write_bytes(before + b"\0")
    pool.start_agent("one")
    failed = pool.wait_for(task, "failed")
    found = goetia.ok("dataset", "certify", pool.set, "--json").json["fingerprint"]
    assert "is not the data of the task" in failed["reason"] and certified in failed["reason"] and found in failed["reason"], failed
    picture.write_bytes(before)
    pool.wait_for(pool.submit("--config", config, "--certificate", certified), "completed")


def test_what_is_said_of_a_package_must_be_so(goetia, pool, config):
    task = goetia.ok("task", "submit", "--config", config, "--dry-run", "--json", environment=pool.environment).json["task"]
    assert task["libtorch"] and task["data"][0]["name"] == "data", task
    wrong = goetia("task", "submit", "--config", config, "--certificate", "guess", "--json", environment=pool.environment)
    assert wrong.code == 3 and "is no fingerprint" in wrong.error["message"]
    garbage = pool.folder / "garbage.tar.zst"
    garbage.write_bytes(b"no archive")
    refused = goetia("task", "submit", "--package", garbage, "--json", environment=pool.environment)
    assert refused.code == 3 and [fault["path"] for fault in refused.error["faults"]] == ["package"], refused.error
    wait_until(lambda: pool.ask("task", "list")["total"] == 0, 5, "nothing to be queued")
