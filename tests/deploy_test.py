"""What lies in deploy/, as far as it can be judged without a service manager or a container engine."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
INSTRUCTIONS = {"FROM", "COPY", "WORKDIR", "RUN", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD"}


def options_of(unit):
    """(section, key) -> values, in the order given."""
    found, section = {}, ""
    for line in unit.read_text().splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault((section, key), []).append(value)
    return found


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_is_understood_by_systemd(unit, tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.fail("systemd-analyze is missing; './goetia setup' installs the package systemd")
    text = re.sub(r"^ExecStart=/usr/bin/\S+", "ExecStart=/bin/true", unit.read_text(), flags=re.M)  # not installed here
    (tmp_path / unit.name).write_text(re.sub(r"^Documentation=.*\n", "", text, flags=re.M))
    done = subprocess.run(["systemd-analyze", "verify", tmp_path / unit.name], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_tells_when_it_is_ready_and_is_watched(unit):
    service = {key: values for (section, key), values in options_of(unit).items() if section == "Service"}
    assert service["Type"] == ["notify"] and service["NotifyAccess"] == ["main"]
    assert int(service["WatchdogSec"][0]) >= 60
    assert service["ProtectSystem"] == ["strict"] and service["NoNewPrivileges"] == ["yes"]
    assert service["StateDirectory"][0].split()[-1] == "goetia/" + unit.stem.removeprefix("goetia-")
    assert f"/var/lib/{service['StateDirectory'][0].split()[-1]}" in service["ExecStart"][0]
    environment = service["EnvironmentFile"][0].removeprefix("-/etc/goetia/")
    variable = re.search(r"\$(\w+)", service["ExecStart"][0])[1]
    assert f"{variable}=" in (DEPLOY / "config" / environment).read_text()


def test_the_master_is_closed_in():
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=25", DEPLOY / "goetia-master.service"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-600:]


def instructions_of(text):
    joined = re.sub(r"\\\n\s*", " ", "\n".join(line for line in text.splitlines() if not line.startswith("#")))
    return [tuple(line.split(None, 1)) for line in joined.splitlines() if line.strip()]


def faults_of_containerfile(text):
    faults, stages, user = [], {}, {}
    instructions = instructions_of(text)
    if instructions[0][0] != "FROM":
        faults.append("it does not begin with FROM")
    for word, rest in instructions:
        if word not in INSTRUCTIONS:
            faults.append(f"unknown instruction {word}")
        if word == "FROM":
            image, _, stage = rest.partition(" AS ")
            stages[stage] = image
            if not re.fullmatch(r"[\w./-]+:[\w.-]+", image) or image.endswith(":latest"):
                faults.append(f"'{image}' names no version")
        for source in re.findall(r"from=(\w+)", rest):
            if source not in stages:
                faults.append(f"there is no stage '{source}' yet")
        if word in ("ENTRYPOINT", "CMD") or (word == "HEALTHCHECK" and " CMD " in rest):
            try:
                json.loads(rest.split("CMD ", 1)[-1] if word == "HEALTHCHECK" else rest)
            except ValueError:
                faults.append(f"{word} is not in the form of a list")
        if word == "RUN" and "apt-get install" in rest and not ("--yes" in rest and "rm -rf /var/lib/apt/lists" in rest):
            faults.append("apt-get install asks, or leaves its lists in the image")
        if word == "RUN" and subprocess.run(["sh", "-n", "-c", re.sub(r"^--mount=\S+ ", "", rest)], capture_output=True).returncode != 0:
            faults.append("the shell does not understand a RUN")
        if word == "USER":
            user[list(stages)[-1]] = rest
    return faults, stages, user


def test_the_containerfile_holds_instructions_that_fit():
    faults, stages, user = faults_of_containerfile((DEPLOY / "Containerfile").read_text())
    assert faults == []
    assert set(stages) == {"page", "build", "master", "agent"}
    assert user == {"master": "goetia"}


def test_a_bad_containerfile_is_found_out():
    faults, _, _ = faults_of_containerfile('FROM debian:latest AS one\nCOPY --from=two /a /b\nCMD goetia\nRUNN x\nRUN apt-get install x\nRUN if\n')
    assert len(faults) == 6


def faults_of_compose(document, stages):
    faults, services = [], document.get("services", {})
    known = {"image", "build", "command", "environment", "volumes", "ports", "depends_on", "healthcheck", "read_only", "tmpfs", "cap_drop", "cap_add",
             "security_opt", "stop_grace_period", "restart", "profiles"}
    for name, service in services.items():
        faults += [f"{name}: unknown key {key}" for key in service if key not in known]
        if ("image" in service) == ("build" in service):
            faults.append(f"{name}: either an image or a build")
        build = service.get("build", {})
        if build and (build["target"] not in stages or not (DEPLOY / build["context"] / build["dockerfile"]).is_file()):
            faults.append(f"{name}: nothing builds it")
        for other, condition in service.get("depends_on", {}).items():
            if other not in services:
                faults.append(f"{name}: depends on '{other}', which there is not")
            elif condition["condition"] == "service_healthy" and "healthcheck" not in services[other] and "build" not in services[other]:
                faults.append(f"{name}: nothing says whether '{other}' is healthy")
        for volume in service.get("volumes", []):
            if volume.split(":")[0] not in document.get("volumes", {}):
                faults.append(f"{name}: volume '{volume}' is not declared")
    return faults


def test_the_compose_file_names_what_there_is():
    stages = faults_of_containerfile((DEPLOY / "Containerfile").read_text())[1]
    document = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    assert faults_of_compose(document, stages) == []
    assert set(document["services"]) == {"database", "master", "agent"}
    bad = {"services": {"one": {"build": {"context": "..", "dockerfile": "none", "target": "x"}, "depends_on": {"two": {"condition": "service_healthy"}},
                                "volumes": ["here:/there"], "comand": []}}}
    assert len(faults_of_compose(bad, stages)) == 4


def test_secrets_come_from_outside():
    for file in DEPLOY.rglob("*"):
        if file.is_file():
            assert not re.search(r"(?i)(password|token): *[A-Za-z0-9]", file.read_text()), file


@pytest.mark.parametrize("script", sorted(DEPLOY.glob("package/*/p*")), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_the_packages_scripts_are_shell(script):
    assert script.stat().st_mode & 0o111
    assert subprocess.run(["sh", "-n", script], capture_output=True).returncode == 0
