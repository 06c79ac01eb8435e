"""Completion is generated from the command tree, so it offers what the program accepts."""

import os
import shutil
import socket
import subprocess
import time

import pytest

from pool_kit import Pool


def offered(goetia, *words, environment=None):
    """What bash offers after these words, the last of which is being typed."""
    script = f"""PATH="{goetia.programs}:$PATH"; eval "$(goetia completion bash)"
        COMP_WORDS=(goetia {' '.join(f"'{word}'" for word in words)}); COMP_CWORD={len(words)}; _goetia; printf '%s\\n' "${{COMPREPLY[@]}}" """
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=goetia.folder, timeout=30,
                          env={**os.environ, "XDG_CONFIG_HOME": str(goetia.folder), "XDG_DATA_HOME": str(goetia.folder), **(environment or {})})
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


def test_bash_offers_commands_subcommands_and_options(goetia):
    assert offered(goetia, "tr") == ["train"]
    assert set(offered(goetia, "component", "")) >= {"list", "show"}
    assert offered(goetia, "train", "--conf") == ["--config", "--config-path", "--config-name", "--config-dir"]
    assert offered(goetia, "--json", "experiment", "pau") == ["pause"]


def test_bash_offers_files_if_nothing_else_matches(goetia):
    (goetia.folder / "mine.yaml").write_text("")
    assert offered(goetia, "train", "--config", "mi") == ["mine.yaml"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_command_is_in_every_shell(goetia, shell):
    text = goetia.ok("completion", shell).out
    for word in ("train", "reproduce", "experiment", "checkpoint", "skip-unavailable"):
        assert word in text, word
    if shutil.which(shell):
        assert subprocess.run([shell, "-n"], input=text, capture_output=True, text=True).stderr == ""


def test_another_shell_is_refused(goetia):
    done = goetia("completion", "tcsh", "--json")
    assert done.code == 3
    assert done.error["message"] == "no completion for shell 'tcsh' (allowed: bash, zsh, fish)"


def test_names_of_what_there_is_are_offered(goetia):
    pool = Pool(goetia)
    try:
        pool.start_master()
        task = pool.submit("--noop")
        assert task in offered(goetia, "task", "show", "", environment=pool.environment)
        assert offered(goetia, "task", "show", "--js", environment=pool.environment) == ["--json"]
        assert goetia.ok("completion", "--names", "task", environment=pool.environment).out.split() == [task]
        experiment = goetia.experiments / "exp_20261130_120000_0a1b2c3d"
        (experiment / "journal").mkdir(parents=True)
        assert experiment.name in offered(goetia, "experiment", "show", "exp", environment={"GOETIA_EXPERIMENTS": str(goetia.experiments)})
    finally:
        pool.close()


def test_a_master_that_does_not_answer_is_not_waited_for(goetia):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        begun = time.monotonic()
        done = goetia("completion", "--names", "task", environment={"GOETIA_MASTER": address, "GOETIA_TOKEN": "x"})
        assert (done.code, done.out, done.err) == (0, "", "")
        assert time.monotonic() - begun < 5  # the program ends itself after 0.3 s
    done = goetia("completion", "--names", "node", environment={"GOETIA_MASTER": "http://127.0.0.1:9", "GOETIA_TOKEN": "x"})
    assert (done.code, done.out, done.err) == (0, "", "")
