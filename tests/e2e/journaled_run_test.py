"""A run's journals follow the contract, and the files derived from them are complete whatever happens to the launcher."""

import json
import os
import shutil
import signal

import pytest
from goetia_kit import points, wait_until
from journal_kit import CONTRACT, faults_of, read_journal, unknown_members

pytestmark = pytest.mark.slow

PLOTS = [f"++visualization.{name}.enabled=true" for name in ("confusion_matrix", "pr_curve", "roc_curve")] + ["metrics=[{type: Accuracy}, {type: ConfusionMatrix}]"]


def journaled_points(folder):
    """(step, name) -> value, as expected in metrics.json, of a run with one attempt."""
    found = {}
    for kind, body in read_journal(folder / "journal/attempt_1.journal"):
        if kind == "point":
            found[body["step"], body["name"]] = body["value"]
        for name, value in body.get("metrics", {}).items() if kind == "epoch" else ():
            if name != "train/lr":
                found[body["step"], "train/epoch_loss" if name == "train/loss" else name] = value
    return {key: value for key, value in found.items() if "second" not in key[1]}


def test_a_runs_journals_follow_the_contract(goetia, tiny, data_with_a_broken_image):
    done = goetia.train(tiny, *PLOTS, "training.epochs=1", "++training.broken_samples=skip", f"dataset.data_root={data_with_a_broken_image}")
    goetia.ok("train", "--resume", done["experiment"], "training.epochs=2")
    folder, seen = goetia.only_experiment(), set()
    for attempt in (1, 2):
        for kind, body in read_journal(folder / f"journal/attempt_{attempt}.journal"):
            assert faults_of(body, CONTRACT["properties"][kind]) == [], (kind, body)
            assert unknown_members(kind, body) == set(), (kind, body)
            seen.add(body["kind"] if kind == "note" else kind)
    assert seen >= {"attempt", "state", "point", "epoch", "checkpoint", "name", "evaluation", "skipped_sample"}


@pytest.fixture
def data_with_a_broken_image(shapes, tmp_path):
    copy = tmp_path / "spoiled"
    shutil.copytree(shapes, copy)
    sorted((copy / "train").glob("*/*"))[5].write_bytes(b"not an image")
    return copy


def test_a_metric_is_journaled_once_and_shown_as_before(goetia, tiny):
    goetia.train(tiny, "training.epochs=2")
    folder = goetia.only_experiment()
    records = read_journal(folder / "journal/attempt_1.journal")
    assert {body["name"] for kind, body in records if kind == "point"} == {"train/loss", "train/lr"}
    assert points(folder) == journaled_points(folder)
    assert {name for _, name in points(folder)} >= {"train/epoch_loss", "train/accuracy_top1", "val/loss", "val/accuracy_top1"}
    history = json.loads((folder / "history.json").read_text())
    assert [set(epoch["metrics"]) >= {"train/loss", "train/lr", "val/loss"} for epoch in history] == [True, True]


def test_no_step_waits_for_a_plot(goetia, tiny, tmp_path):
    real = shutil.which("gnuplot")
    assert real is not None, "the set-up installs gnuplot"
    slow = tmp_path / "bin"
    slow.mkdir()
    # Draws only once the run has ended: a run that waited for it would never end.
    (slow / "gnuplot").write_text(f"""#!/bin/sh
touch "{tmp_path}/drawing"
until grep -qs '"state":"completed"' "{goetia.experiments}"/exp_*/journal/attempt_1.journal; do sleep 0.05; done
exec {real} "$@"
""")
    (slow / "gnuplot").chmod(0o755)
    goetia.train(tiny, *PLOTS, "++training.plot_interval=1", environment={"PATH": f"{slow}:{os.environ['PATH']}"})
    folder = goetia.only_experiment()
    for name in ("training_curves.png", "visualizations/confusion_matrix.png", "visualizations/pr_curve.png", "visualizations/roc_curve.png"):
        assert (folder / name).read_bytes().startswith(b"\x89PNG"), name
    assert [sheet.name for sheet in sorted((folder / "visualizations").glob("predictions_*"))] == [f"predictions_epoch_000{epoch}.jpg" for epoch in (1, 2, 3)]
    shown = goetia.ok("experiment", "show", folder.name, "--json").json
    assert {plot["path"]: plot["epoch"] for plot in shown["pictures"]}["training_curves.png"] == 3


def test_the_files_of_a_killed_launcher_are_completed_by_show(goetia, tiny):
    process = goetia.start("train", "--config", tiny, "training.epochs=50")
    folder = goetia.wait_for_experiment(process)
    wait_until(lambda: (folder / "history.json").exists() and json.loads((folder / "history.json").read_text()), 60, "the first epoch")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    wait_until(lambda: goetia.ok("experiment", "list", "--json").json["experiments"][0]["state"] != "running", 60, "the run's end")
    assert goetia.ok("experiment", "show", folder.name, "--json").json["epochs_done"] >= 1
    assert points(folder) == journaled_points(folder)
    (folder / "logs/metrics.json").write_text("[")  # torn
    goetia.ok("experiment", "rebuild", folder.name)
    assert points(folder) == journaled_points(folder)
