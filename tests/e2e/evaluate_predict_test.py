"""goetia evaluate and goetia predict: what a trained model measures and finds, from its experiment alone."""

import csv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def rows(file):
    return list(csv.DictReader(file.open()))


@pytest.fixture(scope="module")
def trained(programs, tmp_path_factory):
    """A classifier after three epochs with an average of its weights, in a folder of its own."""
    from goetia_kit import Goetia

    folder = tmp_path_factory.mktemp("trained")
    goetia = Goetia(programs, folder)
    goetia.ok("dataset", "make", "--kind", "classification", "--output", "data", "--images", 96, "--classes", 3, "--size", 32)
    small = ["dataset.data_root=data", "dataset.num_classes=3", "training.epochs=3", "training.batch_size=16", "training.ema.enabled=true", "training.ema.decay=0.9"]
    goetia.result = goetia.train(ROOT / "configs/templates/classification/shapes.yaml", *small)
    return goetia


def test_the_last_checkpoint_measures_what_the_run_measured(trained):
    experiment = trained.only_experiment()
    done = trained.ok("evaluate", "--json", experiment.name, "--checkpoint", "last").json
    assert done["weights"] == "averaged" and done["epoch"] == 3
    recorded = trained.result["metrics"]["final"]
    for name, value in done["metrics"].items():
        assert value == pytest.approx(recorded[name], abs=1e-12), name
    other = trained.ok("evaluate", "--json", experiment.name, "--checkpoint", "last", "--weights", "trained").json
    assert other["weights"] == "trained" and other["metrics"]["val/loss"] != done["metrics"]["val/loss"]


def test_its_files_score_the_same(trained, tmp_path):
    experiment = trained.only_experiment()
    done = trained.ok("evaluate", "--json", experiment.name, "--output", tmp_path / "out", "--mistakes", 4, "--pictures", 2).json
    scored = trained.ok("score", "classification", "--json", "--truth", tmp_path / "out/truth.csv", "--predictions", tmp_path / "out/scores.csv").json
    assert scored["metrics"]["accuracy_top1"] == pytest.approx(done["metrics"]["val/accuracy_top1"], abs=1e-12)
    assert len(list((tmp_path / "out/pictures").glob("*.png"))) == 2
    wrong = done["metrics"]["val/accuracy_top1"] < 1
    assert (tmp_path / "out/mistakes.png").exists() == wrong


def test_predict_finds_what_evaluate_found(trained, tmp_path):
    experiment = trained.only_experiment()
    trained.ok("evaluate", experiment.name, "--output", tmp_path / "out")
    best = sorted((experiment / "checkpoints").glob("best_*"))[0]
    done = trained.ok("predict", "--json", best, trained.folder / "data/val", "--output", tmp_path / "found").json
    of_split = {row["sample"].split("/")[-1]: row["class"] for row in rows(tmp_path / "out/predictions.csv")}
    of_images = {row["sample"].split("/")[-1]: row["class"] for row in rows(tmp_path / "found/predictions.csv")}
    assert of_images == of_split and len(of_images) == done["samples"]


def test_a_broken_image_is_named(trained, tmp_path):
    experiment = trained.only_experiment()
    (tmp_path / "broken.jpg").write_bytes(b"no image")
    failed = trained("predict", experiment.name, tmp_path / "broken.jpg", "--output", tmp_path / "found")
    assert failed.code != 0 and "broken.jpg" in failed.err
    done = trained.ok("predict", "--json", experiment.name, tmp_path / "broken.jpg", next((trained.folder / "data/val").rglob("*.jpg")), "--output", tmp_path / "found", "--set", "training.broken_samples=skip").json
    assert [one["sample"] for one in done["skipped"]] == [str(tmp_path / "broken.jpg")]
    assert len(rows(tmp_path / "found/predictions.csv")) == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["evaluate", "nothing"], "nothing"),
        (["predict", "RUN", "no_such.jpg"], "there is no image or folder"),
        (["evaluate", "RUN", "--checkpoint", "epoch_9"], "has no checkpoint 'epoch_9'; allowed: best, last, or a file"),
        (["evaluate", "RUN", "--split", "test"], "test"),
        (["evaluate", "RUN", "dataset.data_root=elsewhere"], "elsewhere"),
    ],
)
def test_refusals(trained, words, message):
    run = trained.only_experiment().name
    failed = trained(*[run if word == "RUN" else word for word in words])
    assert failed.code != 0 and message in failed.err
