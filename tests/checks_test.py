"""The checks of the source itself: each passes on this repository, and each is shown to fail on a bad sample."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CHECKS = sorted(p.name for p in (ROOT / "tools").glob("check_*"))


def run(*words, cwd=ROOT):
    done = subprocess.run([str(w) for w in words], cwd=cwd, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def written(root, files):
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_what_the_readmes_commands_leave_behind_is_no_source():
    """Else the checks of the source would find fault with it: `./goetia demo` comes before `./goetia test`."""
    for name in ("demo-data", "experiments", "multirun", "build", ".goetia"):
        code, _ = run("git", "-C", ROOT, "check-ignore", "-q", f"{name}/file")
        assert code == 0, f"'{name}' is not in .gitignore"


@pytest.mark.parametrize("check", CHECKS)
def test_the_repository_passes(check):
    code, output = run(ROOT / "tools" / check)
    assert code == 0, output


ROOMS = """goetia_room(base)
goetia_room(data USES base LIBRARIES PkgConfig::SPNG)
goetia_room(plot USES base)
goetia_room(learn LIBTORCH USES data TEST_USES plot)
goetia_program(goetia USES data)
"""


@pytest.mark.parametrize("file, line, fault", [
    ("src/base/a.h", '#include "data/b.h"', "src/base/a.h:1: 'base' may not include 'data'; allowed: base"),
    ("src/data/a.cpp", "#include <torch/torch.h>", "src/data/a.cpp:1: 'data' may not include LibTorch"),
    ("src/learn/a.cpp", '#include "plot/b.h"', "src/learn/a.cpp:1: 'learn' may not include 'plot'"),
    ("src/apps/goetia/a.cpp", '#include "learn/b.h"', "'apps/goetia' may not include 'learn'"),
    ("src/cellar/a.cpp", "", "src/cellar/a.cpp: 'cellar' is no room; name it in src/CMakeLists.txt"),
])
def test_a_wrong_arrow_is_told(tmp_path, file, line, fault):
    root = written(tmp_path, {"src/CMakeLists.txt": ROOMS, "src/plot/p.h": "", "src/learn/l.h": "", "src/data/d.h": "", file: line + "\n"})
    code, output = run(ROOT / "tools/check_arrows", root)
    assert code == 1 and fault in output


def test_right_arrows_also_through_another_room_and_in_tests_are_fine(tmp_path):
    root = written(tmp_path, {
        "src/CMakeLists.txt": ROOMS,
        "src/plot/p.h": "",
        "src/learn/a.cpp": '#include <torch/torch.h>\n#include "base/b.h"\n#include "data/d.h"\n#include "learn/l.h"\n',
        "src/learn/a_test.cpp": '#include "plot/p.h"\n',
    })
    code, output = run(ROOT / "tools/check_arrows", root)
    assert code == 0, output


def test_a_costly_include_is_told(tmp_path):
    root = written(tmp_path, {
        "src/apps/goetia/parse.cpp": "#include <CLI/CLI.hpp>\n",
        "src/apps/goetia/train.cpp": '#include "apps/goetia/options.h"\n  #include <CLI/App.hpp>\n',
    })
    code, output = run(ROOT / "tools/check_includes", root)
    assert code == 1
    assert output == ("src/apps/goetia/train.cpp:2: 'CLI/App.hpp' costs seconds in every file that includes it; "
                      "describe the command with apps/goetia/options.h\n")


def test_an_unlisted_component_is_told(tmp_path):
    root = written(tmp_path, {
        "src/data/blur.cpp": "struct Helper { int x; };\nclass Blur : public Transform {\n  public:\n    static Schema schema() { return {}; }\n};\n",
        "src/data/flip.cpp": "class Flip final : public Transform {\n    static Schema schema();\n};\n",
        "src/data/crop.cpp": "struct Crop : Transform { static Schema schema(); };\nStatus add_crop(R& all) { return all.add<Crop>(); }\n",
        "src/data/turn.cpp": "struct Turn : Transform { static Schema schema(); };\nStatus add_turn(R& all) { return all.add<Turn>(); }\n",
        "src/feeding/transforms/builtin_transforms.cpp": "all.add<Flip>(); // and Blur\nGOETIA_ADD(crop);\n",
    })
    code, output = run(ROOT / "tools/check_listings", root)
    assert code == 1
    assert output == ("src/data/blur.cpp: 'Blur' has a schema and is in no builtin_*.cpp; add its line there\n"
                      "src/data/turn.cpp: 'Turn' has a schema and is in no builtin_*.cpp; add its line there\n")


def test_a_quote_that_no_longer_holds_and_a_dead_link_are_told(tmp_path):
    quote = "<!-- quote: a.cpp -->\n```cpp\nint a;\n...\nint c;\n```\n"
    root = written(tmp_path, {"a.cpp": "int a;\nint b;\n  int c;\n", "good.md": quote + "[a](a.cpp)\n"})
    run("git", "init", "-q", root)
    code, output = run(ROOT / "tools/check_documents", root)
    assert code == 0, output
    written(root, {"bad.md": quote.replace("int c", "int d") + "[x](gone.md) [y](https://elsewhere)\n",
                   "docs/reference/README.md": "[a](a.md)\n", "docs/reference/a.md": "", "docs/reference/b.md": ""})
    code, output = run(ROOT / "tools/check_documents", root)
    assert code == 1
    assert output == "bad.md: quotes what 'a.cpp' does not say: int d; ...\nbad.md: links to 'gone.md', which is not there\n" \
                     "docs/reference/README.md: does not list 'b.md'\n"


def test_two_types_of_one_name_are_told(tmp_path):
    named = written(tmp_path, {
        "src/base/a.h": "namespace goetia {\nstruct Span {\n};\nstruct Ahead;\nusing Number = int;\n}  // namespace goetia\n",
        "src/data/b.h": "namespace goetia {\nstruct Ahead;\nusing Number = int;\nclass Span final : public Base {\n};\n}  // namespace goetia\n",
        "src/data/c.cpp": "namespace goetia {\nnamespace {\nstruct Span {\n};\n}  // namespace\n}  // namespace goetia\n",
        "src/data/d.cpp": "namespace goetia::inner {\nstruct Span {\n};\n}  // namespace goetia::inner\n",
    })
    code, output = run(ROOT / "tools/check_names", named)
    assert code == 1 and output.splitlines() == [
        "src/data/b.h:4: 'goetia::Span' is the name of another type in src/base/a.h:2; rename one, or put it into an unnamed namespace"]


def test_long_files_are_told(tmp_path):
    root = written(tmp_path, {"src/a.cpp": "x\n" * 601, "src/main.cpp": "x\n" * 61, "src/b.cpp": "x\n" * 600})
    run("git", "init", "-q", root)
    code, output = run(ROOT / "tools/check_sizes", root)
    assert code == 1
    assert "src/a.cpp: 601 lines, at most 600" in output and "src/main.cpp: 61 lines, at most 60" in output
    assert "b.cpp" not in output


@pytest.mark.parametrize("text", ["/" + "work/main/x", "see /" + "root/thing", "https://py" + "pi.org/simple", "/" + "home/ann/data"])
def test_places_of_one_machine_are_told(tmp_path, text):
    root = written(tmp_path, {"docs/a.md": f"fine\n{text}\n"})
    run("git", "init", "-q", root)
    code, output = run(ROOT / "tools/check_places", root)
    assert code == 1 and "docs/a.md:2: names '" in output


def test_relative_paths_are_no_places(tmp_path):
    root = written(tmp_path, {"docs/a.md": "build/work/x, ./root/x, $ROOT/home/x and /data/train\n"})
    run("git", "init", "-q", root)
    code, output = run(ROOT / "tools/check_places", root)
    assert code == 0, output


def shell_files():
    programs = [ROOT / "goetia", *(ROOT / ".ci").iterdir(), *(ROOT / "tools").iterdir()]
    return [*sorted(f for f in programs if f.is_file() and "bash" in f.read_text().split("\n")[0]), *sorted((ROOT / "setup").glob("*.sh"))]


def test_shell_files_pass_shellcheck(tmp_path):
    code, output = run("shellcheck", "-x", *shell_files())
    assert code == 0, output
    bad = written(tmp_path, {"bad.sh": "#!/bin/bash\nrm $1\n"}) / "bad.sh"
    assert run("shellcheck", bad)[0] == 1


if shutil.which("clang-format-19"):  # another version lays some lines out differently

    def test_sources_are_laid_out_by_clang_format():
        files = [f for f in (ROOT / "src").rglob("*") if f.suffix in {".h", ".cpp"}]
        code, output = run("clang-format-19", "--dry-run", "-Werror", *files)
        assert code == 0, output[-3000:]


def test_the_runner_counts_every_kind_of_end(tmp_path):
    """A failing, a crashing, a skipped and a hidden test: none may be lost from the closing line."""
    written(tmp_path, {
        "tests/run.py": (ROOT / "tests/run.py").read_text(),
        "tests/good_test.py": "import pytest\ndef test_a(): pass\n@pytest.mark.skip\ndef test_b(): pass\n",
        "tests/bad_test.py": "def test_c(): assert 1 == 2, 'not equal'\n",
        "tests/broken_test.py": "import no_such_module\ndef test_d(): pass\n",
        "tests/dies_test.py": "import os\ndef test_e(): os._exit(3)\n",
        "tests/costly_slow_test.py": "def test_f(): pass\n",
        "tests/costly_long_test.py": "def test_g(): assert False\n",
    })
    (tmp_path / "build/tests").mkdir(parents=True)
    runner = [sys.executable, "tests/run.py", "--build", "build"]
    code, output = run(*runner, cwd=tmp_path)
    assert code == 1 and output.splitlines()[-1] == "2 passed, 3 failed, 1 skipped", output
    assert "not equal" in output and "no_such_module" in output and "dies_test ended with 3" in output
    code, output = run(*runner, "--quick", "good", "costly_slow", cwd=tmp_path)
    assert code == 0 and output.splitlines()[-1] == "2 passed, 0 failed, 1 skipped", output
    code, output = run(*runner, "--quick", cwd=tmp_path)
    assert output.splitlines()[-1] == "1 passed, 3 failed, 1 skipped", output
    code, output = run(*runner, "nothing_is_named_so", cwd=tmp_path)
    assert code == 1 and output.splitlines()[-1] == "0 passed, 0 failed, 0 skipped"
