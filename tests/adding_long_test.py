"""All additions of tests/adding at once, built and used: the programs know them, and their own tests pass.

Nothing that the additions leave alone is built again: the build folder's libraries are copied, the objects of changed files
replaced, those of new files added, and programs linked as the build folder links them."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from adding_kit import BUILD, DIFFS, Compiler, apply, compiled_by_target, copy_tree
from goetia_kit import Goetia


def run(*words, **options):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, **options)
    assert done.returncode == 0, f"{words[0]} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def is_test(target):
    return target.endswith("_tests")


class ChangedBuild:
    """Libraries and programs of the build folder with the changed and new files of a copied tree."""

    def __init__(self, tree, folder):
        self.tree, self.folder, self.compiler = tree, folder, Compiler(tree)
        self.objects = {target: [self.compiled(target, file) for file in files] for target, files in compiled_by_target(DIFFS).items()}
        self.libraries = {target: self.library(target) for target in self.objects if not is_test(target)}

    def unit_of(self, target, file):
        """(what is compiled in place of a file, its object's name): the file, or the files that a unity build joins with it."""
        for unit in (BUILD / f"src/CMakeFiles/{target}.dir/Unity").glob("*.cxx"):
            text = unit.read_text()
            if f'"{self.compiler.source}/{file}"' in text:
                moved = self.folder / unit.name
                moved.write_text(text.replace(f'"{self.compiler.source}/', f'"{self.tree}/'))
                return moved, f"{unit.name}.o"
        return self.tree / file, f"{Path(file).name}.o"

    def compiled(self, target, file):
        source, name = (self.tree / file, f"{Path(file).name}.o") if is_test(target) else self.unit_of(target, file)
        made = self.folder / target / name
        made.parent.mkdir(exist_ok=True)
        self.compiler.run(target, "-o", made, "-c", source)
        return made

    def library(self, target):
        library = self.folder / f"lib{target}.a"
        shutil.copyfile(BUILD / f"src/lib{target}.a", library)
        members = run("ar", "t", library).split()
        assert all(members.count(made.name) <= 1 for made in self.objects[target]), "which object of one name is replaced is chance"
        run("ar", "rs", library, *self.objects[target])
        return library

    def link(self, program, to, own_objects=None):
        """As Ninja links the program; with these objects in place of its own."""
        steps = run("ninja", "-C", BUILD, "-t", "commands", program).splitlines()[-1]
        words = shlex.split(re.search(r"&& (.+? -o .+?) &&", steps)[1])
        words[words.index("-o") + 1] = str(to)
        if own_objects is not None:
            first = next(i for i, word in enumerate(words) if word.endswith(".o"))
            words = words[:first] + [str(one) for one in own_objects] + [word for word in words[first:] if not word.endswith(".o")]
        for target, library in self.libraries.items():
            words = [word.replace(f"{BUILD}/src/lib{target}.a", str(library)).replace(f"src/lib{target}.a", str(library)) for word in words]
        to.parent.mkdir(exist_ok=True)
        run(*words, cwd=BUILD)
        return to


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    tree = copy_tree(tmp_path_factory.mktemp("tree"))
    apply(tree, *DIFFS)
    return ChangedBuild(tree, tmp_path_factory.mktemp("build"))


@pytest.fixture(scope="module")
def changed_goetia(build, tmp_path_factory):
    """goetia and goetia-runtime with the additions, and what the runtime describes beside them."""
    programs = build.folder / "bin"
    for program in ("goetia", "goetia-runtime"):
        build.link(program, programs / program)
    catalogue = build.folder / "share/goetia/catalogue.json"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(run(programs / "goetia-runtime", "describe"))
    goetia = Goetia(programs, tmp_path_factory.mktemp("used"))
    goetia.environment |= {"GOETIA_CONTRACT": str(build.tree / "contract"), "GOETIA_CONFIGS": str(build.tree / "configs")}
    return goetia


def test_the_components_are_listed(changed_goetia):
    listed = {(one["kind"], one["name"]) for one in changed_goetia.ok("component", "list", "--json").json["components"]}
    assert listed >= {("loss", "SquaredErrorLoss"), ("transform", "Invert"), ("dataset", "FlatFolder"), ("metric", "Jaccard"), ("hook", "WeightNorm")}


def test_the_command_and_the_key_are_there(changed_goetia, build):
    assert re.search(r"^  paths ", changed_goetia.ok("--help").out, re.M)
    assert "No more ranks" in changed_goetia.ok("config", "explain", "training.distributed.most_ranks").out
    environment = {**changed_goetia.environment, "GOETIA_BIN": str(build.folder / "bin")}
    run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", build.tree / "tests/e2e/paths_test.py", env={**os.environ, **environment})


@pytest.mark.parametrize("target", [target for target in compiled_by_target(DIFFS) if is_test(target)])
def test_their_unit_tests_pass(build, target):
    program = build.link(target, build.folder / "tests" / target, build.objects[target])
    assert "[  PASSED  ]" in run(program, env={**os.environ, "OMP_WAIT_POLICY": "passive"})
