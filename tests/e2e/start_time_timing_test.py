"""The command line answers at once: `--help` within 30 ms, `config show` within 50 ms of processor time. `version` has
60: it checks every file of a checkout for changes, as `git status` does."""

import os
import statistics
from pathlib import Path

import pytest

RUNS = 40


def processor_milliseconds(words):
    """Median of user + system time; other processes do not count."""
    times = []
    for _ in range(RUNS):
        pid = os.posix_spawn(words[0], words, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
        _, status, usage = os.wait4(pid, 0)
        assert os.waitstatus_to_exitcode(status) == 0, words
        times.append((usage.ru_utime + usage.ru_stime) * 1000)
    return statistics.median(times)


@pytest.mark.parametrize("words,limit", [(["--help"], 30), (["train", "--help"], 30), (["version"], 60)])
def test_the_program_answers_within_its_limit(programs, words, limit):
    assert processor_milliseconds([str(programs / "goetia"), *words]) < limit


def test_a_template_is_composed_and_shown_within_50_ms(programs):
    template = Path(__file__).resolve().parents[2] / "configs/templates/classification/shapes.yaml"
    words = [str(programs / "goetia"), "config", "show", "--config", str(template), "dataset.data_root=/data"]
    assert processor_milliseconds(words) < 50
