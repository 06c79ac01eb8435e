"""The checks of the source itself: each passes on this repository and fails on a bad sample."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CHECKS = sorted(p.name for p in (ROOT / "tools").glob("check_*"))


def run(*words, cwd=ROOT, **variables):
    done = subprocess.run([str(w) for w in words], cwd=cwd, capture_output=True, text=True, env={**os.environ, **variables})
    return done.returncode, done.stdout + done.stderr


def written(root, files):
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_the_output_of_the_readmes_commands_is_ignored_by_git():
    """Otherwise the checks of the source would fail on it: `./goetia demo` comes before `./goetia test`."""
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
    ("src/cellar/a.cpp", "", "src/cellar/a.cpp: 'cellar' is not a room; declare it in src/CMakeLists.txt"),
])
def test_a_wrong_arrow_is_reported(tmp_path, file, line, fault):
    root = written(tmp_path, {"src/CMakeLists.txt": ROOMS, "src/plot/p.h": "", "src/learn/l.h": "", "src/data/d.h": "", file: line + "\n"})
    code, output = run(ROOT / "tools/check_arrows", root)
    assert code == 1 and fault in output


def test_direct_and_indirect_arrows_and_those_of_tests_are_allowed(tmp_path):
    root = written(tmp_path, {
        "src/CMakeLists.txt": ROOMS,
        "src/plot/p.h": "",
        "src/learn/a.cpp": '#include <torch/torch.h>\n#include "base/b.h"\n#include "data/d.h"\n#include "learn/l.h"\n',
        "src/learn/a_test.cpp": '#include "plot/p.h"\n',
    })
    code, output = run(ROOT / "tools/check_arrows", root)
    assert code == 0, output


def test_a_wrong_arrow_in_a_header_of_the_testkit_is_reported(tmp_path):
    root = written(tmp_path, {
        "src/CMakeLists.txt": ROOMS,
        "src/plot/p.h": "", "src/learn/l.h": "", "src/data/d.h": "",
        "testkit/drawn.h": '#include "testkit/curves.h"\n',
        "testkit/curves.h": '#include "base/b.h"\n#include "plot/p.h"\n',
        "src/data/a_test.cpp": '#include "testkit/drawn.h"\n',
        "src/learn/a_test.cpp": '#include "testkit/drawn.h"\n',
    })
    code, output = run(ROOT / "tools/check_arrows", root)
    assert code == 1
    assert output == "src/data/a_test.cpp:1: 'testkit/curves.h' includes 'plot', which 'data' may not; allowed: base, data\n"


def library(build, room, text):
    """Compiles `text` into the library of a room in `build`."""
    (build / "src").mkdir(exist_ok=True)
    source = build / f"{room}.cpp"
    source.write_text(text)
    subprocess.run(["g++", "-c", source, "-o", source.with_suffix(".o")], check=True)
    subprocess.run(["ar", "rc", build / f"src/libgoetia_{room}.a", source.with_suffix(".o")], check=True)


def test_an_arrow_that_only_the_linker_sees_is_reported(tmp_path):
    library(tmp_path, "base", "int draw(int);\nint base(int x) { return draw(x); }\n")
    library(tmp_path, "plot", "int base(int);\nint draw(int x) { return x > 0 ? base(x) : x; }\n")
    code, output = run(ROOT / "tools/check_links", tmp_path)
    assert code == 1
    assert output == "'base' (base.o) needs draw(int), which 'plot' defines and 'base' may not use; allowed: base\n"
    library(tmp_path, "base", "int base(int x) { return x; }\n")
    code, output = run(ROOT / "tools/check_links", tmp_path)
    assert code == 0, output


def test_links_are_not_checked_without_libraries(tmp_path):
    code, output = run(ROOT / "tools/check_links", tmp_path)
    assert code == 1 and f"no room's library is in '{tmp_path}/src'; build first" in output


def test_a_costly_include_is_reported(tmp_path):
    root = written(tmp_path, {
        "src/apps/goetia/parse.cpp": "#include <CLI/CLI.hpp>\n",
        "src/apps/goetia/train.cpp": '#include "apps/goetia/options.h"\n  #include <CLI/App.hpp>\n',
    })
    code, output = run(ROOT / "tools/check_includes", "--none-allowed", root)
    assert code == 1
    assert output == ("src/apps/goetia/train.cpp:2: 'CLI/App.hpp' costs seconds in every file that includes it; "
                      "describe the command with apps/goetia/options.h\n")


def test_an_unlisted_component_is_reported(tmp_path):
    root = written(tmp_path, {
        "src/data/blur.cpp": "struct Helper { int x; };\nclass Blur : public Transform {\n  public:\n    static Schema schema() { return {}; }\n};\n",
        "src/data/flip.cpp": "class Flip final : public Transform {\n    static Schema schema();\n};\n",
        "src/data/crop.cpp": "struct Crop : Transform { static Schema schema(); };\nStatus add_crop(R& all) { return all.add<Crop>(); }\n",
        "src/data/turn.cpp": "struct Turn : Transform { static Schema schema(); };\nStatus add_turn(R& all) { return all.add<Turn>(); }\n",
        "src/feeding/transforms/builtin_transforms.cpp": "all.add<Flip>(); // and Blur\nGOETIA_ADD(crop);\n",
    })
    code, output = run(ROOT / "tools/check_listings", root)
    assert code == 1
    assert output == ("src/data/blur.cpp: 'Blur' has a schema but is in no builtin_*.cpp; add its line there\n"
                      "src/data/turn.cpp: 'Turn' has a schema but is in no builtin_*.cpp; add its line there\n")


def test_an_outdated_quote_and_a_dead_link_are_reported(tmp_path):
    quote = "<!-- quote: a.cpp -->\n```cpp\nint a;\n...\nint c;\n```\n"
    root = written(tmp_path, {"a.cpp": "int a;\nint b;\n  int c;\n", "good.md": quote + "[a](a.cpp)\n"})
    run("git", "init", "-q", root)
    code, output = run(ROOT / "tools/check_documents", root)
    assert code == 0, output
    written(root, {"bad.md": quote.replace("int c", "int d") + "[x](gone.md) [y](https://elsewhere)\n",
                   "docs/reference/README.md": "[a](a.md)\n", "docs/reference/a.md": "", "docs/reference/b.md": ""})
    code, output = run(ROOT / "tools/check_documents", root)
    assert code == 1
    assert output == "bad.md: quotes text that 'a.cpp' does not contain: int d; ...\nbad.md: links to 'gone.md', which does not exist\n" \
                     "docs/reference/README.md: does not list 'b.md'\n"


def test_a_room_that_the_architecture_describes_otherwise_is_reported(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    table = "| `base/` | x | nothing of ours |\n| `data/` | x | base |\n| `plot/` | x | base |\n| `learn/` | x | everything above but base, plot |\n"
    root = written(tmp_path, {"src/CMakeLists.txt": ROOMS, "ARCHITECTURE.md": table})
    code, output = run(ROOT / "tools/check_documents", root)
    assert code == 0, output
    written(root, {"ARCHITECTURE.md": table.replace("| `plot/` | x | base |\n", "").replace("but base", "but data")})
    code, output = run(ROOT / "tools/check_documents", root)
    assert code == 1
    assert output == "ARCHITECTURE.md: the table of rooms lacks 'plot'\nARCHITECTURE.md: 'learn' uses data, found 'everything above but data, plot'\n"


def test_two_types_of_one_name_are_reported(tmp_path):
    named = written(tmp_path, {
        "src/base/a.h": "namespace goetia {\nstruct Span {\n};\nstruct Ahead;\nusing Number = int;\n}  // namespace goetia\n",
        "src/data/b.h": "namespace goetia {\nstruct Ahead;\nusing Number = int;\nclass Span final : public Base {\n};\n}  // namespace goetia\n",
        "src/data/c.cpp": "namespace goetia {\nnamespace {\nstruct Span {\n};\n}  // namespace\n}  // namespace goetia\n",
        "src/data/d.cpp": "namespace goetia::inner {\nstruct Span {\n};\n}  // namespace goetia::inner\n",
    })
    code, output = run(ROOT / "tools/check_names", named)
    assert code == 1 and output.splitlines() == [
        "src/data/b.h:4: 'goetia::Span' is the name of another type in src/base/a.h:2; rename one, or put it into an unnamed namespace"]


def in_folder(root, **sources):
    """src/data/<name>.cpp for each, its text in an unnamed namespace."""
    return written(root, {f"src/data/{name}.cpp": f"namespace goetia {{\nnamespace {{\n{text}}}  // namespace\n}}  // namespace goetia\n" for name, text in sources.items()})


@pytest.mark.parametrize("one, other, name", [
    ("constexpr int kFew = 3, kSteps = 10;\n", "constexpr double kSteps[] = {1};\n", "kSteps"),
    ("int count(int a) {\n}\n", "double count() { return 1; }\n", "count"),
    ("const char* name_of(int kind) {\n", "std::vector<std::pair<int, int>> name_of() {\n", "name_of"),
    ("struct Place {\n", "using Place = int;\n", "Place"),
    ("constexpr int kOne = 1,\n              kTwo = 2;\n", "constexpr int kTwo = 2;\n", "kTwo"),
])
def test_two_helpers_of_one_name_in_a_folder_are_reported(tmp_path, one, other, name):
    code, output = run(ROOT / "tools/check_names", in_folder(tmp_path, a=one, b=other))
    assert code == 1 and f"'{name}' is the name of a helper in src/data/a.cpp:" in output and output.startswith("src/data/b.cpp:"), output
    assert len(output.splitlines()) == 1, output


@pytest.mark.parametrize("helper, declared", [
    ("struct Box {\n", "struct Box {\n};\n"),
    ("constexpr int kMost = 3;\n", "inline constexpr int kMost = 1;\n"),
    ("double number(const char* text) {\n", "ParamBuilder number(std::string name, std::string text);\n"),
])
def test_a_helper_that_hides_what_a_neighbour_includes_is_reported(tmp_path, helper, declared):
    in_folder(tmp_path, a=helper, b="")
    written(tmp_path, {"src/base/box.h": f"namespace goetia {{\n{declared}}}  // namespace goetia\n"})
    assert run(ROOT / "tools/check_names", tmp_path)[0] == 0, "no file of the folder includes it"
    written(tmp_path, {"src/data/data.h": '#include "base/box.h"\n', "src/data/c.cpp": '#include "data/data.h"\n'})
    code, output = run(ROOT / "tools/check_names", tmp_path)
    assert code == 1 and output.startswith("src/data/a.cpp:3: '") and "' hides what src/base/box.h declares from the files of its folder" in output


def test_a_tests_helper_that_hides_one_of_testkit_is_reported(tmp_path):
    in_folder(tmp_path, a_test="int made(int a) {\n", b_test="")
    written(tmp_path, {"testkit/kit.h": "namespace goetia::testkit {\ninline int made() { return 1; }\n}  // namespace goetia::testkit\n",
                       "src/data/c_test.cpp": '#include "testkit/kit.h"\n'})
    code, output = run(ROOT / "tools/check_names", tmp_path)
    assert code == 1 and "src/data/a_test.cpp:3: 'made' hides what testkit/kit.h declares" in output


@pytest.mark.parametrize("line, reported", [
    ("goetia_room(data ALONE .\n  USES base)", False), ("goetia_room(data LIBTORCH ALONE more inner USES base)", False),
    ("goetia_room(data USES base ALONE inner)", False), ("goetia_room(data ALONE more USES inner)", True),
])
def test_helpers_of_folders_whose_files_are_compiled_alone_may_share_a_name(tmp_path, line, reported):
    text = "namespace goetia {\nnamespace {\nint count() {\n}  // namespace\n}  // namespace goetia\n"
    written(tmp_path, {"src/data/inner/a.cpp": text, "src/data/inner/b.cpp": text, "src/CMakeLists.txt": f"goetia_room(base)\n{line}\n"})
    code, output = run(ROOT / "tools/check_names", tmp_path)
    assert (code == 1) == reported, output


def test_helpers_of_one_name_in_two_folders_or_in_a_test_are_fine(tmp_path):
    in_folder(tmp_path, a="int count() {\n    int kInner = total();\n}\n", a_test="int count() {\n", b="int total() { return 1; }\n")
    written(tmp_path, {"src/plot/c.cpp": "namespace goetia {\nnamespace {\nint count() {\n}  // namespace\n}  // namespace goetia\n"})
    code, output = run(ROOT / "tools/check_names", tmp_path)
    assert code == 0, output


@pytest.mark.parametrize("files, fault", [
    ({f"src/learn/{name}.cpp": '#include "learn/model.h"\n' for name in "abc"} | {"src/learn/model.h": "#include <torch/nn/module.h>\n"},
     "3 files of src reach <torch/torch.h> or torch/csrc, at most 0 may; include <ATen/core/Tensor.h>"),
    ({"src/learn/a.cpp": "#include <torch/csrc/autograd/variable.h>\n"}, "1 files of src reach <torch/torch.h> or torch/csrc, at most 0 may"),
    ({"src/learn/a.cpp": "#include <ATen/Functions.h>\n"}, "1 files of src reach an umbrella header of ATen, at most 0 may; include learn/tensor.h and the one <ATen/ops/...h>"),
    ({"src/base/json.h": "#include <nlohmann/json.hpp>\n", "src/base/b.h": '#include "base/json.h"\n'}, "2 headers of src reach a complete JSON parser, at most 0 may"),
])
def test_a_costly_header_reached_by_more_files_than_before_is_reported(tmp_path, files, fault):
    code, output = run(ROOT / "tools/check_includes", "--none-allowed", written(tmp_path, files))
    assert code == 1 and fault in output and len(output.splitlines()) == 1, output


def test_tests_and_cheap_headers_cost_nothing(tmp_path):
    root = written(tmp_path, {"src/learn/a_test.cpp": "#include <torch/torch.h>\n", "src/learn/a.cpp": "#include <ATen/ops/conv2d.h>\n#include <string>\n"})
    code, output = run(ROOT / "tools/check_includes", "--none-allowed", root)
    assert code == 0, output


def test_a_decreased_number_must_be_written_down(tmp_path):
    code, output = run(ROOT / "tools/check_includes", written(tmp_path, {"src/base/a.cpp": ""}))
    assert code == 1 and "0 files of src reach <simdjson.h>" in output and "write 0 in tools/check_includes" in output


def test_long_files_are_reported(tmp_path):
    root = written(tmp_path, {"src/a.cpp": "x\n" * 601, "src/main.cpp": "x\n" * 61, "src/b.cpp": "x\n" * 600})
    run("git", "init", "-q", root)
    code, output = run(ROOT / "tools/check_sizes", root)
    assert code == 1
    assert "src/a.cpp: 601 lines, at most 600" in output and "src/main.cpp: 61 lines, at most 60" in output
    assert "b.cpp" not in output


@pytest.mark.parametrize("text", ["/" + "work/main/x", "see /" + "root/thing", "https://py" + "pi.org/simple", "/" + "home/ann/data"])
def test_places_of_one_machine_are_reported(tmp_path, text):
    root = written(tmp_path, {"docs/a.md": f"fine\n{text}\n"})
    run("git", "init", "-q", root)
    code, output = run(ROOT / "tools/check_places", root)
    assert code == 1 and "docs/a.md:2: names '" in output


def test_relative_paths_are_allowed(tmp_path):
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


if shutil.which("clang-format-19"):  # another version formats some lines differently

    def test_sources_are_formatted_by_clang_format():
        files = [f for f in (ROOT / "src").rglob("*") if f.suffix in {".h", ".cpp"}]
        code, output = run("clang-format-19", "--dry-run", "-Werror", *files)
        assert code == 0, output[-3000:]


def a_compiled_file(folder, text):
    written(folder, {"a.cpp": text, "compile_commands.json": json.dumps(
        [{"directory": str(folder), "file": "a.cpp", "command": "c++ -std=c++20 -include cmake_pch.hxx -o a.o -c a.cpp"}])})
    return folder / "a.cpp"


def test_tidy_reports_what_is_missing(tmp_path):
    file = a_compiled_file(tmp_path, "int a;\n")
    code, output = run(sys.executable, ROOT / "tools/tidy", "--build", tmp_path, file, PATH="", CLANG_TIDY="")
    assert code == 6 and "install the package clang-tidy-19" in output, output
    if shutil.which("clang-tidy-19") or shutil.which("clang-tidy"):
        code, output = run(ROOT / "tools/tidy", "--build", tmp_path / "gone", file)
        assert code == 6 and "no compile_commands.json in '" in output and "cmake --preset dev" in output, output


if shutil.which("clang-tidy-19") or shutil.which("clang-tidy"):

    def test_tidy_finds_names_against_the_rules(tmp_path):
        file = a_compiled_file(tmp_path, "struct bad_type {\n    int Field = 0;\n};\nconstexpr int limit = 1;\nint GetIt(int Value) { return Value + limit; }\n")
        code, output = run(ROOT / "tools/tidy", "--build", tmp_path, file)
        assert code == 1, output
        for name in ("a.cpp:1: invalid case style for struct 'bad_type'", "'Field'", "'limit'", "a.cpp:5: invalid case style for function 'GetIt'", "'Value'"):
            assert name in output
        file.write_text("struct Good {\n    int field = 0;\n};\nconstexpr int kLimit = 1;\nint get_it(int value) { return value + kLimit; }\n")
        assert run(ROOT / "tools/tidy", "--build", tmp_path, file)[0] == 0
        file.write_text("int broken(\n")
        code, output = run(ROOT / "tools/tidy", "--build", tmp_path, file)
        assert code == 1 and "clang cannot read it" in output


def test_the_build_is_measured_against_commits_only():
    code, output = run(ROOT / "tools/measure_build", "--against", "no-such-commit")
    assert code == 1 and output == "'no-such-commit' is not a commit of this repository; 'git log --oneline' lists them\n"


def test_the_runner_counts_every_kind_of_end(tmp_path):
    """A failing, a crashing, a skipped and a hidden test: all must be counted in the last line."""
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
