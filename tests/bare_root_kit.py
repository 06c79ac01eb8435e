"""An empty root that holds a shell, curl, a few small programs and glibc: a machine that has nothing of ours."""

import os
import shutil
import subprocess
from pathlib import Path

from goetia_kit import PRIVATE_MOUNTS, UNSHARE_MOUNTS

PROGRAMS = ("sh", "curl", "mkdir", "chmod", "mv", "sha256sum")
# The libraries of glibc, whether or not these programs need them.
GLIBC = ("libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libmvec.so.1", "libutil.so.1", "libresolv.so.2",
         "libnss_files.so.2", "libnss_dns.so.2")


def libraries_of(program):
    listed = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    return [word for word in listed.split() if word.startswith("/") and not word.endswith(":")]


class BareRoot:
    def __init__(self, folder):
        self.folder = Path(folder)
        for name in ("bin", "dev", "proc", "sys", "tmp", "etc", "root"):
            (self.folder / name).mkdir(parents=True)
        self.folder.chmod(0o755)
        (self.folder / "tmp").chmod(0o1777)
        (self.folder / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
        libraries = set()
        for name in PROGRAMS:
            program = os.path.realpath(shutil.which(name))
            shutil.copy(program, self.folder / "bin" / name)
            libraries.update(libraries_of(program))
        for library in [*libraries]:
            beside = Path(library).parent
            libraries.update(str(beside / name) for name in GLIBC if (beside / name).exists())
        for library in libraries:
            self.add(library)

    def add(self, path):
        """A file or folder of this machine, at the same place."""
        place = self.folder / str(path).lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        if Path(path).is_dir():
            shutil.copytree(path, place)
        else:
            shutil.copy(os.path.realpath(path), place)

    def words(self, script):
        """The command line that runs a shell script there; its mounts are gone with it."""
        mounts = " && ".join(f"mount --bind /{name} '{self.folder}/{name}'" for name in ("dev", "proc", "sys"))
        enter = f"{PRIVATE_MOUNTS} && {mounts} && exec chroot '{self.folder}' /bin/sh -c \"$1\""
        return [*UNSHARE_MOUNTS, "sh", "-c", enter, "sh", f"export PATH=/bin HOME=/root; {script}"]
