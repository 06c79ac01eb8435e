"""The commands of the readme work, in both languages."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def commands(readme):
    """Each `./goetia ...` line of the fenced blocks, without its comment."""
    text = "\n".join(re.findall(r"^```\n(.*?)^```", (ROOT / readme).read_text(), re.M | re.S))
    return [re.split(r"\s{2,}#", line)[0].split()[1:] for line in text.splitlines() if line.startswith("./goetia ")]


def test_both_languages_show_the_same_commands():
    assert commands("README.md") == commands("README.zh-CN.md")
    assert ["demo"] in commands("README.md") and ["test"] in commands("README.md")


@pytest.mark.parametrize("words", [w for w in commands("README.md") if w[0] == "train" and {"--config", "--data"} & {*w}], ids=" ".join)
def test_training_as_shown_would_start(goetia, words):
    shown = next(w for w in commands("README.md") if w[:2] == ["dataset", "make"])
    goetia.ok(*shown, "--images", "48", "--size", "16")
    words = [str(ROOT / w) if w.endswith(".yaml") else w for w in words]
    data = [] if "--data" in words or any(w.startswith("dataset.data_root=") for w in words) else ["dataset.data_root=data/shapes"]
    goetia.ok(*words, *data, "--dry-run")


def test_the_list_of_experiments_works(goetia):
    assert ["experiment", "list"] in commands("README.md")
    goetia.ok("experiment", "list")
