"""The commands on experiments, asked of a real master; a backup taken while it runs, and a master started on what was restored."""

import csv
import io
import json
import signal
import urllib.request

import pytest
from goetia_kit import wait_until


class Master:
    """A master over a store that `goetia bench store` filled."""

    def __init__(self, goetia, data):
        self.goetia, self.data, self.environment = goetia, data, {"GOETIA_DATA": str(data)}
        self.process = goetia.start("master", "--data", data, "--port", "0")
        line = self.process.stdout.readline()
        assert "goetia master answers at http" in line, (line, self.process.communicate(timeout=30))
        self.url = line.split(" at ")[1].split()[0]

    def ok(self, *words):
        return self.goetia.ok("experiment", *words, "--json", environment=self.environment).json

    def text(self, *words):
        return self.goetia.ok("experiment", *words, environment=self.environment).out

    def get(self, path, **headers):
        token = (self.data / "local.token").read_text().strip()
        with urllib.request.urlopen(urllib.request.Request(self.url + path, headers={"Authorization": f"Bearer {token}", **headers})) as response:
            return response.read()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=30) == 0
        self.process.communicate()


@pytest.fixture
def filled(goetia, tmp_path):
    data = tmp_path / "data"
    goetia.ok("bench", "store", "--data", data, "--runs", 12, "--metrics", 3, "--steps", 20)
    return data


@pytest.fixture
def start(goetia):
    started = []

    def begin(data):
        started.append(Master(goetia, data))
        return started[-1]

    yield begin
    for master in started:
        master.stop()


def test_they_are_listed_shown_compared_and_changed(goetia, filled, start):
    master = start(filled)
    listed = master.ok("list", "--sort", "-metrics.val/accuracy_top1", "-q", "config.optimizer.lr>=0.01 tag=bench")
    best = [item["metrics"]["val/accuracy_top1"]["last"] for item in listed["experiments"]]
    assert 0 < listed["total"] < 12 and best == sorted(best, reverse=True)
    one, other = [item["experiment"] for item in listed["experiments"][:2]]
    shown = master.ok("show", one)
    assert shown["config"]["optimizer.type"] == "SGD" and one in master.text("show", one)
    compared = master.ok("compare", one, other)
    losses = {run: of["best"] for run, of in compared["metrics"]["val/loss"]["runs"].items()}
    assert compared["metrics"]["val/loss"]["best"] == min(losses, key=losses.get)
    assert "experiment.name" in compared["config"] and "optimizer.type" not in compared["config"]
    assert " *" in master.text("compare", one, other)
    assert set(master.ok("tag", one, "baseline", "--remove", "bench")["tags"]) == {"baseline"}
    assert master.ok("note", one, "the first that works")["notes"] == "the first that works"
    assert master.ok("rename", one, "better")["name"] == "better"
    assert [item["name"] for item in master.ok("list", "-q", "tag=baseline")["experiments"]] == ["better"]
    master.ok("archive", one)
    assert master.ok("list", "-q", "tag=baseline")["total"] == 0 and master.ok("list", "-q", "tag=baseline", "--all")["total"] == 1
    master.ok("archive", one, "--undo")
    assert master.ok("lineage", one)["ancestors"] == []
    assert goetia("experiment", "delete", one, "--json", environment=master.environment).code == 3
    assert master.ok("delete", one, "--yes")["bytes"] > 0
    assert goetia("experiment", "show", one, environment=master.environment).code == 4
    assert not (filled / "experiments" / one).exists() and master.ok("list")["total"] == 11
    assert "no experiment" in goetia("experiment", "show", "../data", "--on-master", environment=master.environment).err


def test_its_history_is_that_of_the_folder(goetia, filled, start):
    master = start(filled)
    name = master.ok("list")["experiments"][0]["experiment"]
    rows = list(csv.DictReader(io.StringIO(master.text("export-csv", name))))
    goetia.ok("experiment", "rebuild", filled / "experiments" / name)
    points = json.loads((filled / "experiments" / name / "logs/metrics.json").read_text())
    assert {(p["step"], p["name"]): p["value"] for p in points} == \
        {(int(row["step"]), key): float(row[key]) for row in rows for key in row if key not in ("step", "epoch", "time") and row[key]}
    table = list(csv.DictReader(io.StringIO(master.text("export-csv"))))
    assert len(table) == 12 and table[0]["state"] == "completed"


def test_a_backup_of_a_running_master_is_a_master_again(goetia, filled, start, tmp_path):
    master = start(filled)
    master.ok("tag", master.ok("list")["experiments"][0]["experiment"], "kept")
    before = master.ok("list", "--limit", "1000")["experiments"]
    curves = {item["id"]: master.get(f"/api/experiments/{item['id']}/metrics", Accept="application/octet-stream") for item in before}
    backup, restored = tmp_path / "backup", tmp_path / "restored"
    assert goetia.ok("db", "backup", backup, "--data", filled, "--json").json["files"] > 24
    again = goetia.ok("db", "backup", backup, "--data", filled, "--json").json
    assert again["files"] > 24
    assert goetia("db", "restore", backup, "--data", filled).code == 7, "it is not empty"
    goetia.ok("db", "restore", backup, "--data", restored)
    other = start(restored)
    assert other.ok("list", "--limit", "1000")["experiments"] == before
    assert other.ok("list", "-q", "tag=kept")["total"] == 1
    for name, curve in curves.items():
        assert other.get(f"/api/experiments/{name}/metrics", Accept="application/octet-stream") == curve
    (backup / "experiments" / before[0]["id"] / "config.yaml").write_text("changed")
    damaged = goetia("db", "restore", backup, "--data", tmp_path / "third")
    assert damaged.code == 3 and "config.yaml" in damaged.err


def test_what_goes_by_rule_is_shown_first(goetia, filled, start):
    master = start(filled)
    storage = goetia.ok("db", "storage", "--json", environment=master.environment).json
    assert storage["kinds"]["experiments"] > 0 and storage["experiments"] == 12
    token = (filled / "local.token").read_text().strip()
    request = urllib.request.Request(master.url + "/api/settings", b'{"retention_days": 30, "retention_kept_newest": 2}', method="PATCH",
                                     headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        assert json.load(answer)["retention_kept_newest"] == 2
    dry = goetia.ok("db", "retention", "--json", environment=master.environment).json
    assert len(dry["steps"]) == 10 and not dry["applied"] and master.ok("list")["total"] == 12
    assert goetia.ok("db", "retention", "--yes", "--json", environment=master.environment).json["applied"]
    wait_until(lambda: master.ok("list")["total"] == 2)


def test_folders_of_this_machine_are_tagged_archived_and_compared_too(goetia, filled):
    place = ("--experiments", filled / "experiments")
    names = [item["experiment"] for item in goetia.ok("experiment", "list", *place, "--json").json["experiments"]]
    assert goetia.ok("experiment", "tag", names[0], "good", *place, "--json").json["tags"] == ["good"]
    assert goetia.ok("experiment", "show", names[0], *place, "--json").json["tags"] == ["good"]
    goetia.ok("experiment", "archive", names[0], *place)
    assert len(goetia.ok("experiment", "list", *place, "--json").json["experiments"]) == 11
    assert len(goetia.ok("experiment", "list", "--all", *place, "--json").json["experiments"]) == 12
    compared = goetia.ok("experiment", "compare", *names[:3], *place, "--json").json
    assert len(compared["experiments"]) == 3 and "experiment.name" in compared["config"]
    assert goetia.ok("experiment", "lineage", names[0], *place, "--json").json["ancestors"] == []
