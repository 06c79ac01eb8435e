"""CONTRIBUTING's table of additions is true: for each row a real addition touches exactly the files it names, applies and
compiles. tests/adding_long_test.py builds and runs them."""

import pytest
from adding_kit import BUILD, DIFFS, ROOT, Compiler, Row, apply, compiled_by_target, copy_tree, rows, touched_by

MOST_FILES = 3


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of the tree with every addition."""
    folder = copy_tree(tmp_path_factory.mktemp("tree"))
    apply(folder, *DIFFS)
    return folder


def test_every_row_has_an_addition_and_every_addition_a_row():
    assert sorted(row.diff for row in rows()) == DIFFS
    assert len(DIFFS) >= 7


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.what)
def test_an_addition_touches_what_its_row_says(row):
    touched = touched_by(row.diff)
    assert len(touched) <= MOST_FILES
    assert row.is_kept_by(touched), f"'{row.diff.name}' touches {touched}, the table says {row.files}"


@pytest.mark.parametrize("touched, kept", [
    (["src/a/one_test.cpp", "src/a/builtin.cpp", "src/a/one.cpp"], True),
    (["src/a/one_test.cpp", "src/a/builtin.cpp", "src/a/two.cpp"], False),
    (["src/a/one_test.cpp", "src/a/one.cpp"], False),
    (["src/a/one_test.cpp", "src/a/builtin.cpp", "src/a/one.cpp", "docs/one.md"], False),
])
def test_a_row_is_kept_only_by_its_files(touched, kept):
    assert Row("a thing", ["src/a/<name>.cpp", "src/a/<name>_test.cpp", "src/a/builtin.cpp"], None).is_kept_by(touched) == kept


@pytest.mark.parametrize("diff", DIFFS, ids=lambda diff: diff.stem)
def test_an_addition_applies_by_itself(diff, tmp_path):
    for file in touched_by(diff):
        if (ROOT / file).exists():
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file).write_bytes((ROOT / file).read_bytes())
    apply(tmp_path, diff)
    assert all((tmp_path / file).is_file() for file in touched_by(diff))


@pytest.mark.parametrize("target, files", compiled_by_target(DIFFS).items())
def test_the_additions_compile(tree, target, files):
    together = tree / f"{target}.cpp"  # what includes are read is read once
    together.write_text("".join(f'#include "{tree / file}"\n' for file in files))
    Compiler(tree).run(target, "-Werror", "-fsyntax-only", together)


def test_the_key_is_known_to_the_contract(tree, goetia):
    template = ROOT / "configs/templates/classification/shapes.yaml"
    line = ("config", "validate", "--config", template, "dataset.data_root=/data", "++training.distributed.most_ranks=2")
    assert goetia(*line).code == 3
    goetia.ok(*line, environment={"GOETIA_CONTRACT": str(tree / "contract")})
