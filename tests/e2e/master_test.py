"""`goetia master` and the commands that ask it, as a user runs them; and an agent as another program would write it."""

import base64
import json
import os
import signal
import socket
import ssl
import struct
import urllib.request

import pytest
from goetia_kit import wait_until


class Agent:
    """A node without a machine: a WebSocket by hand, over a plain or a TLS socket."""

    def __init__(self, url, secret, context=None):
        host, port = url.split("//")[1].rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=30)
        if url.startswith("https"):
            self.socket = context.wrap_socket(self.socket, server_hostname=host)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((f"GET /agent/session HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                             f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nAuthorization: Bearer {secret}\r\n\r\n").encode())
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.socket.recv(1)
        self.answer = head.split(b"\r\n")[0].decode()
        self.number = 0
        if " 101 " in self.answer:
            self.receive()  # the greeting, which has the session's number
            self.receive()

    def exactly(self, count):
        data = b""
        while len(data) < count:
            piece = self.socket.recv(count - len(data))
            assert piece, "the connection ended"
            data += piece
        return data

    def receive(self):
        while True:
            kind, length = self.exactly(2)
            length &= 127
            if length == 126:
                length, = struct.unpack(">H", self.exactly(2))
            elif length == 127:
                length, = struct.unpack(">Q", self.exactly(8))
            data = self.exactly(length)
            if kind & 15 == 1:
                self.desired = json.loads(data)
                return self.desired
            if kind & 15 == 9:
                self.send(10, data)
            assert kind & 15 != 8, data

    def send(self, kind, data):
        head = bytes([0x80 | kind]) + (bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + struct.pack(">H", len(data)))
        mask = os.urandom(4)
        self.socket.sendall(head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data)))

    def report(self, attempts=(), **more):
        self.number += 1
        self.send(1, json.dumps({"session": self.desired["session"], "number": self.number, "generation": self.desired["generation"],
                                 "attempts": list(attempts), **more}).encode())

    def finish_all(self):
        self.report({"fence": a["fence"], "task": a["task"], "phase": "exited", "exit": {"kind": "ok"}} for a in self.desired["attempts"])


FACTS = {"host": "h", "cores": 4, "memory": 1 << 36}


@pytest.fixture
def master(goetia, tmp_path):
    started = []

    def start(*words, data=tmp_path / "data"):
        process = goetia.start("master", "--data", data, "--port", "0", *words)
        started.append(process)
        line = process.stdout.readline()
        assert "goetia master answers at http" in line, (line, process.communicate(timeout=30))
        process.url = line.split(" at ")[1].split()[0]
        process.pin = line.split("(pin ")[1].rstrip(")\n") if "(pin" in line else ""
        goetia.environment["GOETIA_DATA"] = str(data)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def join(goetia, url, name="one", context=None):
    token = goetia.ok("node", "token", "create", "--json").json
    assert "join.sh?token=" + token["token"] in token["command"]
    body = json.dumps({"token": token["token"], "name": name}).encode()
    request = urllib.request.Request(url + "/agent/enrol", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, context=context) as response:
        made = json.load(response)
        return made["node"] + "." + made["secret"]


def test_an_empty_task_goes_from_its_submission_to_its_end(goetia, master):
    process = master()
    agent = Agent(process.url, join(goetia, process.url))
    agent.report(facts=FACTS)
    task = goetia.ok("task", "submit", "--noop", "--name", "first", "--json").json["id"]
    while not agent.desired["attempts"]:
        agent.receive()
    agent.finish_all()
    wait_until(lambda: goetia.ok("task", "show", task, "--json").json["state"] == "completed")
    assert "completed" in goetia.ok("task", "list").out
    assert "one" in goetia.ok("node", "list").out
    assert goetia("task", "pause", task).code == 7
    assert goetia("task", "show", "77").code == 4
    goetia.ok("task", "delete", task)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0


def test_why_says_what_stands_in_the_way(goetia, master):
    process = master()
    agent = Agent(process.url, join(goetia, process.url))
    agent.report(facts=FACTS)
    wait_until(lambda: "4 cores" in goetia.ok("node", "show", "one").out)
    task = goetia.ok("task", "submit", "--noop", "--gpus", "2", "--gpu-memory", "24GB", "--json").json["id"]
    assert "one" in goetia.ok("task", "why", task).out
    assert goetia.ok("task", "why", task, "--json").json["nodes"][0]["node"] == "one"
    assert goetia.ok("node", "drain", "one", "--json").json["drain"] is True
    assert goetia.ok("task", "stop", task, "--json").json["state"] == "stopped"


def test_what_was_acknowledged_is_there_after_a_kill(goetia, master):
    process = master()
    secret = join(goetia, process.url)
    tasks = [goetia.ok("task", "submit", "--noop", "--json").json["id"] for _ in range(3)]
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process = master()
    shown = goetia.ok("task", "list", "--json").json["items"]
    assert sorted(t["id"] for t in shown) == tasks and all(t["state"] == "queued" for t in shown)
    agent = Agent(process.url, secret)
    agent.report(facts=FACTS)
    while len(agent.desired["attempts"]) < 3:
        agent.receive()
    agent.finish_all()
    wait_until(lambda: all(t["state"] == "completed" for t in goetia.ok("task", "list", "--json").json["items"]))


def test_tls_with_a_key_of_its_own_is_known_by_its_pin(goetia, master, tmp_path):
    process = master("--tls", "own")
    assert process.url.startswith("https") and process.pin.startswith("sha256//")
    context = ssl.create_default_context(cafile=str(tmp_path / "data/tls/certificate.pem"))
    assert context.wrap_socket(socket.create_connection(process.url.split("//")[1].rsplit(":", 1)), server_hostname="localhost").version() == "TLSv1.3"
    agent = Agent(process.url, join(goetia, process.url, context=context), context)
    assert agent.desired["attempts"] == []
    token = (tmp_path / "data/local.token").read_text().strip()
    remote = {"GOETIA_MASTER": process.url, "GOETIA_TOKEN": token}
    assert goetia("task", "list", environment=remote).code != 0, "no authority vouches for it"
    goetia.ok("task", "list", environment={**remote, "GOETIA_PIN": process.pin})
    refused = goetia("task", "list", environment={**remote, "GOETIA_PIN": "sha256//" + "A" * 43 + "="})
    assert refused.code == 6 and "pinned key" in refused.err
    assert oct((tmp_path / "data/local.token").stat().st_mode)[-3:] == "600"


def test_beyond_this_machine_it_needs_tls_and_without_a_master_commands_say_what_to_do(goetia, tmp_path):
    open_to_all = goetia("master", "--data", tmp_path / "data", "--host", "0.0.0.0", "--port", "0")
    assert open_to_all.code == 3 and "needs TLS" in open_to_all.err
    alone = goetia("task", "list", "--data", tmp_path / "nothing")
    assert alone.code == 6 and "start one with 'goetia master'" in alone.err
    assert goetia("task", "submit", "--data", tmp_path / "nothing").code == 3


def test_a_secret_that_is_not_known_opens_no_session(goetia, master):
    process = master()
    assert " 401 " in Agent(process.url, "guess").answer
    assert " 403 " in Agent(process.url, (goetia.folder / "data/local.token").read_text().strip()).answer
