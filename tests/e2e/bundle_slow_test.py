"""A runtime bundle in a folder that holds nothing else but glibc: described and trained there."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from goetia_kit import PRIVATE_MOUNTS, UNSHARE_MOUNTS, Goetia

ROOT = Path(__file__).resolve().parents[2]
GLIBC = ("libc.so", "libm.so", "libdl.so", "libpthread.so", "librt.so", "libresolv.so", "libmvec.so", "libutil.so", "ld-linux")


@pytest.fixture(scope="module")
def bundle(programs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundle")
    goetia = Goetia(programs, folder)
    made = goetia.ok("bundle", "make", "--output", folder / "bundles", "--level", 1, "--json").json
    assert made["is_new"] and Path(made["file"]).name == f"{made['sha256']}.tar.zst"
    again = goetia.ok("bundle", "make", "--output", folder / "bundles", "--level", 1, "--json").json
    assert not again["is_new"] and again["sha256"] == made["sha256"]
    return made


@pytest.fixture(scope="module")
def root(bundle, tmp_path_factory):
    """An empty root: the bundle, and of this machine only glibc's files and /dev/null and the like."""
    folder = tmp_path_factory.mktemp("root")
    (folder / "bundle").mkdir()
    subprocess.run(["tar", "--zstd", "-xf", bundle["file"], "-C", folder / "bundle"], check=True)
    listed = subprocess.run(["ldd", folder / "bundle/bin/goetia-runtime"], capture_output=True, text=True, check=True).stdout
    for word in listed.split():
        if word.startswith("/") and Path(word).name.startswith(GLIBC):
            place = folder / word.lstrip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(word, place)
    for name in ("dev", "proc", "tmp"):
        (folder / name).mkdir()
    return folder


@pytest.fixture
def inside(root, tmp_path):
    """Runs a program of the bundle with that root; needs the right to make name spaces."""
    probe = subprocess.run(["unshare", "--user", "--map-root-user", "--mount", "true"], capture_output=True)
    if probe.returncode != 0 and os.geteuid() != 0:
        pytest.skip("this user may not make name spaces")

    def run(*words, binds=(), experiments="/tmp"):
        mounts = "".join(f"mkdir -p '{root}{place}' && mount --bind '{place}' '{root}{place}' && " for place in ("/dev", "/proc", *map(str, binds)))
        spaces = UNSHARE_MOUNTS if os.geteuid() == 0 else [*UNSHARE_MOUNTS, "--user", "--map-root-user"]
        script = f"{PRIVATE_MOUNTS} && {mounts}exec chroot '{root}' \"$@\""
        environment = {"PATH": os.environ["PATH"], "HOME": "/tmp", "TMPDIR": "/tmp", "OMP_NUM_THREADS": "1", "GOETIA_EXPERIMENTS": str(experiments)}
        command = [shutil.which(spaces[0]), *spaces[1:], "/bin/sh", "-c", script, "sh", *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300)

    return run


def test_it_says_what_it_needs(bundle, goetia):
    shown = goetia.ok("bundle", "show", bundle["file"], "--json").json
    assert shown["sha256"] == bundle["sha256"] and shown["files"] == bundle["files"]
    runtime = shown["runtime"]
    assert runtime["libtorch"].count(".") == 2 and runtime["glibc"].startswith("2.") and runtime["processor"]
    text = goetia.ok("bundle", "show", bundle["file"]).out
    assert f"LibTorch {runtime['libtorch']}" in text and f"glibc {runtime['glibc']} or newer" in text


def test_it_names_no_folder_of_the_machine_that_made_it(root):
    for program in (root / "bundle/bin").iterdir():
        dynamic = subprocess.run(["readelf", "-d", program], capture_output=True, text=True, check=True).stdout
        paths = [line.split("[")[1].split("]")[0] for line in dynamic.splitlines() if "PATH)" in line]
        assert [path.rstrip(":") for path in paths] == ["$ORIGIN/../lib"], program
    settings = (root / "bundle/share/goetia/plugin_build.json").read_text()
    assert str(ROOT) not in settings and json.loads(settings)["precompiled_header"] == ""


def test_its_runtime_describes_itself_in_an_empty_root(inside):
    done = inside("/bundle/bin/goetia-runtime", "describe")
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["components"]) > 100


def test_it_trains_in_an_empty_root(inside, tiny, shapes, tmp_path):
    done = inside("/bundle/bin/goetia", "train", "--config", tiny, "--json", "training.epochs=1", experiments=tmp_path / "there",
                  binds=(shapes, tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["state"] == "completed"


def test_data_are_certified_in_an_empty_root(inside, goetia, shapes):
    known = goetia.ok("dataset", "certify", shapes, "--json").json["fingerprint"]
    done = inside("/bundle/bin/goetia", "dataset", "certify", shapes, "--check", known, binds=(shapes,))
    assert done.returncode == 0, done.stdout + done.stderr
