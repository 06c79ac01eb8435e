"""`goetia dataset split`, held against what scikit-learn's splitters promise, and class weights against its own."""

import csv
import json
import os
import subprocess
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold, train_test_split
from sklearn.utils.class_weight import compute_class_weight

ROOT = Path(__file__).resolve().parents[2]
GOETIA = Path(os.environ.get("GOETIA_BIN", ROOT / "build" / "dev" / "bin")) / "goetia"
PARAMETERS = {"label_column": "label", "subject_column": "subject"}


def make_table(folder, labels, subjects):
    (folder / "图 0.png").touch()
    with open(folder / "t.csv", "w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["image", "label", "subject"])
        rows.writerows([f"图 {i}.png", f"class {label}", f"s{subject}"] for i, (label, subject) in enumerate(zip(labels, subjects)))


def goetia(folder, command, *more):
    done = subprocess.run([GOETIA, "dataset", command, "--format", "Table", "--data-root", folder, "--ann-file", "t.csv", "--parameters", json.dumps(PARAMETERS), *map(str, more), "--json"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def split(folder, *more):
    """The split of each row, in the table's order."""
    output = folder / f"out {len(list(folder.iterdir()))}"
    goetia(folder, "split", "--output", output, *more)
    with open(output / "splits.csv", newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [row["image"] for row in rows] == [f"图 {i}.png" for i in range(len(rows))]
    return np.array([row["split"] for row in rows])


def people(seed, count=300):
    draw = np.random.default_rng(seed)
    subjects, labels = [], []
    for person in range(count):
        images = int(draw.integers(1, 9))
        subjects += [person] * images
        usual = int(draw.choice(4, p=[0.6, 0.25, 0.1, 0.05]))
        labels += [usual if draw.random() < 0.8 else int(draw.integers(4)) for _ in range(images)]
    return np.array(labels), np.array(subjects)


@pytest.mark.parametrize("seed", range(3))
def test_stratified_keeps_the_shares_as_well_as_scikit_learn(tmp_path, seed):
    labels, subjects = people(seed)
    make_table(tmp_path, labels, subjects)
    mine = split(tmp_path, "--type", "stratified", "--ratios", 0.7, 0.3, "--seed", seed)
    _, theirs = train_test_split(np.arange(len(labels)), test_size=0.3, stratify=labels, random_state=seed)
    assert abs((mine == "val").sum() - 0.3 * len(labels)) <= 1
    for label in range(4):
        exact = 0.3 * (labels == label).sum()
        assert abs(((mine == "val") & (labels == label)).sum() - exact) < 1
        assert abs((labels[theirs] == label).sum() - exact) < 2, "scikit-learn promises no more"


@pytest.mark.parametrize("seed", range(2))
def test_stratified_folds_are_as_even_as_scikit_learns(tmp_path, seed):
    labels, subjects = people(seed)
    make_table(tmp_path, labels, subjects)
    theirs = np.array([np.bincount(labels[test], minlength=4) for _, test in StratifiedKFold(5, shuffle=True, random_state=seed).split(labels, labels)])
    folds = [split(tmp_path, "--type", "kfold", "--folds", 5, "--fold", fold, "--seed", seed) == "val" for fold in range(5)]
    assert (np.sum(folds, axis=0) == 1).all(), "every row is checked with once"
    mine = np.array([np.bincount(labels[fold], minlength=4) for fold in folds])
    assert (mine.max(axis=0) - mine.min(axis=0) <= 1).all()
    assert (theirs.max(axis=0) - theirs.min(axis=0) <= 1).all()
    assert np.ptp(mine.sum(axis=1)) <= 2


@pytest.mark.parametrize("seed", range(2))
def test_folds_by_subject_leak_nothing_and_are_as_even_as_scikit_learns(tmp_path, seed):
    labels, subjects = people(seed)
    make_table(tmp_path, labels, subjects)
    folds = [split(tmp_path, "--type", "kfold", "--folds", 5, "--fold", fold, "--seed", seed, "--by-subject") == "val" for fold in range(5)]
    assert (np.sum(folds, axis=0) == 1).all()
    homes = defaultdict(set)
    for number, fold in enumerate(folds):
        for subject in subjects[fold]:
            homes[subject].add(number)
    assert all(len(where) == 1 for where in homes.values())
    expected = np.bincount(labels, minlength=4) / 5

    def unevenness(parts):
        return max(np.abs(np.bincount(labels[part], minlength=4) - expected).max() for part in parts)

    theirs = [test for _, test in StratifiedGroupKFold(5, shuffle=True, random_state=seed).split(labels, labels, subjects)]
    assert unevenness(folds) <= max(3, unevenness(theirs))


def test_a_split_by_subject_is_reported_with_its_counts(tmp_path):
    labels, subjects = people(7, 1021)
    make_table(tmp_path, labels, subjects)
    result = goetia(tmp_path, "split", "--type", "subject", "--ratios", 0.72, 0.08, 0.2)
    assert result["subjects_in_two"] == 0
    assert sum(one["images"] for one in result["splits"].values()) == len(labels)
    assert sum(one["subjects"] for one in result["splits"].values()) == 1021
    for name, share in {"train": 0.72, "val": 0.08, "test": 0.2}.items():
        assert abs(result["splits"][name]["images"] - share * len(labels)) <= 2
        for label, count in Counter(labels.tolist()).items():
            assert abs(result["splits"][name]["classes"][f"class {label}"] - share * count) <= 3
    assert goetia(tmp_path, "split", "--type", "random")["subjects_in_two"] > 0


def test_inverse_weights_are_scikit_learns_balanced(tmp_path):
    labels, subjects = people(3)
    make_table(tmp_path, labels, subjects)
    result = goetia(tmp_path, "weights")
    assert result["classes"] == [f"class {i}" for i in range(4)]
    assert result["inverse"] == pytest.approx(compute_class_weight("balanced", classes=np.arange(4), y=labels))
