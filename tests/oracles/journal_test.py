"""Goetia reads journals written by an independent implementation of the format, and derives the readable files."""

import csv
import json
import math
import os
import pathlib
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from journal_writer import JournalWriter  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("GOETIA_BIN", ROOT / "build" / "dev" / "bin"))
ID = "exp_20250627_143052_a3b8c9d2"


def goetia(*words, code=0):
    finished = subprocess.run([BIN / "goetia", *map(str, words)], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert finished.returncode == code, finished.stderr
    return json.loads(finished.stdout.splitlines()[-1]) if "--json" in words else finished


def make_experiment(root, name=ID):
    folder = root / name
    (folder / "journal").mkdir(parents=True)
    (folder / "config.yaml").write_text(
        "experiment: {name: ears, seed: 42}\ntraining: {epochs: 4}\ncheckpoint: {best_metric: val/accuracy_top1, best_mode: max}\n"
    )
    return folder


def write_attempt(folder, attempt, start, end, tail=b""):
    """Steps start+1 to end, five to an epoch; every value contains its attempt."""
    journal = JournalWriter(folder / "journal" / f"attempt_{attempt}.journal", attempt=attempt, resumed_from_step=start, time=1e9)
    journal.json("state", {"state": "running", "reason": "", "epoch": 0, "step": start, "time": 1e9})
    for step in range(start + 1, end + 1):
        epoch = (step - 1) // 5 + 1
        journal.point("train/loss", step, epoch, 1e9 + step, attempt + 1 / step)
        if step % 5 == 0:
            metrics = {"val/accuracy_top1": 0.5 + 0.01 * epoch, "odd, \"name\"": attempt}
            journal.point("val/accuracy_top1", step, epoch, 1e9 + step, metrics["val/accuracy_top1"])
            journal.json("epoch", {"epoch": epoch, "step": step, "time": 1e9 + step, "seconds": 2.0, "images": 64, "metrics": metrics})
    journal.close(tail)
    return journal


def expected_points():
    points = {}
    for attempt, start, end in ((1, 0, 13), (2, 5, 20)):
        points = {key: value for key, value in points.items() if key[1] <= start}
        for step in range(start + 1, end + 1):
            points["train/loss", step] = attempt + 1 / step
            if step % 5 == 0:
                points["val/accuracy_top1", step] = 0.5 + 0.01 * (step // 5)
    return points


@pytest.fixture
def rebuilt(tmp_path):
    folder = make_experiment(tmp_path)
    write_attempt(folder, 1, 0, 13, tail=b"\x24\x00\x00\x00torn by a crash")
    write_attempt(folder, 2, 5, 20)
    answer = goetia("experiment", "rebuild", folder, "--json")
    assert answer["epochs"] == 4 and answer["damage"] == []
    return folder


def test_metrics_json_has_no_gap_and_no_double(rebuilt):
    points = json.loads((rebuilt / "logs" / "metrics.json").read_text())
    assert {(point["name"], point["step"]): point["value"] for point in points} == expected_points()
    assert len(points) == len(expected_points())
    assert set(points[0]) == {"step", "epoch", "time", "name", "value"}


def test_history_and_csv_hold_one_row_per_epoch(rebuilt):
    history = json.loads((rebuilt / "history.json").read_text())
    assert [(epoch["epoch"], epoch["metrics"]['odd, "name"']) for epoch in history] == [(1, 1), (2, 2), (3, 2), (4, 2)]
    with open(rebuilt / "metrics_history.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["epoch", "step", "time", 'odd, "name"', "val/accuracy_top1"]
    assert [float(row["val/accuracy_top1"]) for row in rows] == [epoch["metrics"]["val/accuracy_top1"] for epoch in history]


def test_show_and_export_agree_with_the_journal(rebuilt, tmp_path):
    shown = goetia("experiment", "show", ID[:12], "--experiments", tmp_path, "--json")
    assert shown["state"] == "interrupted" and shown["epochs_done"] == 4 and shown["steps_done"] == 20 and shown["seed"] == 42
    assert shown["metrics"]["best"]["val/accuracy_top1"] == pytest.approx(0.54) and shown["images_per_second"] == 32
    table = tmp_path / "all.csv"
    goetia("experiment", "export-csv", "--experiments", tmp_path, "--output", table)
    with open(table, newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["experiment"] == ID and row["name"] == "ears" and float(row["best val/accuracy_top1"]) == pytest.approx(0.54)


def test_values_json_cannot_say(tmp_path):
    folder = make_experiment(tmp_path)
    journal = JournalWriter(folder / "journal" / "attempt_1.journal", attempt=1)
    for step, value in enumerate((math.nan, math.inf, -math.inf, 1e308, 5e-324, -0.0)):
        journal.point("x", step, 0, 1e9, value)
    journal.close()
    goetia("experiment", "rebuild", folder)
    values = [point["value"] for point in json.loads((folder / "logs" / "metrics.json").read_text())]
    assert values[:3] == [None] * 3 and values[3:5] == [1e308, 5e-324] and math.copysign(1, values[5]) == -1


def test_damage_in_the_middle_is_reported_and_the_rest_is_kept(tmp_path):
    folder = make_experiment(tmp_path)
    journal = write_attempt(folder, 1, 0, 5)
    data = bytearray(journal.data)
    data[data.index(b"val/accuracy_top1")] ^= 0x20   # within the record that names the metric
    journal.path.write_bytes(data)
    answer = goetia("experiment", "rebuild", folder, "--json", code=8)
    assert "are lost, those after them are intact" in answer["damage"][0]
    assert answer["points"] == 5 and answer["epochs"] == 1
