"""Runs the tests of a build folder and the Python tests of tests/; called by `./goetia test`.

    run.py --build build/release [--quick | --slow] [PATTERN...]

A group is one test program or one Python file. Its cost is in its file's name: *_test always runs, *_slow_test (or a
suite named ...Slow, or pytest's mark `slow`) not with --quick, *_long_test only with --slow, *_timing_test runs
alone. A PATTERN (a part of the name of a group or a test) runs what it selects, whatever it costs.
"""

import argparse
import concurrent.futures
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as xml
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TIMEOUT_S = 1800
PYTEST_NONE_CHOSEN = 5


@dataclass
class Group:
    name: str
    command: list
    report: Path
    cost: float = 0  # seconds it took last time
    alone: bool = False
    environment: dict = field(default_factory=dict)


@dataclass
class Outcome:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    faults: list = field(default_factory=list)


def runs_in_mode(file_name, mode, suite=""):
    """Whether a test of this file runs in this mode: 'quick', 'default' or 'slow'."""
    if re.search(r"_long_test\.\w+$", file_name):
        return mode == "slow"
    if re.search(r"_slow_test\.\w+$", file_name) or suite.endswith("Slow"):
        return mode != "quick"
    return True


def is_timing(file_name):
    return re.search(r"_timing_test\.\w+$", file_name) is not None


def selected(group, test, patterns):
    return not patterns or any(p.lower() in f"{group} {test}".lower() for p in patterns)


def listed_gtests(binary, scratch, wrapper, environment):
    """(name, file) of every test in a GoogleTest program."""
    listing = scratch / f"{binary.parent.parent.name}.{binary.name}.list.json"
    subprocess.run([*wrapper, binary, "--gtest_list_tests", f"--gtest_output=json:{listing}"], check=True, capture_output=True,
                   timeout=120, env={**os.environ, **environment})
    suites = json.loads(listing.read_text())["testsuites"]
    return [(f"{s['name']}.{t['name']}", t["file"]) for s in suites for t in s["testsuite"]]


def gtest_groups(build, scratch, mode, patterns, prefix="", wrapper=(), environment=None):
    groups = []
    for binary in sorted((build / "tests").glob("*_tests")):
        name = prefix + binary.name
        tests = listed_gtests(binary, scratch, wrapper, environment or {})
        chosen = [(t, f) for t, f in tests if (patterns or runs_in_mode(f, mode, t.split(".")[0])) and selected(name, t, patterns)]
        for timing in (False, True):
            part = [t for t, f in chosen if is_timing(f) == timing]
            if not part:
                continue
            full_name = name + (" (timing)" if timing else "")
            flags = scratch / f"{full_name.replace('/', '.').replace(' ', '_')}.flags"
            flags.write_text("--gtest_filter=" + ":".join(part) + "\n")
            report = flags.with_suffix(".json")
            command = [*wrapper, str(binary), f"--gtest_flagfile={flags}", f"--gtest_output=json:{report}"]
            groups.append(Group(full_name, command, report, alone=timing, environment=environment or {}))
    return groups


def pytest_groups(scratch, mode, patterns):
    groups = []
    for file in sorted((ROOT / "tests").rglob("*_test.py")):
        name = str(file.relative_to(ROOT).with_suffix(""))
        text = file.read_text()
        names = re.findall(r"^\s*(?:async )?def (test_\w+)", text, re.M)
        if not (patterns or runs_in_mode(file.name, mode)) or not any(selected(name, n, patterns) for n in names):
            continue
        report = scratch / (name.replace("/", ".") + ".xml")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", str(file)]
        if patterns and not selected(name, "", patterns):
            command += ["-k", " or ".join(n for n in names if selected(name, n, patterns))]
        elif mode == "quick":
            command += ["-m", "not slow"]
        groups.append(Group(name, command, report, alone=is_timing(file.name)))
    return groups


def read_gtest(report):
    outcome = Outcome()
    for suite in json.loads(report.read_text())["testsuites"]:
        for test in suite["testsuite"]:
            if test["status"] != "RUN":
                continue
            if test.get("failures"):
                outcome.failed += 1
                text = "\n".join(f["failure"] for f in test["failures"])
                outcome.faults.append(f"{suite['name']}.{test['name']}\n{text}")
            elif test["result"] == "SKIPPED":
                outcome.skipped += 1
            else:
                outcome.passed += 1
    return outcome


def read_pytest(report):
    outcome = Outcome()
    for case in xml.parse(report).getroot().iter("testcase"):
        fault = next((case.find(tag) for tag in ("failure", "error") if case.find(tag) is not None), None)
        if fault is not None:
            outcome.failed += 1
            outcome.faults.append(f"{case.get('classname')}.{case.get('name')}\n{fault.text or fault.get('message')}")
        elif case.find("skipped") is not None:
            outcome.skipped += 1
        else:
            outcome.passed += 1
    return outcome


def run_group(group, environment, scratch, alive):
    """Runs one group; returns its outcome and seconds. A crash or a timeout counts as one failed test."""
    begun = time.monotonic()
    log = scratch / (group.report.stem + ".log")
    with log.open("w") as out:
        process = subprocess.Popen(group.command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                                   env={**environment, **group.environment}, cwd=ROOT, start_new_session=True)
        alive.add(process.pid)
        try:
            code = process.wait(TIMEOUT_S)
        except subprocess.TimeoutExpired:
            code = f"still running after {TIMEOUT_S} s"
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            alive.discard(process.pid)
    try:
        outcome = read_gtest(group.report) if group.report.suffix == ".json" else read_pytest(group.report)
    except (OSError, ValueError, xml.ParseError):
        outcome = Outcome()
    none_chosen = code == PYTEST_NONE_CHOSEN and group.report.suffix == ".xml"
    if code != 0 and outcome.failed == 0 and not none_chosen:
        end = "\n".join(log.read_text(errors="replace").splitlines()[-40:])
        outcome.failed += 1
        outcome.faults.append(f"{group.name} ended with {code} and no failed test\n{end}")
    return outcome, time.monotonic() - begun


def print_group(group, outcome, seconds):
    skipped = f", {outcome.skipped} skipped" if outcome.skipped else ""
    failed = f", {outcome.failed} failed" if outcome.failed else ""
    print(f"{'FAIL' if outcome.failed else 'ok  '} {group.name:<44} {outcome.passed} passed{failed}{skipped}, {seconds:.1f} s")
    for fault in outcome.faults:
        print("\n".join("     | " + line for line in fault.splitlines()))
    sys.stdout.flush()


def run_all(groups, environment, scratch):
    """Runs several groups at a time, the longest first; then those that measure time, each alone."""
    total = Outcome()
    times = {}

    def done(group, outcome, seconds):
        print_group(group, outcome, seconds)
        times[group.name] = round(seconds, 1)
        total.passed += outcome.passed
        total.failed += outcome.failed
        total.skipped += outcome.skipped

    together = sorted((g for g in groups if not g.alone), key=lambda g: -g.cost)
    workers = max(1, len(os.sched_getaffinity(0)))
    alive = set()
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        try:
            running = {pool.submit(run_group, g, environment, scratch, alive): g for g in together}
            for finished in concurrent.futures.as_completed(running):
                done(running[finished], *finished.result())
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            for pid in list(alive):
                os.killpg(pid, signal.SIGKILL)
            raise
    for group in (g for g in groups if g.alone):
        done(group, *run_group(group, environment, scratch, alive))
    return total, times


def test_environment(build, scratch):
    """The environment of every test. Spinning OpenMP waits on shared cores cost many times the work itself."""
    return {**os.environ, "GOETIA_BIN": str(build / "bin"), "GOETIA_BUILD": str(build), "GOETIA_ROOT": str(ROOT),
            "TMPDIR": str(scratch), "OMP_WAIT_POLICY": "passive", "PYTHONDONTWRITEBYTECODE": "1"}


def sanitizer_groups(scratch, patterns):
    """The tests of the sanitizer builds, if they exist."""
    asan = {"ASAN_OPTIONS": "detect_leaks=1", "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}
    tsan = {"TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1"}
    fixed = ("setarch", os.uname().machine, "-R")  # ThreadSanitizer needs addresses without randomisation
    groups = [*gtest_groups(ROOT / "build/asan", scratch, "default", patterns, "asan/", (), asan),
              *gtest_groups(ROOT / "build/tsan", scratch, "default", patterns, "tsan/", fixed, tsan)]
    return [group for group in groups if not group.alone]  # sanitizers distort times


def main():
    parser = argparse.ArgumentParser(prog="goetia test", description="Runs the tests.")
    parser.add_argument("--build", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="skip what takes over a second")
    parser.add_argument("--slow", action="store_true", help="with the long form of every proof, and under sanitizers")
    parser.add_argument("patterns", nargs="*", metavar="PATTERN")
    options = parser.parse_args()
    # A background job of a shell ignores interrupts and passes that on; the tested programs must receive them.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    mode = "quick" if options.quick else "slow" if options.slow else "default"

    known = ROOT / ".goetia/test_times.json"
    times = json.loads(known.read_text()) if known.exists() else {}
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="goetia-test.", ignore_cleanup_errors=True) as folder:
        scratch = Path(folder)
        scratch.chmod(0o1777)  # as /tmp: databases and sandboxes run as other users
        groups = gtest_groups(options.build, scratch, mode, options.patterns) + pytest_groups(scratch, mode, options.patterns)
        if mode == "slow":
            groups += sanitizer_groups(scratch, options.patterns)
        for group in groups:
            group.cost = times.get(group.name, 60)
        total, taken = run_all(groups, test_environment(options.build.resolve(), scratch), scratch)
    known.parent.mkdir(exist_ok=True)
    known.write_text(json.dumps({**times, **taken}, indent=1))
    if total.passed + total.failed == 0:
        print(f"no test is named like {', '.join(options.patterns)}" if options.patterns else "no test was found")
    print(f"({time.monotonic() - begun:.0f} s)")
    print(f"{total.passed} passed, {total.failed} failed, {total.skipped} skipped")
    return 1 if total.failed or total.passed == 0 else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
