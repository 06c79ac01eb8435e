"""A user trains many runs of one configuration: every combination, drawn points, losers stopped early, a search."""

import csv
import json
import os
import shlex
import signal

import pytest
from goetia_kit import wait_until

pytestmark = pytest.mark.slow

LITTLE = ("training.epochs=1", "training.threads=1")


def journal_of(folder):
    text = (folder / "journal.jsonl").read_text()
    return [json.loads(line) for line in text[:text.rfind("\n") + 1].splitlines()]


def only_sweep(goetia):
    folders = list((goetia.experiments / "multirun").iterdir())
    assert len(folders) == 1
    return folders[0]


def test_a_sweep_runs_every_combination_and_shows_one_table(goetia, tiny):
    plan = goetia.ok("train", "--config", tiny, "--multirun", "--dry-run", "optimizer.lr=0.01,0.001", "training.batch_size=8,16")
    assert plan.out.startswith("4 jobs:")
    assert not goetia.experiments.exists()
    done = goetia.ok("train", "--config", tiny, "--multirun", "--json", "--jobs", 2, *LITTLE, "optimizer.lr=0.01,0.001")
    jobs = done.json["jobs"]
    assert [job["state"] for job in jobs] == ["completed", "completed"]
    assert [job["overrides"][-1] for job in jobs] == ["optimizer.lr=0.01", "optimizer.lr=0.001"]
    for job in jobs:
        assert (goetia.experiments / job["experiment"] / "config.yaml").exists()

    best = done.json["best"]
    assert best["value"] == max(job["value"] for job in jobs) and best["rank"] == 1
    folder = only_sweep(goetia)
    assert done.json["multirun"] == str(folder)
    assert json.loads((folder / "summary.json").read_text()) == done.json
    rows = list(csv.DictReader((folder / "summary.csv").open()))
    assert [int(row["trial"]) for row in rows][0] == best["number"]
    assert float(rows[0]["value"]) == best["value"]

    words = shlex.split(best["command"])
    assert words[:2] == ["goetia", "train"]
    again = goetia.ok(*words[1:], "--json").json
    assert again["metrics"]["best"][done.json["metric"]] == best["value"]


def test_losers_are_stopped_early_by_the_rule(goetia, tiny):
    # The first trials reach a rung before the others, so that what each of them meets there follows from the journal.
    done = goetia.ok("train", "--config", tiny, "--multirun", "--json", "--strategy", "halving", "--eta", 2, "--sweep-seed", 3, "--jobs", 2,
                     "training.epochs=8", "training.threads=1", "optimizer.lr=1e-9,1e-8,1e-7,0.02,0.03", "--metric", "val/loss")
    assert done.json["mode"] == "min"
    reached = {}
    verdicts = 0
    lost = set()
    for record in journal_of(only_sweep(goetia)):
        if record["type"] != "rung":
            continue
        verdicts += 1
        at_rung = reached.setdefault(record["rung"], [])
        better = sum(loss < record["loss"] for loss in at_rung)
        at_rung.append(record["loss"])
        kept = max(1, len(at_rung) // 2)
        assert record["goes_on"] == (better < kept), record
        if not record["goes_on"]:
            lost.add(record["trial"])
    assert verdicts >= 5 and lost
    for job in done.json["jobs"]:
        early = job["number"] in lost
        assert job["state"] == ("stopped early" if early else "completed"), job
        assert (job["epochs_done"] < 8) == early
        state = goetia.ok("experiment", "show", job["experiment"], "--json").json["state"]
        assert state == ("stopped" if early else "completed")
        assert (goetia.experiments / job["experiment"] / "checkpoints/last.pth").exists()
    assert len({job["overrides"][-1] for job in done.json["jobs"]}) == 5, "every combination once"


def test_a_search_draws_from_intervals_and_makes_the_same_draws_again(goetia, tiny):
    words = ("train", "--config", tiny, "--multirun", "--strategy", "random", "--trials", 3, "--sweep-seed", 5, *LITTLE,
             "optimizer.lr=tag(log,interval(1e-4,0.1))", "training.batch_size=int(interval(8,12))", "+training.drop_last=true")
    planned = goetia.ok(*words, "--dry-run", "--json").json["jobs"]
    assert len(planned) == 3
    for job in planned:
        rate, batch = (line.split("=")[1] for line in job["overrides"][-3:-1])
        assert 1e-4 <= float(rate) <= 0.1 and 8 <= int(batch) <= 12
    done = goetia.ok(*words, "--json").json
    assert [job["overrides"] for job in done["jobs"]] == [job["overrides"] for job in planned]
    refused = goetia(*words[:4], *words[8:], "--json")
    assert refused.code == 3 and "has an interval; use 'random'" in refused.error["message"]
    refused = goetia(*words[:4], "--strategy", "tpe", "optimizer.lr=interval(1,2)", "--json")
    assert "'tpe' needs a number of trials here: --trials N" in refused.error["message"]


def test_ctrl_c_ends_every_run_and_the_sweep_goes_on_where_it_was(goetia, tiny):
    process = goetia.start("train", "--config", tiny, "--multirun", "--json", "--jobs", 2, "training.epochs=20", "training.threads=1",
                           "optimizer.lr=0.01,0.02,0.03")
    try:
        wait_until(lambda: process.poll() is not None or (
            (goetia.experiments / "multirun").exists() and len({r["trial"] for r in journal_of(only_sweep(goetia)) if r["type"] == "value"}) == 2), 120, "two runs")
        os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 130, err
    stopped = json.loads(out.splitlines()[-1])
    assert [job["state"] for job in stopped["jobs"]] == ["running", "running"]
    folder = only_sweep(goetia)
    assert f"--multirun --resume {folder.name}" in err
    before = {job["number"]: job["epochs_done"] for job in stopped["jobs"]}
    for job in stopped["jobs"]:
        assert goetia.ok("experiment", "show", job["experiment"], "--json").json["state"] == "stopped"

    refused = goetia("train", "--multirun", "--resume", folder.name, "optimizer.lr=1", "--json")
    assert "goes on with its own configuration" in refused.error["message"]
    text = tiny.read_text()
    tiny.write_text(text.replace("seed: 7", "seed: 8"))
    refused = goetia("train", "--multirun", "--resume", folder.name, "--json")
    assert refused.code == 7 and "has changed since the sweep" in refused.error["message"]
    tiny.write_text(text)

    # It is killed, too, and goes on all the same.
    process = goetia.start("train", "--multirun", "--resume", folder, "--json", "--jobs", 2)
    try:
        wait_until(lambda: process.poll() is not None or len([r for r in journal_of(folder) if r["type"] == "value"]) > sum(before.values()) + 2, 120, "more epochs")
        busy = goetia("train", "--multirun", "--resume", folder, "--json")
        assert busy.code == 7 and "another process is running the sweep" in busy.error["message"]
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)
    finally:
        process.kill()
    with (folder / "journal.jsonl").open("a") as journal:
        journal.write('{"type":"val')  # as if it was killed while writing
    done = goetia.ok("train", "--multirun", "--resume", folder.name, "--json", "--jobs", 2, timeout=500).json
    assert [job["state"] for job in done["jobs"]] == ["completed"] * 3
    assert [job["epochs_done"] for job in done["jobs"]] == [20] * 3
    assert [job["experiment"] for job in done["jobs"][:2]] == [job["experiment"] for job in stopped["jobs"]], "the same runs went on"
    for job in done["jobs"]:
        assert len(json.loads((goetia.experiments / job["experiment"] / "history.json").read_text())) == 20


def test_a_fine_tuned_run_names_its_parent(goetia, tiny):
    base = goetia.train(tiny, "training.epochs=1")
    weights = base["checkpoints"]["last"]
    tuned = goetia.train(tiny, "training.epochs=1", f"+model.pretrained={{path: {weights}}}")
    branch = goetia.ok("train", "--config", tiny, "--resume", weights, "training.epochs=2", "--json").json
    lineage = goetia.ok("experiment", "lineage", tuned["experiment"], "--json").json
    assert lineage["relation"] == "fine-tune"
    assert [one["id"] for one in lineage["ancestors"]] == [base["experiment"]]
    assert lineage["ancestors"][0]["weights_now"] == "as they were" and len(lineage["ancestors"][0]["sha256"]) == 64
    children = goetia.ok("experiment", "lineage", base["experiment"], "--json").json["descendants"]
    assert {(one["id"], one["relation"]) for one in children} == {(tuned["experiment"], "fine-tune"), (branch["experiment"], "branch")}
    assert tuned["experiment"] in goetia.ok("experiment", "lineage", base["experiment"]).out
