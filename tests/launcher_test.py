"""./goetia when something is missing, fails, is interrupted, or everything is there."""

import json
import os
import signal
import subprocess
import time

import pytest

from launcher_kit import Checkout


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


def later(file):
    """Changes a file after the build, as an editor would."""
    file.write_text(file.read_text() + "\n")
    os.utime(file, (time.time() + 2, time.time() + 2))


def test_the_first_call_lists_the_steps_builds_and_runs_the_program(checkout):
    code, out, err = checkout.goetia("demo", "--epochs", "3")
    assert (code, out) == (5, "ran demo --epochs 3\n")
    assert checkout.calls() == ["cmake", "ninja"]
    plan, done = err.split("configuring\n", 1)
    assert plan.startswith("goetia: these steps come first\n")
    assert "configure        ~10 s      configure build/release with CMake" in plan
    assert "programs         ~8 min     build goetia and goetia-runtime into build/release/bin" in plan
    assert "building goetia: done in" in done


def test_a_later_call_does_nothing_else(checkout):
    checkout.goetia("demo")
    checkout.calls()
    assert checkout.goetia("train", "a b") == (5, "ran train a b\n", "")
    assert checkout.calls() == []


def test_a_changed_source_builds_again_and_a_changed_test_does_not(checkout):
    test_file = checkout.folder / "src/base/a_test.cpp"
    test_file.write_text("")
    checkout.goetia("demo")
    checkout.calls()
    later(test_file)
    checkout.goetia("demo")
    assert checkout.calls() == []
    later(checkout.folder / "src/base/a.cpp")
    checkout.goetia("demo")
    assert checkout.calls() == ["ninja"]


@pytest.mark.parametrize("words", [("setup", "--dry-run"), ("--dry-run",), ("demo", "--dry-run")])
def test_dry_run_only_lists(checkout, words):
    code, out, err = checkout.goetia(*words, BARE="1")
    assert (code, out) == (0, "")
    assert "packages         ~2 min     " in err and "libfmt-dev" in err and "programs" in err
    assert "(--dry-run: nothing was installed or built)" in err
    assert checkout.calls() == [] and not (checkout.folder / "build").exists()


def test_setup_prepares_and_runs_nothing(checkout):
    code, out, _ = checkout.goetia("setup")
    assert (code, out) == (0, "")
    assert checkout.goetia("setup") == (0, "", "")
    assert checkout.goetia("setup", "--dry-run")[2] == "nothing is missing; everything is built\n"


def test_missing_packages_are_installed_first(checkout):
    code, _, err = checkout.goetia("setup", BARE="1")
    assert code == 0
    assert checkout.calls() == ["apt-get", "apt-get", "cmake", "ninja"]
    assert "installing" in err and "system packages: done in" in err


def test_offline_names_everything_at_once_and_starts_nothing(checkout):
    code, out, err = checkout.goetia("demo", BARE="1", GOETIA_OFFLINE="1", GOETIA_TORCH_DIR="")
    assert (code, out) == (6, "")
    output = err.split("goetia: GOETIA_OFFLINE=1 forbids fetching, and this is missing:\n")[1]
    assert "libfmt-dev" in output and "LibTorch 2.13.0" in output
    assert output.endswith("install it by hand (GOETIA_TORCH_DIR names a LibTorch you have), or unset GOETIA_OFFLINE\n")
    assert checkout.calls() == []


def test_offline_builds_when_nothing_must_be_fetched(checkout):
    assert checkout.goetia("demo", GOETIA_OFFLINE="1")[:2] == (5, "ran demo\n")


def test_without_root_and_sudo_the_command_is_named(checkout):
    code, _, err = checkout.goetia("demo", BARE="1", PRETENDED_ID="1000")
    assert code == 1
    assert "goetia: step 'packages' needs root, and there is no sudo\nrun as root: apt-get install --no-install-recommends " in err
    assert checkout.calls() == []


def test_a_failing_step_is_named_with_its_last_lines_and_what_to_do(checkout):
    code, out, err = checkout.goetia("demo", NINJA_FAILS="expected ';'")
    assert (code, out) == (1, "")
    assert "  | model.cpp:7: expected ';'\n" in err
    assert "goetia: step 'programs' failed (exit code 1); the full output is in .goetia/logs/programs.log\n" in err
    assert "if a compiler was killed, memory ran out" in err
    checkout.calls()
    assert checkout.goetia("demo")[1] == "ran demo\n"
    assert checkout.calls() == ["ninja"], "completed steps are not repeated"


def test_after_ctrl_c_the_next_call_resumes(checkout):
    process = checkout.start("demo", NINJA_SLEEPS="30")
    while "started" not in (checkout.calls_file.read_text() if checkout.calls_file.exists() else ""):
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    begun = time.monotonic()
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (130, "")
    assert err.endswith("goetia: interrupted; call it again to resume\n")
    assert time.monotonic() - begun < 5
    checkout.calls()
    assert checkout.goetia("demo")[1] == "ran demo\n"
    assert checkout.calls() == ["ninja"]


def test_two_at_once_wait_for_each_other(checkout):
    first = checkout.start("demo", NINJA_SLEEPS="1")
    while "started" not in (checkout.calls_file.read_text() if checkout.calls_file.exists() else ""):
        time.sleep(0.02)
    _, out, err = checkout.goetia("demo")
    assert "waiting for another './goetia' that is setting up this checkout" in err and out == "ran demo\n"
    assert first.communicate(timeout=20)[0] == "ran demo\n"
    assert checkout.calls() == ["cmake", "ninja", "started"]


def test_a_torch_folder_without_torch_is_refused(checkout):
    code, _, err = checkout.goetia("demo", GOETIA_TORCH_DIR="/nowhere")
    assert code == 2
    assert err == "goetia: GOETIA_TORCH_DIR names '/nowhere', which does not contain LibTorch; set it to the folder with include/ and lib/ of one\n"


def test_another_torch_folder_is_configured_again(checkout, tmp_path):
    checkout.goetia("setup")
    checkout.calls()
    (tmp_path / "torch").rename(tmp_path / "other")
    checkout.goetia("setup", GOETIA_TORCH_DIR=str(tmp_path / "other"))
    assert checkout.calls() == ["cmake"]


def test_an_unknown_option_of_test_is_refused(checkout):
    code, _, err = checkout.goetia("test", "--fast")
    assert code == 2
    assert err == "goetia: unknown option '--fast' of test; allowed: --quick, --slow, --dry-run, or names to select by\n"


def test_test_lists_the_additional_needs_of_tests(checkout):
    code, _, err = checkout.goetia("test", "--slow", "--dry-run", BARE="1")
    assert code == 0
    for text in ("libgtest-dev", "Python tools", "with its tests", "into build/asan", "into build/tsan"):
        assert text in err


def test_it_works_through_a_link_and_from_another_folder(checkout, tmp_path):
    (tmp_path / "linked").symlink_to(checkout.folder / "goetia")
    checkout.goetia("setup")
    done = subprocess.run([tmp_path / "linked", "x"], env=checkout.environment, cwd="/", capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (5, "ran x\n")


def test_doctor_before_building_lists_and_installs_nothing(checkout):
    code, out, err = checkout.goetia("doctor", "--json", BARE="1")
    assert code == 8 and checkout.calls() == []
    output = json.loads(out)
    assert output["ok"] is False
    assert [f["name"] for f in output["findings"]] == ["packages", "configure", "programs"]
    assert "libfmt-dev" in output["findings"][0]["found"] and "goetia: these steps come first" in err
