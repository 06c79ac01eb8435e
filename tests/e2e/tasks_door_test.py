"""Tasks made at a master from templates and configurations, by the commands and by curl: nothing trains here."""

import json
import subprocess

import pytest
from goetia_kit import Goetia
from pool_kit import Pool


@pytest.fixture(scope="module")
def pool(programs, tmp_path_factory):
    pool = Pool(Goetia(programs, tmp_path_factory.mktemp("door")))
    pool.start_master()
    yield pool
    pool.close()


@pytest.fixture(scope="module")
def shapes(pool):
    """A data set below the master's own folder of data, registered."""
    folder = pool.data / "datasets" / "shapes"
    pool.goetia.ok("dataset", "make", "--kind", "classification", "--output", folder, "--images", 24, "--classes", 3, "--size", 32, "--image-format", "png")
    return pool.ask("dataset", "register", "shapes", folder)


def curl(pool, method, path, body=None, code=None):
    """The answer's document and its status, as plain curl has them."""
    token = (pool.data / "local.token").read_text().strip()
    words = ["curl", "-sS", "-X", method, "-H", f"Authorization: Bearer {token}", "-w", "\n%{http_code}", pool.url + path]
    if body is not None:
        words += ["-H", "Content-Type: application/json", "-d", json.dumps(body)]
    answer, status = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout.rsplit("\n", 1)
    if code:
        assert int(status) == code, f"{method} {path}: {status} {answer}"
    return json.loads(answer)


TEMPLATE = ("--template", "classification/small", "--dataset", "shapes")


def test_a_template_and_values_become_a_task(pool, shapes):
    assert shapes["verified"] and shapes["facts"]["classes"] and shapes["facts"]["train"] > 0
    dry = pool.ask("task", "submit", *TEMPLATE, "training.epochs=2", "training.batch_size=4", "--dry-run")
    assert dry["valid"] and dry["needs"]["libtorch"] and "no nodes" in dry["forecast"]["sentence"]
    assert dry["steps_per_epoch"] == -(-shapes["facts"]["train"] // 4)
    task = pool.ask("task", "submit", *TEMPLATE, "training.epochs=2", "--name", "first", "--priority", 60)
    assert task["state"] == "queued" and task["priority"] == 60
    shown = pool.goetia.ok("task", "list", environment=pool.environment).out
    assert "first" in shown
    clone = pool.ask("task", "clone", task["id"], "optimizer.lr=0.02", "--name", "second")
    assert clone["from"]["task"] == task["id"] and clone["priority"] == 60
    assert f"of task {task['id']}" in pool.goetia.ok("task", "show", clone["id"], environment=pool.environment).out


def test_every_fault_is_told_at_once(pool, shapes):
    told = pool.goetia("task", "submit", *TEMPLATE, "training.epochs=-2", "training.batch_size=none", "+training.epocs=3", "--dry-run", environment=pool.environment)
    assert told.code == 3, told
    for words in ("training.epochs", "training.batch_size", "training.epocs", "did you mean"):
        assert words in told.out, told.out
    unknown = pool.goetia("task", "submit", "--template", "classification/smal", environment=pool.environment)
    assert unknown.code == 4 and "classification/small" in unknown.err


def test_a_sweep_is_queued_and_stopped_as_one(pool, shapes):
    sweep = pool.ask("task", "sweep", *TEMPLATE, "optimizer.lr=0.1,0.01", "training.epochs=range(1,4)", "--name", "rates")
    assert len(sweep["tasks"]) == 6
    listed = pool.ask("task", "list", "--sweep", sweep["id"])
    assert listed["total"] == 6 and {task["state"] for task in listed["items"]} == {"queued"}
    stopped = pool.ask("task", "stop", sweep["id"])
    assert {task["state"] for task in stopped["tasks"]} == {"stopped"}


def test_a_data_set_is_checked_at_the_master(pool, shapes):
    assert pool.ask("dataset", "check", "shapes")["result"]["ok"]
    certificate = pool.ask("dataset", "check", "shapes", "--kind", "certificate")["result"]
    own = pool.goetia.ok("dataset", "certify", shapes["path"], "--json").json
    assert certificate["fingerprint"] == own["fingerprint"] == pool.ask("dataset", "show", "shapes", "--on-master")["fingerprint"]
    mini = pool.ask("dataset", "check", "shapes", "--kind", "mini", "--count", 6)["result"]
    assert mini["name"] in [one["name"] for one in pool.ask("dataset", "list", "--on-master")["items"]]
    refused = pool.goetia("dataset", "register", "etc", "/etc", environment=pool.environment)
    assert refused.code == 3 and "--data-sets" in refused.err


def test_components_of_the_master_are_listed(pool):
    here = pool.ask("component", "list", "--kind", "loss", "--on-master")["components"]
    assert "CrossEntropyLoss" in [one["name"] for one in here]
    assert curl(pool, "GET", "/api/components/SGD", code=200)["kind"] == "optimizer"
    form = curl(pool, "GET", "/api/templates/classification/small", code=200)
    fields = {field["path"]: field for field in form["fields"]}
    assert fields["training.epochs"]["value"] == 30 and "resnet50" in fields["backbone"]["choices"]


def test_the_ten_endpoints_of_training_runs(pool, shapes):
    config = curl(pool, "GET", "/api/templates/classification/small", code=200)["config"]
    base = "/api/v1/training/"
    faulty = curl(pool, "POST", base, {"name": "run", "config": config, "dataset": "shapes", "overrides": ["training.epochs=0"]}, 422)
    assert "training.epochs" in json.dumps(faulty["faults"])
    assert {fault["path"] for fault in curl(pool, "POST", base, {}, 422)["faults"]} == {"name", "config"}
    run = curl(pool, "POST", base, {"name": "run", "config": config, "dataset": "shapes"}, 201)
    assert set(run) >= {"id", "name", "status", "progress", "config", "created_at", "started_at", "finished_at"}
    assert run["status"] == "queued" and run["config"]["training"]["epochs"] == 30
    one = base + run["id"]
    assert run["id"] in [item["id"] for item in curl(pool, "GET", base, code=200)["items"]]
    assert curl(pool, "GET", one, code=200)["name"] == "run"
    assert curl(pool, "PUT", one, {"name": "renamed"}, 200)["name"] == "renamed"
    assert curl(pool, "POST", one + "/control", {"action": "pause"}, 200)["status"] == "paused"
    assert curl(pool, "POST", one + "/control", {"action": "resume"}, 200)["status"] == "queued"
    for part in ("metrics", "logs", "checkpoints"):
        assert curl(pool, "GET", f"{one}/{part}", code=200)["items"] == []
    assert curl(pool, "POST", one + "/save", {}, 409)["code"] == "wrong_state"
    assert curl(pool, "DELETE", one, code=409)["code"] == "wrong_state"
    assert curl(pool, "POST", one + "/control", {"action": "stop"}, 200)["status"] == "stopped"
    curl(pool, "DELETE", one, code=200)
    curl(pool, "GET", one, code=404)


def test_tokens_of_machines_are_listed_and_revoked_by_commands(pool):
    made = pool.ask("node", "token", "create", "--name", "rack 3")
    listed = pool.ask("node", "token", "list")
    assert [(one["id"], one["state"], one["name"]) for one in listed["items"]] == [(made["id"], "open", "rack 3")]
    assert made["token"] not in json.dumps(listed)
    pool.ask("node", "token", "revoke", made["id"])
    refused = curl(pool, "POST", "/agent/enrol", {"token": made["token"], "name": "late"}, code=403)
    assert refused["code"] == "denied"
    assert pool.ask("node", "token", "list")["items"][0]["state"] == "revoked"


def test_a_machine_is_named_and_labelled_by_commands(pool):
    token = pool.ask("node", "token", "create")["token"]
    node = curl(pool, "POST", "/agent/enrol", {"token": token, "name": "plain"}, code=200)["node"]
    changed = pool.ask("node", "change", "plain", "--name", "big", "--label", "rack=3", "--label", "disk=fast", "--price", 2)
    assert (changed["id"], changed["name"], changed["given_labels"], changed["price"]) == (node, "big", ["disk=fast", "rack=3"], 2)
    assert pool.ask("node", "change", "big", "--no-labels")["labels"] == []
    wrong = pool.goetia("node", "change", "big", "--label", "rack", environment=pool.environment)
    assert wrong.code == 3 and "KEY=VALUE" in wrong.err, wrong
    assert pool.goetia("node", "change", "big", environment=pool.environment).code == 3
    pool.ask("node", "remove", "big")
