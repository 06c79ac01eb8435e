"""goetia-agent as a file that is copied to a machine which has nothing but glibc."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

AGENT = Path(os.environ["GOETIA_BIN"]) / "goetia-agent"
GLIBC = {"libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1"}


def needed():
    """The libraries that the loader would look for, with their paths here."""
    output = subprocess.run(["ldd", AGENT], capture_output=True, text=True, check=True).stdout
    return {line.split()[0]: line.split("=>")[-1].split()[0] for line in output.splitlines() if "linux-vdso" not in line}


def test_it_needs_no_library_but_those_of_glibc():
    names = {Path(name).name for name in needed()}
    loader = {name for name in names if name.startswith("ld-linux")}
    assert len(loader) == 1
    assert names - loader <= GLIBC, names - loader - GLIBC


@pytest.mark.skipif(os.geteuid() != 0, reason="changing the root needs root")
def test_it_runs_in_an_empty_root(tmp_path):
    for name, path in needed().items():
        # Where the loader looks: its own path is in the program, the others are beside it.
        place = tmp_path / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(os.path.realpath(path), place)
    shutil.copy(AGENT, tmp_path / "goetia-agent")

    def run(*words):
        done = subprocess.run(["/goetia-agent", *words], capture_output=True, text=True, timeout=20, env={},
                              preexec_fn=lambda: (os.chroot(tmp_path), os.chdir("/")))
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert run("--version").startswith("goetia-agent ")
    facts = json.loads(run("facts", "--json"))
    assert facts["glibc"].startswith("2.")
    assert facts["cores"] >= 1
    assert facts["gpus"] == []


def test_facts_of_fake_gpus():
    facts = json.loads(subprocess.run([AGENT, "facts", "--json"], capture_output=True, text=True, check=True,
                                      env={**os.environ, "GOETIA_FAKE_GPUS": "2x24GB"}).stdout)
    assert [gpu["memory"] for gpu in facts["gpus"]] == [24_000_000_000] * 2
    assert facts["memory"] > 0 and facts["disk"] > 0


@pytest.mark.parametrize("words, said", [
    (["run"], "--master is missing"),
    (["run", "--master", "http://10.1.2.3:8470"], "use https"),
    (["run", "--masters", "x"], "unknown option '--masters'"),
    (["run", "--master"], "option '--master' needs a value"),
    (["run", "--master", "http://127.0.0.1:1", "--cache", "many"], "such as 200GB"),
    (["walk"], "unknown command 'walk'"),
])
def test_what_cannot_be_done_is_said(words, said, tmp_path):
    done = subprocess.run([AGENT, *words], capture_output=True, text=True, timeout=20,
                          env={**os.environ, "XDG_DATA_HOME": str(tmp_path)})
    assert done.returncode == 2
    assert said in json.loads(done.stderr.splitlines()[-1])["error"]["message"]


def test_two_agents_do_not_share_a_folder(tmp_path):
    words = [AGENT, "run", "--master", "http://127.0.0.1:1", "--token", "x", "--data", tmp_path]
    first = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert "goetia-agent: node" in first.stdout.readline()
        second = subprocess.run(words, capture_output=True, text=True, timeout=20)
        assert second.returncode == 1
        assert "another agent uses" in second.stderr
    finally:
        first.kill()
        first.wait()
