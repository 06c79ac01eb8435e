"""Runs the built programs and reads their output, as a user would."""

import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

# Begins a shell script in a mount namespace: what it mounts stays there. Where the root is no mount point itself (in a
# chroot), the kernel refuses to make it private; `unshare` must not try either.
UNSHARE_MOUNTS = ["unshare", "--mount", "--propagation", "unchanged"]
PRIVATE_MOUNTS = "{ ! cut -d' ' -f5 /proc/self/mountinfo | grep -qx / || mount --make-rprivate /; }"


@dataclass
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out.strip().splitlines()[-1])

    @property
    def error(self):
        return self.json["error"]


class Goetia:
    def __init__(self, programs, folder):
        self.programs, self.folder = Path(programs), Path(folder)
        self.experiments = self.folder / "experiments"
        self.environment = {**os.environ, "GOETIA_EXPERIMENTS": str(self.experiments), "XDG_CACHE_HOME": str(self.folder / "cache"),
                            "XDG_CONFIG_HOME": str(self.folder / "config"), "NO_COLOR": "1"}

    def start(self, *words, **options):
        """Starts it in the background in a session of its own, like under a terminal of its own."""
        environment = {**self.environment, **options.pop("environment", {})}
        return subprocess.Popen([self.programs / "goetia", *map(str, words)], cwd=self.folder, env=environment, text=True,
                                stdin=options.pop("stdin", subprocess.DEVNULL), stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, **options)

    def __call__(self, *words, timeout=300, typed=None, **options):
        process = self.start(*words, **options, **({} if typed is None else {"stdin": subprocess.PIPE}))
        try:
            out, err = process.communicate(typed, timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        return Result(process.returncode, out, err)

    def ok(self, *words, **options):
        done = self(*words, **options)
        assert done.code == 0, f"exit code {done.code}\n{done.out}\n{done.err}"
        return done

    def train(self, config, *overrides, **options):
        """The JSON object of a run that completed."""
        return self.ok("train", "--config", config, "--json", *overrides, **options).json

    def only_experiment(self):
        found = [p for p in self.experiments.iterdir() if p.name.startswith("exp_")] if self.experiments.exists() else []
        assert len(found) == 1, f"one experiment was expected, found {[p.name for p in found]}"
        return found[0]

    def wait_for_experiment(self, process, timeout=60):
        """The folder of a run under way, once its journal exists."""
        def begun():
            return [p.parent.parent for p in self.experiments.glob("exp_*/journal/attempt_*.journal")]
        wait_until(lambda: begun() or process.poll() is not None, timeout, "the run to begin")
        assert begun(), process.communicate()
        return begun()[0]


def wait_until(condition, timeout=60, what="a condition"):
    until = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < until, f"{what} did not happen within {timeout} s"
        time.sleep(0.01)


def children_of(pid):
    """Process ids of the ranks that a `goetia train` started."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(word) for word in path.read_text().split()] if path.exists() else []


def weights(checkpoint):
    import torch

    return torch.load(checkpoint, weights_only=True, map_location="cpu")["model"]


def first_weight_difference(one, two):
    """None when both checkpoints are bit-equal, else the first tensor that differs."""
    a, b = weights(one), weights(two)
    if list(a) != list(b):
        return f"names differ: {sorted(set(a) ^ set(b))}"
    for name in a:
        if a[name].dtype != b[name].dtype or a[name].shape != b[name].shape:
            return f"{name}: {a[name].dtype} {tuple(a[name].shape)} and {b[name].dtype} {tuple(b[name].shape)}"
        if a[name].numpy().tobytes() != b[name].numpy().tobytes():
            return f"{name}: largest difference {(a[name].double() - b[name].double()).abs().max().item()}"
    return None


def points(experiment):
    """(step, name) -> value of logs/metrics.json, without those that measure time."""
    listed = json.loads((Path(experiment) / "logs/metrics.json").read_text())
    found = {}
    for point in listed:
        key = (point["step"], point["name"])
        assert key not in found, f"{key} occurs twice"
        found[key] = point["value"]
    return {key: value for key, value in found.items() if "second" not in key[1]}
