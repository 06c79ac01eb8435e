"""goetia train --data: from nothing but a folder to a configuration that starts, and to a trained model."""

import re
import shlex
import shutil

import pytest
from format_kit import SETS, make_sets


@pytest.fixture(scope="module")
def sets(programs, tmp_path_factory):
    return make_sets(programs, tmp_path_factory.mktemp("sets"))


@pytest.mark.parametrize("name", SETS)
def test_every_format_gives_a_configuration(goetia, sets, name):
    _, _, kind, task = SETS[name]
    done = goetia("train", "--data", sets / name, "--dry-run", "--json")
    assert done.code == 0, done.out + done.err
    assert f"is {kind}, as its dataset.yaml says" in done.err
    assert re.search(rf"^{task} of [13] ", done.err, re.M), done.err
    overrides = done.json["overrides"]
    assert f"dataset.type={kind}" in overrides and any(one.endswith(f"dataset.data_root={sets / name}") for one in overrides)
    again = next(line for line in done.err.splitlines() if line.startswith("  goetia train --config "))
    repeated = goetia.ok(*shlex.split(again)[1:], "--dry-run", "--json")
    assert repeated.json["overrides"] == overrides, "the command that is shown is the same"


def test_outlines_leave_a_choice(goetia, sets, tmp_path):
    bare = tmp_path / "bare"
    shutil.copytree(sets / "outlines", bare)
    (bare / "dataset.yaml").unlink()
    done = goetia("train", "--data", bare, "--dry-run", "--json")
    assert "detection of 3 classes (--task instance is possible too)" in done.err
    done = goetia("train", "--data", bare, "--task", "regression", "--dry-run", "--json")
    assert done.code == 3 and done.error["message"] == "the data can be trained for detection or instance, not for regression"


def test_a_set_without_validation_is_divided_and_says_so(goetia, sets, tmp_path):
    for name, kind, said in (("class_folders", "random", "at random"), ("ages", "subject", "by subject")):
        own = tmp_path / name
        shutil.copytree(sets / name, own)
        (own / "dataset.yaml").unlink()
        shutil.rmtree(own / "val", ignore_errors=True)
        (own / "val.csv").unlink(missing_ok=True)
        done = goetia.ok("train", "--data", own, "--dry-run", "--json")
        assert f"a fifth of which validates, chosen {said} by a fixed seed" in done.err
        assert "+dataset.split={type:%s,ratios:[0.8,0.2],seed:42}" % kind in done.json["overrides"]


def test_a_model_is_named_or_refused_with_the_nearest(goetia, sets):
    done = goetia.ok("train", "--data", sets / "class_folders", "--model", "resnet34", "--dry-run", "--json")
    assert "model=resnet34" in done.json["overrides"] and "training.batch_size=8" in done.json["overrides"]
    done = goetia("train", "--data", sets / "class_folders", "--model", "resnet35", "--dry-run", "--json")
    assert done.code == 4 and "there is no model 'resnet35', did you mean 'resnet34'?" in done.error["message"]
    done = goetia("train", "--data", sets / "coco", "--model", "resnet18", "--dry-run", "--json")
    assert done.code == 3 and "is for classification, and the data are trained for detection" in done.error["message"]


def test_data_and_a_configuration_exclude_each_other(goetia, sets, tiny):
    assert goetia("train", "--data", sets / "coco", "--config", tiny).code == 2
    assert goetia("train", "--config", tiny, "--model", "resnet18").code == 2
    done = goetia("train")
    assert done.code == 3 and "train needs '--data DIR' or '--config FILE'" in done.err


@pytest.mark.parametrize("name", SETS)
def test_a_bare_folder_trains(goetia, sets, tmp_path, name):
    """From nothing but the folder: what Goetia wrote beside the data is taken away."""
    bare = tmp_path / "bare"
    shutil.copytree(sets / name, bare)
    (bare / "dataset.yaml").unlink()
    done = goetia.ok("train", "--data", bare, "training.epochs=1", "++training.threads=1", "--json")
    assert done.json["state"] == "completed"
    text = (goetia.only_experiment() / "config.yaml").read_text()
    kind = "ImageNet" if name == "image_folder" else SETS[name][2]  # class folders of splits are both
    assert str(bare) in text and f"type: {kind}" in text
