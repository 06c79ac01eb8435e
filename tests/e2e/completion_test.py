"""Completion is generated from the command tree, so it offers what the program accepts."""

import shutil
import subprocess

import pytest


def offered(goetia, *words):
    """What bash offers after these words, the last of which is being typed."""
    script = f"""eval "$({goetia.programs}/goetia completion bash)"
        COMP_WORDS=(goetia {' '.join(f"'{word}'" for word in words)}); COMP_CWORD={len(words)}; _goetia; printf '%s\\n' "${{COMPREPLY[@]}}" """
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=goetia.folder, timeout=30)
    assert done.returncode == 0, done.stderr
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
