"""`goetia dataset split` prints the configuration for a division, and a run divides accordingly."""

import re
import shutil
from pathlib import Path

import pytest

SHAPES = Path(__file__).resolve().parents[2] / "configs/templates/classification/shapes.yaml"


@pytest.fixture
def one_split(goetia, tmp_path):
    goetia.ok("dataset", "make", "--kind", "classification", "--output", tmp_path / "set", "--images", "40", "--classes", "3", "--size", "16")
    shutil.rmtree(tmp_path / "set/val")
    (tmp_path / "set/meta/val.txt").unlink()
    return tmp_path / "set"


@pytest.mark.parametrize("kind", [["--type", "stratified", "--ratios", "0.75", "0.25"], ["--type", "random"],
                                  ["--type", "kfold", "--folds", "4", "--fold", "2"]], ids=lambda words: words[1])
def test_a_run_makes_the_configured_division(goetia, one_split, tmp_path, kind):
    report = goetia.ok("dataset", "split", "--data-root", one_split, *kind, "--output", tmp_path / "lists")
    override = re.search(r"'(\+dataset\.split=.*)'", report.out)[1]
    info = goetia.ok("dataset", "info", "--config", SHAPES, "--json",
                     "--set", f"dataset.data_root={one_split}", "dataset.num_classes=3", override).json["splits"]
    for split in ("train", "val"):
        lines = (tmp_path / "lists/meta" / f"{split}.txt").read_text().splitlines()
        assert info[split]["images"] == len(lines)


def test_an_existing_split_is_named(goetia, tmp_path):
    goetia.ok("dataset", "make", "--kind", "classification", "--output", tmp_path / "set", "--images", "40", "--classes", "3", "--size", "16")
    assert "the set's own val split (" in goetia.ok("dataset", "split", "--data-root", tmp_path / "set").out
