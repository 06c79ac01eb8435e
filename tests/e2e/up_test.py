"""`goetia up`: a master and this machine as its node, from one command, without a setting."""

import json
import os
import signal
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from goetia_kit import wait_until

ROOT = Path(__file__).resolve().parents[2]


def page_at(address):
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers={"Accept": "text/html"})) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


class Up:
    def __init__(self, goetia, data, *words):
        self.goetia, self.data = goetia, data
        self.process = goetia.start("up", "--port", "0", *words)
        line = self.process.stdout.readline()
        assert line.startswith(("goetia answers at http", "goetia's page is at http")), (line, self.process.communicate(timeout=60))
        self.line = line
        self.url = line.split(" at ")[1].split(",")[0]
        self.setup = self.process.stdout.readline()

    def nodes(self):
        done = self.goetia("node", "list", "--json")
        return done.json["items"] if done.code == 0 else []

    def wait_for_node(self):
        wait_until(lambda: [node["state"] for node in self.nodes()] == ["online"], 60, "this machine to be a node")

    def master(self):
        return json.loads((self.data / "master.json").read_text())["pid"]

    def processes(self):
        """Of the pool: whatever names its folder on its command line."""
        found = {}
        for entry in os.listdir("/proc"):
            try:
                words = open(f"/proc/{entry}/cmdline", "rb").read().split(b"\0") if entry.isdigit() else []
            except OSError:
                continue
            if any(str(self.data).encode() in word for word in words):
                found[int(entry)] = words
        return found

    def agent(self):
        return next((pid for pid, words in self.processes().items() if words[0].endswith(b"goetia-agent")), None)

    def runs_an_empty_task(self):
        done = self.goetia.ok("task", "submit", "--noop", "--follow", "--json", timeout=90)
        assert done.json["state"] == "completed"


@pytest.fixture
def up(goetia, tmp_path):
    goetia.environment["XDG_DATA_HOME"] = str(tmp_path / "share")
    for name in ("GOETIA_DATA", "GOETIA_MASTER", "GOETIA_TOKEN"):
        goetia.environment.pop(name, None)
    data = tmp_path / "share/goetia/master"
    started = []

    def start(*words):
        started.append(Up(goetia, data, *words))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
        one.process.communicate()


def test_commands_need_no_setting_and_both_end_in_good_order(goetia, up):
    pool = up("--label", "rack=3")
    pool.wait_for_node()
    assert pool.nodes()[0]["labels"] == ["rack=3"]
    assert f"{pool.url}/setup?token=" in pool.setup
    status, text = page_at(pool.url + "/tasks/1")
    is_built = (ROOT / "web/dist/index.html").exists()
    assert pool.line.startswith("goetia's page is at" if is_built else "goetia answers at")
    assert (status, '<div id="app">' in text, "./goetia setup" in text) == ((200, True, False) if is_built else (503, False, True))
    pool.runs_an_empty_task()
    second = goetia("up", "--port", "0", "--json")
    assert second.code == 7 and f"process {pool.process.pid}, which answers at {pool.url}" in second.error["message"]
    pool.process.send_signal(signal.SIGTERM)
    assert pool.process.wait(timeout=30) == 0
    assert pool.processes() == {}


def test_what_is_killed_is_started_again(goetia, up):
    pool = up()
    pool.wait_for_node()
    before = pool.nodes()[0]["id"]
    for victim in (pool.master, pool.agent):
        pid = victim()
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: victim() not in (pid, None), 30, "it to be started again")
        pool.wait_for_node()
        pool.runs_an_empty_task()
    assert [node["id"] for node in pool.nodes()] == [before], "it is the node that it was"
    assert pool.url == json.loads((pool.data / "master.json").read_text())["url"]


def test_both_end_with_it_and_the_next_one_begins_at_once(up):
    pool = up()
    pool.wait_for_node()
    pool.process.kill()
    pool.process.wait()
    again = up()
    again.wait_for_node()
    again.runs_an_empty_task()


def test_a_master_that_cannot_begin_says_why(goetia, up):
    done = goetia("up", "--host", "0.0.0.0", "--port", "0", "--json")
    assert done.code == 3 and "needs TLS" in done.error["message"]
