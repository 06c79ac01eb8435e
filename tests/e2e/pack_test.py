"""Packed data sets: written by the command, read from a folder and as a stream of HTTP ranges."""

import json
import subprocess

import pytest
from ranges_kit import serving_ranges


@pytest.fixture
def server(tmp_path):
    with serving_ranges(tmp_path) as server:
        yield server


def goetia(programs, *words, ok=True):
    done = subprocess.run([programs / "goetia", *words, "--json"], capture_output=True, text=True, timeout=120)
    assert (done.returncode == 0) == ok, done.stderr
    return json.loads(done.stdout) if ok else done.stderr + done.stdout


@pytest.fixture
def packed(programs, tmp_path):
    goetia(programs, "dataset", "make", "--kind", "classification", "--output", tmp_path / "set", "--images", "40", "--classes", "3")
    goetia(programs, "dataset", "pack", "--data-root", tmp_path / "set", "--output", tmp_path / "packed", "--format", "ImageNet")
    return tmp_path / "packed"


def files(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def repacked(programs, root, to, ok=True):
    return goetia(programs, "dataset", "pack", "--data-root", root, "--output", to, "--format", "Packed", ok=ok)


def test_both_splits_are_packed(packed):
    assert set(files(packed)) == {"dataset.yaml", "train.json", "train-00000.pack", "val.json", "val-00000.pack"}


def test_a_packed_set_packed_again_is_the_same(programs, packed, tmp_path):
    repacked(programs, packed, tmp_path / "again")
    assert files(tmp_path / "again") == files(packed)


def test_it_is_read_as_a_stream_of_ranges(programs, packed, server, tmp_path):
    server.fails = 1   # and retries a failed request
    repacked(programs, f"{server.address}/packed", tmp_path / "again")
    assert files(tmp_path / "again") == files(packed)


def test_a_server_without_ranges_is_named(programs, packed, server, tmp_path):
    server.gives_ranges = False
    address = f"{server.address}/packed"
    assert "does not support ranges" in repacked(programs, address, tmp_path / "again", ok=False)


def test_packing_twice_into_the_same_folder_is_refused(programs, packed, tmp_path):
    output = goetia(programs, "dataset", "pack", "--data-root", tmp_path / "set", "--output", packed, "--format", "ImageNet", ok=False)
    assert "exists and is not empty; name another output" in output
