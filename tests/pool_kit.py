"""A pool on this machine: a master, agents and what they run, as processes that tests start, kill and count."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from pathlib import Path

from goetia_kit import first_weight_difference, wait_until

# Small enough that a run of some seconds makes many steps and checkpoints, each of less than a megabyte.
SMALL_MODEL = {"{type: ResNet, depth: 18}": "{type: MobileNetV3, size: small, width_mult: 0.25}", "in_channels: 512": "in_channels: 144"}


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


ENDS = ("completed", "failed", "stopped")


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
        self.master_words = ()  # further words of 'goetia master', at every start

    def configuration(self, file, data, text):
        """A configuration of the small model on the pool's copy of the data."""
        for before, after in {**SMALL_MODEL, str(data): str(self.set)}.items():
            assert before in text
            text = text.replace(before, after)
        file.write_text(text)
        return file

    def start(self, name, *words):
        log = (self.folder / f"{name}.log").open("a")
        process = subprocess.Popen([str(word) for word in words], cwd=self.folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                   env={**self.goetia.environment, **self.environment}, start_new_session=True)
        self.processes[name] = process
        return process

    def start_master(self):
        self.start("master", self.goetia.programs / "goetia", "master", "--data", self.data, "--port", self.port, *self.master_words)
        wait_until(lambda: self.goetia("node", "list", environment=self.environment).code == 0, 60, "the master to answer")

    def start_agent(self, name, *words, port=None, before=()):
        """Joins the first time; later it is the node that it was. `before`: words before those of the program."""
        token = [] if (self.folder / name / "identity.json").exists() else ["--token", self.ask("node", "token", "create")["token"]]
        access = json.loads((self.data / "master.json").read_text())
        url = f"http://127.0.0.1:{port}" if port else access["url"]
        pin = ["--pin", access["pin"]] if access["pin"] else []
        return self.start(name, *before, self.goetia.programs / "goetia-agent", "run", "--master", url, "--data", self.folder / name, "--name",
                          name, "--programs", self.goetia.programs, *pin, *token, *words)

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
            return seen["state"] in (*states, *ENDS)

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

    def assert_same(self, task, alone):
        """What the master holds of a task is what the same run on this machine alone ended with."""
        folder = self.experiment(task)
        wait_until((folder / "checkpoints/last.pth").exists, 60, "the last checkpoint to arrive")
        self.goetia.ok("experiment", "rebuild", folder)
        assert journaled(folder) == journaled(alone["dir"])
        assert first_weight_difference(folder / "checkpoints/last.pth", alone["checkpoints"]["last"]) is None

    def assert_nothing_left(self, *agents):
        for agent in agents:
            wait_until(lambda agent=agent: not self.runs_of(agent), 30, f"the processes of attempts at '{agent}' to end")

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


def kill_often(pool, submit, alone, kills, seed, victims=("master", "one", "run"), restart=None):
    """Kills the master, the agent and processes of the run, in an order drawn from the seed, during one task after the other; each
    must end as the undisturbed run did. `restart`: for victims of other names."""
    dice, done = random.Random(seed), 0
    restart = {"master": pool.start_master, "one": lambda: pool.start_agent("one"), **(restart or {})}
    while done < kills:
        task = submit()
        while (state := pool.wait_for(task, "running", "queued", "dispatching", "completed")["state"]) not in ENDS and done < kills:
            victim = dice.choice(victims)
            if victim == "run":
                if not (runs := pool.runs_of("one")):
                    continue
                try:
                    os.kill(dice.choice(runs), signal.SIGKILL)
                except ProcessLookupError:
                    continue
            else:
                if victim in pool.processes:
                    pool.kill(victim)
                restart[victim]()
            done += 1
            # A try that is killed before its first step makes the next one wait longer: up to five minutes.
            if victim == "run":
                wait_until(lambda: pool.task(task)["state"] != "running", 60, "the kill to be seen")
                pool.wait_for(task, "running", "completed", timeout=400)
            before = pool.task(task)["progress"]
            wait_until(lambda: pool.task(task)["progress"] != before or pool.task(task)["state"] in ENDS, 400, "the run to go on")
        if state not in ENDS:
            pool.wait_for(task, "completed")
        pool.assert_same(task, alone)
    pool.assert_nothing_left("one")
    return done
