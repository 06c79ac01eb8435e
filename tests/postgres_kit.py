"""A private PostgreSQL: a temporary folder and a Unix socket of its own, no network."""

import glob
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from goetia_kit import wait_until


def program(name):
    found = shutil.which(name) or max(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), default=None)
    assert found, f"'{name}' is not installed; './goetia test' installs it"
    return found


class Postgres:
    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="goetia-postgres."))
        self.user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None  # it refuses to run as root
        if self.user:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        self.log = (self.folder / "log").open("ab")
        made = self.spawn("initdb", "-D", self.folder / "data", "-U", "goetia", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync").wait()
        assert made == 0, (self.folder / "log").read_text()
        self.process = None
        self.start()
        assert self.ask("CREATE DATABASE pool") == 0, (self.folder / "log").read_text()
        self.url = f"postgresql:///pool?host={self.folder}&user=goetia"

    def spawn(self, name, *words):
        who = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []} if self.user else {}
        return subprocess.Popen([program(name), *map(str, words)], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
                                **who)

    def ask(self, statement, database="postgres"):
        words = [program("psql"), "-qX", "-h", self.folder, "-U", "goetia", "-d", database, "-c", statement]
        return subprocess.run(words, capture_output=True, timeout=60).returncode

    def start(self):
        """Synced, since it is killed. Beside processes of a killed one that still end a new one refuses to start: then it is
        started again."""
        def answers():
            if self.process is None or self.process.poll() is not None:
                self.process = self.spawn("postgres", "-D", self.folder / "data", "-k", self.folder, "-c", "listen_addresses=", "-c",
                                          "shared_buffers=16MB")
            return self.ask("SELECT 1") == 0

        wait_until(answers, 60, "PostgreSQL to answer")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)
