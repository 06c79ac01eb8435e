"""Every `goetia ...` in a document is an existing command with existing options."""

import functools
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
# In `quotes`, or as a line of a block, up to a pipe, a comment or a semicolon.
SHOWN = re.compile(r"(?:`|^ {4}|^)(?:\./)?goetia ([a-z-][^`\n|;#]*)", re.M)
LAUNCHER = {"setup", "test"}  # covered by the launcher's own tests
TO_COME = {"agent"}  # documented as planned


def shown_commands():
    for document in DOCUMENTS:
        for shown in SHOWN.findall(document.read_text()):
            words = re.split(r"  |--launch", shown)[0].split()
            if words[0] not in LAUNCHER | TO_COME:
                yield document.relative_to(ROOT), tuple(words)


@pytest.fixture(scope="module")
def help_of(programs):
    @functools.cache
    def ask(words):
        done = subprocess.run([programs / "goetia", *words, "--help"], capture_output=True, text=True)
        return done.stdout if done.returncode == 0 else None

    return ask


def fault_of(words, help_of):
    """None if the words are a command and its options."""
    depth = 0
    while True:
        text = help_of(words[:depth])
        subcommands = re.findall(r"^  ([a-z][\w-]*) ", text.partition("Subcommands:")[2], re.M)
        if not subcommands or depth == len(words) or words[depth].startswith("-"):
            break
        if not any(choice in subcommands for choice in words[depth].split("|")):
            return f"there is no command '{words[depth]}' (there are: {', '.join(subcommands)})"
        depth += 1
        if "|" in words[depth - 1]:
            return None  # several commands at once: their options are documented elsewhere
    for word in words[depth:]:
        option = re.match(r"\[?(--?[a-z][\w-]*)", word)
        if option and not re.search(rf"(^|[\s,]){re.escape(option[1])}\b", text):
            return f"it has no option '{option[1]}'"
    return None


@pytest.mark.parametrize("document,words", list(shown_commands()), ids=lambda part: " ".join(part) if isinstance(part, tuple) else str(part))
def test_the_command_exists(document, words, help_of):
    assert fault_of(words, help_of) is None


def test_unknown_commands_and_options_are_reported(help_of):
    assert "no command 'describe'" in fault_of(("describe",), help_of)
    assert "no option '--fast'" in fault_of(("dataset", "validate", "--fast"), help_of)
    assert fault_of(("dataset", "validate", "--format", "coco"), help_of) is None
