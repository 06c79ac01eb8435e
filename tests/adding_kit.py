"""The examples of CONTRIBUTING's table of additions (tests/adding/*.diff), and a copy of the tree that has them."""

import itertools
import json
import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = Path(os.environ.get("GOETIA_BUILD", ROOT / "build/dev"))
DIFFS = sorted((ROOT / "tests/adding").glob("*.diff"))

ROW = re.compile(r"^\| (?P<what>an? [^|]+?) \|(?P<files>[^|]+\|[^|]+)\| \[[^]]*\]\((?P<diff>[^)]+)\) \|$", re.M)
FILE = re.compile(r"`([\w./<>-]+\.(?:cpp|py|json))`")


@dataclass
class Row:
    what: str
    files: list  # patterns such as src/metrics/<name>.cpp
    diff: Path

    def is_kept_by(self, touched):
        """Whether these are exactly the files of the row; a <name> is the same text wherever it stands."""
        if len(touched) != len(self.files):
            return False
        known, expression = set(), []
        for pattern in self.files:
            for part in re.split(r"(<\w+>)", pattern):
                name = part[1:-1] if part.startswith("<") else None
                expression.append(re.escape(part) if name is None else f"(?P={name})" if name in known else rf"(?P<{name}>[\w/]+)")
                known.add(name)
            expression.append("\n")
        return any(re.fullmatch("".join(expression), "".join(f"{file}\n" for file in order)) for order in itertools.permutations(touched))


def rows():
    """The table's rows. A file without a folder is in the folder of the one before it."""
    found = []
    for row in ROW.finditer((ROOT / "CONTRIBUTING.md").read_text()):
        files = []
        for name in FILE.findall(row["files"]):
            files.append(name if "/" in name else f"{Path(files[-1]).parent}/{name}")
        found.append(Row(row["what"], files, ROOT / row["diff"]))
    return found


def touched_by(diff):
    return re.findall(r"^diff --git a/\S+ b/(\S+)$", diff.read_text(), re.M)


def apply(tree, *diffs):
    """Like patch: a hunk is found by its one line of context, wherever that is by now."""
    done = subprocess.run(["git", "apply", "--unidiff-zero", "--whitespace=error", *diffs], cwd=tree, capture_output=True, text=True)
    assert done.returncode == 0, f"{[d.name for d in diffs]}: {done.stderr}"


def copy_tree(to):
    names = subprocess.run(["git", "-C", ROOT, "ls-files", "-z", "-c", "-o", "--exclude-standard"], check=True, capture_output=True, text=True).stdout
    for name in names.split("\0"):
        if name and (ROOT / name).is_file() and not name.startswith("fuzz/seeds/"):
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, to / name)
    return to


def target_of(file):
    """The CMake target that compiles a file of src/: a room's library, a program's parts, or the tests of either."""
    _, room, program = file.split("/")[:3]
    is_test = file.endswith("_test.cpp")
    if room == "apps":
        return f"{program.replace('-', '_')}_program_tests" if is_test else f"{program}_parts"
    return f"{room}_tests" if is_test else f"goetia_{room}"


def compiled_by_target(diffs):
    """target -> the C++ files that the diffs touch."""
    targets = {}
    for diff in diffs:
        for file in touched_by(diff):
            if file.endswith(".cpp") and file not in targets.setdefault(target_of(file), []):
                targets[target_of(file)].append(file)
    return targets


class Compiler:
    """Compiles files of a copied tree as the build folder compiles their neighbours."""

    def __init__(self, tree):
        self.tree = tree
        cache = (BUILD / "CMakeCache.txt").read_text()
        self.source = re.search(r"^CMAKE_HOME_DIRECTORY:INTERNAL=(.+)$", cache, re.M)[1]
        self.commands = json.loads((BUILD / "compile_commands.json").read_text())

    def words(self, target):
        """The compiler and its options, with the tree's folders in place of the source's."""
        for entry in self.commands:
            words = shlex.split(entry["command"])
            if f"/{target}.dir/" in words[words.index("-o") + 1] and any("cmake_pch" in word for word in words):
                del words[words.index("-o"):]  # -o OBJECT -c SOURCE end the line
                return [self.moved(word) for word in words]
        raise AssertionError(f"'{BUILD}/compile_commands.json' has no file of '{target}'; build it with LibTorch and its tests")

    def moved(self, word):
        """-I and -D of the source's folders; what is built or installed stays where it is."""
        for option in (f"-I{self.source}", f'-DGOETIA_SOURCE_DIR="{self.source}'):
            if word.startswith(option) and not word.startswith((f"{option}/build", f"{option}/.goetia")):
                return word.replace(self.source, str(self.tree))
        return word

    def run(self, target, *options):
        done = subprocess.run([*self.words(target), *options], cwd=BUILD, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
