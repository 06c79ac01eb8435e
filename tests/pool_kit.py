"""A pool on this machine: a master, agents and what they run, as processes that tests start, kill and count."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from pathlib import Path

from goetia_kit import wait_until


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Gate:
    """A TCP proxy between an agent and its master that can be shut: what is under way is cut, and nothing new gets through."""

    def __init__(self, target):
        self.target, self.is_shut, self.pairs = target, False, []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                inner, _ = self.server.accept()
            except OSError:
                return
            try:
                assert not self.is_shut
                outer = socket.create_connection(("127.0.0.1", self.target), timeout=10)
            except (OSError, AssertionError):
                inner.close()
                continue
            self.pairs.append((inner, outer))
            for one, other in ((inner, outer), (outer, inner)):
                threading.Thread(target=self.carry, args=(one, other), daemon=True).start()

    @staticmethod
    def carry(one, other):
        try:
            while data := one.recv(1 << 16):
                other.sendall(data)
        except OSError:
            pass
        for end in (one, other):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def shut(self):
        self.is_shut = True
        for pair in self.pairs:
            for end in pair:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
        self.pairs = []

    def open(self):
        self.is_shut = False

    def close(self):
        self.server.close()
        self.shut()


class Pool:
    """One master and its agents, below a folder. Every process is killed at the end."""

    def __init__(self, goetia, data=None):
        # Not below pytest's folder: the code of tasks runs as another user, and every pytest that starts closes that to others.
        self.goetia, self.folder = goetia, Path(tempfile.mkdtemp(prefix="goetia-pool."))
        for place in (self.folder, *self.folder.parents[:-2]):
            place.chmod(place.stat().st_mode | 0o055)
        self.set = self.folder / "set"
        if data:
            shutil.copytree(data, self.set)
        self.port = free_port()
        self.data = self.folder / "master"
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {"GOETIA_DATA": str(self.data)}
        self.processes = {}

    def start(self, name, *words):
        log = (self.folder / f"{name}.log").open("a")
        process = subprocess.Popen([str(word) for word in words], cwd=self.folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                   env={**self.goetia.environment, **self.environment}, start_new_session=True)
        self.processes[name] = process
        return process

    def start_master(self, *words):
        self.start("master", self.goetia.programs / "goetia", "master", "--data", self.data, "--port", self.port, *words)
        wait_until(lambda: self.goetia("node", "list", environment=self.environment).code == 0, 60, "the master to answer")

    def start_agent(self, name, *words, port=None):
        """Joins the first time; later it is the node that it was."""
        token = [] if (self.folder / name / "identity.json").exists() else ["--token", self.ask("node", "token", "create")["token"]]
        return self.start(name, self.goetia.programs / "goetia-agent", "run", "--master", f"http://127.0.0.1:{port or self.port}", "--data",
                          self.folder / name, "--name", name, "--programs", self.goetia.programs, *token, *words)

    def ask(self, *words):
        return self.goetia.ok(*words, "--json", environment=self.environment).json

    def submit(self, *words):
        return self.ask("task", "submit", *words)["id"]

    def task(self, task):
        return self.ask("task", "show", task)

    def wait_for(self, task, *states, timeout=240):
        seen = {}

        def is_there():
            answer = self.goetia("task", "show", task, "--json", environment=self.environment)
            if answer.code != 0:  # the master was killed and comes again
                return False
            seen.update(answer.json)
            return seen["state"] in (*states, "completed", "failed", "stopped")

        try:
            wait_until(is_there, timeout, f"task {task} to be {' or '.join(states)}")
        except AssertionError as late:
            raise AssertionError(f"{late}; it is {seen}\n{self.logs()}") from None
        assert seen["state"] in states, f"{seen}\n{self.logs()}"
        return seen

    def logs(self):
        return "\n".join(f"--- {file.name}\n{file.read_text()[-3000:]}" for file in sorted(self.folder.glob("*.log")))

    def kill(self, name):
        process = self.processes.pop(name)
        process.kill()
        process.wait()

    def experiment(self, task):
        return self.data / "experiments" / self.task(task)["experiment"]

    def processes_below(self, folder):
        """Process ids whose command line names a folder of the pool."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                words = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if str(folder).encode() in words and int(entry.name) != os.getpid():
                found.append(int(entry.name))
        return found

    def runs_of(self, agent):
        """Processes of attempts at a node: the supervisors and the ranks."""
        own = self.processes[agent].pid if agent in self.processes else 0
        return [pid for pid in self.processes_below(self.folder / agent) if pid != own]

    def close(self):
        for process in self.processes.values():
            process.kill()
            process.wait()
        for pid in self.processes_below(self.folder):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        shutil.rmtree(self.folder, ignore_errors=True)


def journaled(folder):
    """(step, name) -> value of an experiment's history, read by goetia itself, without those that measure time."""
    points = {}
    for point in json.loads((Path(folder) / "logs/metrics.json").read_text()):
        key = (point["step"], point["name"])
        assert key not in points, f"{key} occurs twice"
        points[key] = point["value"]
    return points
