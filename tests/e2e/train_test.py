"""A new user trains from a configuration and reads the files of the experiment folder."""

import csv
import json
import subprocess

import pytest
import torch
import yaml
from goetia_kit import wait_until

pytestmark = pytest.mark.slow


def test_a_run_writes_the_complete_tree_and_every_file_parses(goetia, tiny):
    done = goetia.train(tiny)
    folder = goetia.only_experiment()
    assert done["experiment"] == folder.name
    assert done["dir"] == str(folder)
    assert done["state"] == "completed"
    assert done["epochs_done"] == 3
    assert done["seed"] == 7
    assert done["steps_done"] > 0 and done["seconds"] > 0 and done["images_per_second"] > 0
    assert 0 <= done["metrics"]["final"]["val/accuracy_top1"] <= 1
    assert done["metrics"]["best"]["val/accuracy_top1"] >= done["metrics"]["final"]["val/accuracy_top1"]

    for name in ("config.yaml", "overrides.yaml"):
        assert (folder / name).exists(), name
        yaml.safe_load((folder / name).read_text())
    for name in ("environment.json", "config.json", "history.json", "logs/metrics.json", "checkpoints/manifest.json"):
        json.loads((folder / name).read_text())
    assert "torch" in (folder / "environment.json").read_text().lower()
    rows = list(csv.DictReader((folder / "metrics_history.csv").open()))
    assert [int(row["epoch"]) for row in rows] == [1, 2, 3]
    assert len(json.loads((folder / "history.json").read_text())) == 3
    assert (folder / "logs/train.log").read_text().strip()
    assert any((folder / "logs/tensorboard").iterdir())
    assert (folder / "training_curves.png").read_bytes().startswith(b"\x89PNG")
    assert (folder / "best_model.pth").stat().st_size > 0
    for name in ("visualizations", "exports"):
        assert (folder / name).is_dir()


def test_checkpoints_open_in_python_and_have_their_names(goetia, tiny):
    done = goetia.train(tiny)
    folder = goetia.only_experiment()
    names = sorted(path.name for path in (folder / "checkpoints").glob("*.pth"))
    assert "last.pth" in names
    best = done["metrics"]["best"]["val/accuracy_top1"]
    assert [name for name in names if name.startswith(f"best_acc_{best:.4f}_epoch_")], names
    assert len([name for name in names if name.startswith("checkpoint_epoch_")]) <= 2, "checkpoint.max_keep is 2"
    assert done["checkpoints"]["last"] == str(folder / "checkpoints/last.pth")
    saved = torch.load(folder / "checkpoints/last.pth", weights_only=True)
    for key in ("model", "optimizer", "scheduler", "ema", "scaler", "rng", "epoch", "step", "metrics", "classes", "preprocessing", "config_hash"):
        assert key in saved, key
    assert saved["step"] == done["steps_done"]
    assert len(saved["classes"]) == 3


def test_metrics_have_no_gap_and_no_duplicate(goetia, tiny):
    done = goetia.train(tiny)
    listed = json.loads((goetia.only_experiment() / "logs/metrics.json").read_text())
    assert set(listed[0]) == {"step", "epoch", "time", "name", "value"}
    losses = [point["step"] for point in listed if point["name"] == "train/loss"]
    assert losses == list(range(1, done["steps_done"] + 1))
    assert {point["name"] for point in listed} >= {"train/loss", "train/lr", "val/loss", "val/accuracy_top1"}


def test_plain_lines_without_a_terminal(goetia, tiny):
    done = goetia.ok("train", "--config", tiny)
    lines = done.out.splitlines()
    assert sum(line.startswith("epoch 3/3  train loss") for line in lines) == 1
    assert "\x1b" not in done.out and "\r" not in done.out
    assert any("best checkpoint" in line for line in lines)


def test_json_lines_for_a_program(goetia, tiny):
    done = goetia.ok("train", "--config", tiny, "--json", "--progress=json")
    output = [json.loads(line) for line in done.err.splitlines()]
    assert [line["epoch"] for line in output if line["metrics"] and line["epoch"]][-1] == 3
    assert len(done.out.splitlines()) == 1, "standard output contains a single object"


def test_a_secret_stays_a_reference_in_every_file(goetia, tiny):
    secret = "s3cr3t-value-of-the-variable"
    goetia.train(tiny, "+experiment.description='key ${oc.env:GOETIA_TEST_SECRET}'", environment={"GOETIA_TEST_SECRET": secret})
    folder = goetia.only_experiment()
    assert "${oc.env:GOETIA_TEST_SECRET}" in (folder / "config.yaml").read_text()
    found = [str(path) for path in folder.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]
    assert found == []


def test_an_experiment_pauses_continues_writes_a_checkpoint_and_stops(goetia, tiny):
    process = goetia.start("train", "--config", tiny, "--json", "training.epochs=500")
    try:
        folder = goetia.wait_for_experiment(process)
        log = folder / "logs/train.log"

        def wait_for(word):
            wait_until(lambda: process.poll() is not None or (log.exists() and word in log.read_text()), 60, word)
            assert word in log.read_text()

        wait_for("begins at epoch 1")
        goetia.ok("experiment", "pause", folder.name)
        wait_for("paused")
        goetia.ok("experiment", "resume", folder.name)
        wait_for("resumed")
        goetia.ok("experiment", "checkpoint", folder.name)
        assert json.loads(goetia.ok("experiment", "stop", folder.name, "--json").out)["request"] == "stop"
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130, err
    output = json.loads(out.splitlines()[-1])
    assert output["state"] == "stopped"
    assert (folder / "checkpoints/last.pth").exists()
    refused = goetia("experiment", "pause", folder.name, "--json")
    assert refused.code == 7
    assert refused.error["message"] == f"experiment '{folder.name}' is not running; resume it with 'goetia train --resume {folder.name}'"


def test_dry_run_checks_and_shows_the_document_and_starts_nothing(goetia, tiny):
    plan = goetia.ok("train", "--config", tiny, "--dry-run", "training.epochs=9")
    assert "epochs: 9" in plan.out
    assert not goetia.experiments.exists()


def test_seed_and_name_are_options(goetia, tiny):
    done = goetia.train(tiny, "--seed", 11, "--name", "it's mine", "training.epochs=1")
    assert done["seed"] == 11
    written = yaml.safe_load((goetia.only_experiment() / "config.yaml").read_text())
    assert written["experiment"]["seed"] == 11
    assert written["experiment"]["name"] == "it's mine"


def test_reproduce_gives_a_verdict_and_its_script_the_same(goetia, tiny):
    first = goetia.train(tiny)
    done = goetia.ok("reproduce", first["experiment"], "--json").json
    assert done["verdict"] == "bitwise" and done["first_difference"] is None
    assert done["original"] == first["experiment"] and done["experiment"] != first["experiment"]
    assert done["compared"]["tensors"] > 60
    script = subprocess.run([f"{first['dir']}/reproduce.sh"], capture_output=True, text=True, cwd="/", timeout=120,
                            env={**goetia.environment, "GOETIA": str(goetia.programs / "goetia")})
    assert script.returncode == 0, script.stderr
    assert "bitwise" in script.stdout


def test_a_changed_experiment_is_found_to_diverge(goetia, tiny):
    first = goetia.train(tiny)
    config = goetia.experiments / first["experiment"] / "config.yaml"
    document = yaml.safe_load(config.read_text())
    document["optimizer"]["lr"] = 0.5
    config.write_text(yaml.safe_dump(document))
    done = goetia("reproduce", first["experiment"], "--json")
    assert done.code == 8
    assert done.json["verdict"] == "diverged"
    assert done.json["first_difference"]["kind"] == "metric"
    assert done.json["first_difference"]["name"].startswith("train/")
