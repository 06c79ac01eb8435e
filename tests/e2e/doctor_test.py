"""goetia doctor reports on the machine that it runs on; its findings are compared with the facts."""

import os
import shutil
import subprocess


def by_name(done):
    return {f["name"]: f for f in done.json["findings"]}


def test_this_machine_can_train_and_doctor_says_so(goetia):
    done = goetia.ok("doctor", "--json")
    assert done.json["ok"] is True
    found = by_name(done)
    assert found["goetia-runtime"]["found"] == "starts"
    assert found["libtorch"]["found"].startswith("2.")
    assert f"{os.cpu_count()} threads" in found["processor"]["found"]
    assert found["compiler"]["ok"] == bool(shutil.which("g++"))
    assert str(goetia.folder) in found["disk"]["found"]


def test_without_path_it_reports_what_that_disables(goetia):
    done = goetia("doctor", "--json", environment={"PATH": str(goetia.folder)})
    found = by_name(done)
    assert found["compiler"]["found"] == "not found"
    assert found["compiler"]["disables"] == "plug-ins: your own models, losses and transforms as .cpp files"
    assert found["gnuplot"]["remedy"] == "install gnuplot-nox (Debian, Ubuntu: apt-get install gnuplot-nox)"
    assert done.code == 0, "useful, but not needed"


def test_without_the_runtime_training_is_impossible(goetia, tmp_path):
    (tmp_path / "alone").mkdir()
    shutil.copy2(goetia.programs / "goetia", tmp_path / "alone/goetia")
    goetia.programs = tmp_path / "alone"
    done = goetia("doctor", "--json")
    assert done.code == 8 and done.json["ok"] is False
    assert "No such file or directory" in by_name(done)["goetia-runtime"]["found"]
    assert by_name(done)["goetia-runtime"]["remedy"] == "run './goetia setup'"


def test_version_reports_the_build_and_its_commit(goetia):
    version = goetia.ok("version", "--json").json
    commit = subprocess.run(["git", "-C", goetia.programs, "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
    assert version["git"]["commit"] == commit
    assert commit in goetia.ok("version").out
    assert version["compiler"] and version["components"] > 30
