"""Small disks and a second machine for tests, made of namespaces: they vanish with the processes that use them. Need root."""

import contextlib
import ctypes
import os
import subprocess

from goetia_kit import PRIVATE_MOUNTS

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS, CLONE_NEWNET = 0x00020000, 0x40000000


def enter_new(kind):
    """For this thread and all that it starts from now on."""
    if LIBC.unshare(kind) != 0:
        raise OSError(ctypes.get_errno(), "cannot enter a namespace")


def run(*words):
    subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True)


class SmallDisk:
    """A folder that is a disk of its own, seen by this process and its children only."""

    def __init__(self, folder, megabytes):
        enter_new(CLONE_NEWNS)
        run("sh", "-c", PRIVATE_MOUNTS)
        self.folder, self.ballast = folder, folder / "ballast"
        folder.mkdir(parents=True, exist_ok=True)
        run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "tmpfs", folder)

    def free(self):
        state = os.statvfs(self.folder)
        return state.f_bavail * state.f_frsize

    def fill(self):
        """Not a byte is free afterwards, as far as nobody removes one."""
        with self.ballast.open("ab", buffering=0) as file, contextlib.suppress(OSError):
            for size in (1 << 20, 1 << 12):
                with contextlib.suppress(OSError):
                    while True:
                        file.write(b"\0" * size)

    def make_room(self):
        self.ballast.unlink()

    def close(self):
        run("umount", "--lazy", self.folder)


class TwoMachines:
    """This thread's network becomes that of a machine of its own, 10.77.0.1, beside another one, 10.77.0.2: nothing else is
    reachable from either."""

    here, there = "10.77.0.1", "10.77.0.2"

    def __init__(self):
        self.before = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        enter_new(CLONE_NEWNET)
        self.other = subprocess.Popen(["unshare", "--net", "sh", "-c", "echo there; exec sleep infinity"], stdout=subprocess.PIPE, text=True)
        assert self.other.stdout.readline() == "there\n"
        run("ip", "link", "add", "goetia0", "type", "veth", "peer", "name", "goetia1")
        run("ip", "link", "set", "goetia1", "netns", self.other.pid)
        for inside, address, device in (((), self.here, "goetia0"), (self.at_the_other(), self.there, "goetia1")):
            run(*inside, "ip", "address", "add", f"{address}/24", "dev", device)
            for name in ("lo", device):
                run(*inside, "ip", "link", "set", name, "up")

    def at_the_other(self):
        """Words before those of a program that is to run there."""
        return ("nsenter", f"--net=/proc/{self.other.pid}/ns/net")

    def close(self):
        LIBC.setns(self.before, CLONE_NEWNET)
        os.close(self.before)
        self.other.kill()
        self.other.wait()
