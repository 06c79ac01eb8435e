"""The Debian packages in a bare Debian: their dependencies are fetched by apt, and a task runs from master to agent and back.
Needs root, debootstrap, and a way to Debian's packages."""

import re
import shutil
import subprocess

import pytest

from goetia_kit import PRIVATE_MOUNTS, UNSHARE_MOUNTS
from pool_kit import free_port


def ran(*words, **options):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, **options)
    assert done.returncode == 0, f"{words}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def release():
    text = open("/etc/os-release").read()
    return re.search(r"^VERSION_CODENAME=(\w+)", text, re.M)[1]


@pytest.fixture(scope="module")
def bare(programs, release, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bare")
    root, packages = folder / "root", folder / "packages"
    ran("cpack", "--config", programs.parent / "CPackConfig.cmake", "-G", "DEB", "-B", packages)
    mirrors = ran("apt-get", "indextargets", "--format", "$(REPO_URI)", f"Codename: {release}").split()
    ran("debootstrap", "--variant=minbase", release, root, mirrors[0], timeout=900)
    for settings in ("/etc/resolv.conf", "/etc/hosts"):
        shutil.copy(settings, root / settings[1:])
    shutil.rmtree(root / "etc/apt")
    shutil.copytree("/etc/apt", root / "etc/apt")
    shutil.copytree("/usr/share/keyrings", root / "usr/share/keyrings", dirs_exist_ok=True)
    shutil.copytree(packages, root / "packages", ignore=shutil.ignore_patterns("_CPack_Packages"))
    inside(root, "apt-get update && apt-get install --yes --no-install-recommends /packages/goetia_*.deb /packages/goetia-agent_*.deb")
    yield root
    shutil.rmtree(folder)


def words_inside(root, command):
    mounts = f"{PRIVATE_MOUNTS} && mount -t proc proc {root}/proc && mount --rbind /dev {root}/dev"
    return [*UNSHARE_MOUNTS, "--fork", "--pid", "--kill-child", "bash", "-c",
            f"{mounts} && exec chroot {root} /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "
            f"/bin/bash -c \"$1\"", "inside", command]


def inside(root, command):
    return ran(*words_inside(root, command), timeout=900)


def test_a_task_runs_where_nothing_but_the_packages_was_installed(bare):
    assert "goetia" in inside(bare, "goetia --version && goetia-agent --version")
    assert "uid=" in inside(bare, "id goetia")
    port = free_port()
    script = f"""
set -e
su -s /bin/bash goetia -c 'goetia master --data /var/lib/goetia/master --port {port}' & master=$!
export GOETIA_DATA=/var/lib/goetia/master
until goetia node list >/dev/null 2>&1; do sleep 0.1; done
token=$(goetia node token create --json | sed -n 's/.*"token": *"\\([^"]*\\)".*/\\1/p')
goetia-agent run --master http://127.0.0.1:{port} --data /var/lib/goetia/agent --name bare --sandbox off --token "$token" & agent=$!
goetia task submit --noop --follow
kill $agent; wait $agent
kill $master; wait $master || true
"""
    inside(bare, "install --directory --owner=goetia --group=goetia /var/lib/goetia /var/lib/goetia/master")
    inside(bare, script)
