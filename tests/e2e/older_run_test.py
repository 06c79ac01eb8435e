"""A run that an older Goetia made and that was killed in its second epoch: listed, shown, resumed, reproduced.

tests/runs/<date of that Goetia> holds its folder and data, with /RUN where the run was, and what the same run came to
that was left alone."""

import json
import shutil
from pathlib import Path

import pytest
import torch

OLDER = Path(__file__).parents[1] / "runs/2026-11-28"
NAME = next(OLDER.glob("exp_*")).name

pytestmark = pytest.mark.slow


@pytest.fixture
def older(goetia, tmp_path):
    """The experiment's folder, moved here with its data and model."""
    for name in ("data", "model.pt"):
        (shutil.copytree if (OLDER / name).is_dir() else shutil.copy)(OLDER / name, tmp_path / name)
    folder = goetia.experiments / NAME
    shutil.copytree(OLDER / NAME, folder)
    for name in ("config.yaml", "config.json", "environment.json"):
        text = (folder / name).read_text()
        (folder / name).write_text(text.replace("/RUN", str(tmp_path)))
    return folder


def assert_close(found, expected):
    """Equal to the bit on the processor it was made on; the kernels of another one may round otherwise."""
    assert found.keys() == expected.keys()
    for name, tensor in expected.items():
        assert torch.allclose(found[name], tensor, rtol=1e-4, atol=1e-6), name


def test_is_listed_and_shown(goetia, older):
    listed = goetia.ok("experiment", "list", "--json").json["experiments"]
    assert [(one["experiment"], one["state"], one["epochs_done"]) for one in listed] == [(NAME, "interrupted", 1)]
    shown = goetia.ok("experiment", "show", NAME).out
    assert "val/f1_macro" in shown and "7 steps" in shown and f"--resume {NAME}" in shown


def test_is_resumed_to_what_the_unbroken_run_came_to_and_reproduced(goetia, older):
    goetia.ok("train", "--resume", older)
    unbroken = torch.load(OLDER / "unbroken.pth", weights_only=True)
    resumed = torch.load(older / "checkpoints/last.pth", weights_only=True)
    assert resumed["step"] == unbroken["step"] == 18
    assert_close(resumed["model"], unbroken["model"])
    assert_close(resumed["ema"], unbroken["ema"])
    expected = json.loads((OLDER / "unbroken_history.json").read_text())
    history = json.loads((older / "history.json").read_text())
    for found, epoch in zip(history, expected, strict=True):
        for name, value in epoch.items():
            if name not in ("time", "seconds", "seconds_waiting"):
                assert found[name] == (value if isinstance(value, str) else pytest.approx(value, rel=1e-4, abs=1e-6)), name

    done = goetia.ok("reproduce", older)
    assert "metric values and" in done.out and "compared" in done.out
