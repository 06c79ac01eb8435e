"""A separate checkout with fake tools: shows what ./goetia does without building anything."""

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

STUBS = {
    "cmake": """echo "cmake $*" >>"$CALLS"
folder=build/$2; mkdir -p $folder; touch $folder/build.ninja
tests=OFF; torch=
for word in "$@"; do case $word in -DGOETIA_TESTS=*) tests=${word#*=} ;; -DGOETIA_TORCH_DIR=*) torch=${word#*=} ;; esac; done
printf 'GOETIA_TESTS:BOOL=%s\\nGOETIA_TORCH_DIR:PATH=%s\\n' "$tests" "$torch" >$folder/CMakeCache.txt""",
    "ninja": """echo "ninja $*" >>"$CALLS"
[ -z "${NINJA_SLEEPS:-}" ] || { echo started >>"$CALLS"; sleep "$NINJA_SLEEPS"; }
[ -z "${NINJA_FAILS:-}" ] || { echo "model.cpp:7: $NINJA_FAILS"; exit 1; }
mkdir -p $2/bin
printf '#!/bin/sh\\necho "ran $*"\\nexit 5\\n' >$2/bin/goetia; chmod +x $2/bin/goetia""",
    "dpkg-query": """[ -n "${BARE:-}" ] || sed -n 's/^\\(use\\|test\\) *\\([^ ]*\\).*/\\2:installed /p' "$CHECKOUT"/setup/packages/*.txt | tr -d '\\n'""",
    "node": "echo ${NODE_IS:-v20.19.0}",
    "npm": """echo "npm $*" >>"$CALLS"
[ -z "${NPM_FAILS:-}" ] || { echo "$NPM_FAILS"; exit 1; }
case $1 in
    ci) mkdir -p node_modules; touch node_modules/.package-lock.json ;;
    run) mkdir -p dist; echo page >dist/index.html ;;
esac""",
    "apt-get": """echo "apt-get $*" >>"$CALLS"; exit 0""",
    "dpkg": "exit 0",
    "id": """echo "${PRETENDED_ID:-0}" """,
}
REAL_TOOLS = ("bash sh sed awk find readlink dirname sha256sum cut cat cp mkdir sleep tail grep tr date nproc flock python3 "
              "printf touch chmod env mv ln").split()


class Checkout:
    def __init__(self, folder):
        self.folder, self.calls_file = folder / "checkout", folder / "calls"
        for name in ("setup", "cmake"):
            shutil.copytree(ROOT / name, self.folder / name)
        for name in ("goetia", "CMakeLists.txt", "CMakePresets.json"):
            shutil.copy2(ROOT / name, self.folder / name)
        (self.folder / "src/base").mkdir(parents=True)
        for name in ("include", "samples/scaffold", "tests"):
            (self.folder / name).mkdir(parents=True)
        shutil.copy2(ROOT / "tests/requirements.txt", self.folder / "tests")
        (self.folder / "src/base/a.cpp").write_text("")
        (self.folder / "contract").mkdir()
        tools = folder / "tools"
        tools.mkdir()
        for name in REAL_TOOLS:
            (tools / name).symlink_to(shutil.which(name))
        for name, text in STUBS.items():
            (tools / name).write_text("#!/bin/bash\n" + text + "\n")
            (tools / name).chmod(0o755)
        self.torch = folder / "torch"
        header = self.torch / "include/torch/csrc/api/include/torch/torch.h"
        header.parent.mkdir(parents=True)
        header.write_text("")
        self.environment = {"PATH": str(tools), "CALLS": str(self.calls_file), "CHECKOUT": str(self.folder), "HOME": str(folder),
                            "GOETIA_TORCH_DIR": str(self.torch), "TMPDIR": os.environ.get("TMPDIR", "/tmp")}

    def add_page(self):
        (self.folder / "web/src").mkdir(parents=True)
        for name in ("package.json", "package-lock.json", "src/main.ts"):
            (self.folder / "web" / name).write_text("")

    def start(self, *words, **environment):
        return subprocess.Popen([self.folder / "goetia", *words], env={**self.environment, **environment}, text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)

    def goetia(self, *words, **environment):
        """(exit code, standard output, standard error)"""
        process = self.start(*words, **environment)
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    def calls(self):
        """The names of the tools called since the last time."""
        text = self.calls_file.read_text() if self.calls_file.exists() else ""
        self.calls_file.write_text("")
        return [line.split()[0] for line in text.splitlines()]
