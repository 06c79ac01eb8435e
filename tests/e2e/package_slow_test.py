"""The Debian packages: made by CPack, installed by dpkg below a bare folder, run from there, and removed again."""

import os
import re
import socket
import subprocess
from pathlib import Path

import pytest

from goetia_kit import wait_until
from pool_kit import free_port

ROOT = Path(__file__).resolve().parents[2]


def ran(*words, **options):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, **options)
    assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def packages(programs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("packages")
    ran("cpack", "--config", programs.parent / "CPackConfig.cmake", "-G", "DEB", "-B", folder)
    return {file.name.split("_")[0]: file for file in folder.glob("*.deb")}


@pytest.fixture(scope="module")
def root(packages, tmp_path_factory):
    """Both packages, as dpkg installs them where nothing else is. Their libraries are this machine's."""
    root = tmp_path_factory.mktemp("root")
    (root / "var/lib/dpkg/updates").mkdir(parents=True)
    (root / "var/lib/dpkg/info").mkdir()
    (root / "var/lib/dpkg/status").touch()
    (root / "etc").mkdir()
    (root / "etc/passwd").touch()
    (root / "etc/group").touch()
    dpkg(root, "--install", *packages.values())
    return root


def dpkg(root, *words):
    return ran("dpkg", f"--root={root}", "--force-depends", "--force-script-chrootless", f"--log={root}/dpkg.log", *words)


def field(package, name):
    return ran("dpkg-deb", "--field", package, name).strip()


def test_there_is_a_package_for_the_master_and_one_for_the_agent(packages, programs):
    assert set(packages) == {"goetia", "goetia-agent"}
    for name, package in packages.items():
        assert field(package, "Package") == name
        assert field(package, "Architecture") == ran("dpkg", "--print-architecture").strip()
    needed = field(packages["goetia"], "Depends")
    for library in ("libc6", "libsqlite3-0", "libpq5", "libssl3"):
        assert library in needed
    assert "libtorch" not in needed
    agent = field(packages["goetia-agent"], "Depends")
    assert "libssl" not in agent and "libstdc++" not in agent
    if "CMAKE_BUILD_TYPE:STRING=Release" in (programs.parent / "CMakeCache.txt").read_text():
        assert re.fullmatch(r"libc6 \(>= [\d.]+\)", agent), "the agent needs glibc alone"


def test_everything_is_in_its_place(root):
    for file in ("usr/bin/goetia", "usr/bin/goetia-agent", "usr/bin/goetia-supervisor", "usr/lib/systemd/system/goetia-master.service",
                 "usr/lib/systemd/system/goetia-agent.service", "usr/lib/sysusers.d/goetia.conf", "usr/share/goetia/contract/openapi.json",
                 "usr/share/bash-completion/completions/goetia", "usr/share/zsh/vendor-completions/_goetia",
                 *(["usr/share/goetia/page/index.html"] if (ROOT / "web/dist/index.html").exists() else []),
                 "usr/share/fish/vendor_completions.d/goetia.fish", "usr/share/man/man1/goetia.1", "usr/share/doc/goetia/copyright"):
        assert (root / file).is_file(), file
    for file in ("master.env", "agent.env"):
        assert (root / "etc/goetia" / file).stat().st_mode & 0o777 == 0o600
    assert "complete -o filenames -F _goetia goetia" in (root / "usr/share/bash-completion/completions/goetia").read_text()
    assert re.search(r"^goetia:", (root / "etc/passwd").read_text(), re.M), "the user of the master is made"


def test_the_installed_programs_need_no_library_of_the_build_folder(root):
    for program in ("goetia", "goetia-agent"):
        assert str(ROOT) not in ran("readelf", "-d", root / "usr/bin" / program)


def heard(manager):
    return manager.recv(4096).decode()


def test_the_installed_master_tells_the_service_manager_that_it_is_ready_lives_and_ends(root, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(60)
        port = free_port()
        environment = {**os.environ, "NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "300000"}
        master = subprocess.Popen([root / "usr/bin/goetia", "master", "--data", tmp_path / "data", "--port", str(port)], env=environment,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            assert heard(manager) == f"READY=1\nSTATUS=answers at http://127.0.0.1:{port}"
            assert [heard(manager), heard(manager)] == ["WATCHDOG=1", "WATCHDOG=1"]
            token = subprocess.run([root / "usr/bin/goetia", "node", "token", "create", "--data", tmp_path / "data", "--json"], capture_output=True, text=True)
            assert '"token"' in token.stdout
            agent = subprocess.Popen([root / "usr/bin/goetia-agent", "run", "--master", f"http://127.0.0.1:{port}", "--data", tmp_path / "agent", "--name",
                                      "bare", "--token", re.search(r'"token": ?"([^"]+)"', token.stdout)[1]], env=environment,
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                said = []
                wait_until(lambda: said.append(heard(manager)) or said[-1].startswith("READY=1\nSTATUS=node 'bare'"), 60, "the agent to be ready")
            finally:
                agent.terminate()
                assert agent.wait(40) == 0
            master.terminate()
            wait_until(lambda: heard(manager) == "STOPPING=1", 40, "the master to say that it ends")
            assert master.wait(40) == 0
        finally:
            master.kill()


def test_a_changed_configuration_stays_and_a_removal_leaves_the_data(root, packages):
    (root / "etc/goetia/master.env").write_text("GOETIA_MASTER_OPTIONS=--port 9000\n")
    (root / "var/lib/goetia/master").mkdir(parents=True)
    dpkg(root, "--install", packages["goetia"])
    assert "--port 9000" in (root / "etc/goetia/master.env").read_text()
    dpkg(root, "--purge", "goetia", "goetia-agent")
    assert not (root / "usr/bin/goetia").exists() and not (root / "etc/goetia").exists()
    assert (root / "var/lib/goetia/master").is_dir()
