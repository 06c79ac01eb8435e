"""`cmake --install`: programs, data and headers that need neither the source tree nor the build folder."""

import json
import subprocess
from pathlib import Path

import pytest
import yaml

from goetia_kit import Goetia

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def build(programs):
    return programs.parent


@pytest.fixture(scope="module")
def prefix(build, tmp_path_factory):
    """Installed, and then moved: nothing may depend on the original folder."""
    folder = tmp_path_factory.mktemp("installed")
    done = subprocess.run(["cmake", "--install", build, "--prefix", folder / "first"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (folder / "first").rename(folder / "second")
    return folder / "second"


@pytest.fixture
def installed(prefix, tmp_path):
    goetia = Goetia(prefix / "bin", tmp_path)
    for name in [n for n in goetia.environment if n.startswith("GOETIA_") and n != "GOETIA_EXPERIMENTS"]:
        del goetia.environment[name]
    goetia.environment["GOETIA_CACHE"] = str(tmp_path / "plug-ins")
    return goetia


def strings_of(json_value):
    if isinstance(json_value, str):
        yield json_value
    elif isinstance(json_value, dict):
        for one in json_value.values():
            yield from strings_of(one)
    elif isinstance(json_value, list):
        for one in json_value:
            yield from strings_of(one)


def torch_folder(build):
    cache = (build / "CMakeCache.txt").read_text()
    named = next((line.split("=", 1)[1] for line in cache.splitlines() if line.startswith("GOETIA_TORCH_DIR:")), "")
    return named or str(ROOT / ".goetia")


def test_everything_is_installed(prefix):
    assert sorted(one.name for one in (prefix / "bin").iterdir()) == ["goetia", "goetia-agent", "goetia-runtime", "goetia-supervisor"]
    share = prefix / "share/goetia"
    page = ["page"] if (ROOT / "web/dist").exists() else []
    assert sorted(one.name for one in share.iterdir()) == [
        "catalogue.json", "configs", "contract", "include", *page, "plugin.exports", "plugin_build.json", "scaffold"]
    for kept in ("configs", "contract"):
        there, here = ({one.relative_to(top / kept) for one in (top / kept).rglob("*")} for top in (share, ROOT))
        assert there == here
    assert (share / "include/goetia/component.h").is_file()


def test_plug_ins_are_compiled_without_the_source_and_build_folders(prefix, build):
    settings = json.loads((prefix / "share/goetia/plugin_build.json").read_text())
    torch, named = torch_folder(build), []
    for text in strings_of(settings):
        for folder in (str(ROOT), str(build), str(build.resolve())):
            if folder in text and not any(text.startswith(place) for place in (torch, str(Path(torch).resolve()), str(ROOT / ".goetia"))):
                named.append(text)
    assert named == []


def test_the_programs_search_no_library_in_the_build_folder(prefix, build):
    for program in ("goetia", "goetia-agent", "goetia-runtime", "goetia-supervisor"):
        dynamic = subprocess.run(["readelf", "-d", prefix / "bin" / program], capture_output=True, text=True, check=True).stdout
        paths = [line.split("[")[1].split("]")[0] for line in dynamic.splitlines() if "RUNPATH" in line or "RPATH" in line]
        for path in ":".join(paths).split(":") if paths else []:  # an empty part would be the current folder
            assert path == "$ORIGIN/../lib" or path.startswith((torch_folder(build), str(ROOT / ".goetia"))), f"{program} searches '{path}'"


def test_configurations_are_composed_from_those_installed_with_the_program(prefix, installed):
    template = prefix / "share/goetia/configs/templates/classification/shapes.yaml"
    files = installed.ok("config", "sources", "--config", template, "--json").json["files"]
    assert len(files) > 3
    assert [file for file in files if not Path(file).resolve().is_relative_to(prefix.resolve())] == []
    installed.ok("config", "validate", "--config", template, f"dataset.data_root={installed.folder}")


def test_a_component_compiles_loads_and_trains_with_the_installed_headers(installed, tiny, tmp_path):
    made = installed.ok("component", "new", "transform", "MyOwnThing", "--output", tmp_path / "mine", "--json").json
    source = next(Path(file) for file in made["files"] if file.endswith(".cpp"))
    checked = installed.ok("component", "check", source, "--json").json
    assert [(one["kind"], one["name"]) for one in checked["components"]] == [("transform", "MyOwnThing")]
    document = yaml.safe_load(tiny.read_text())
    document["components"] = [source.name]
    document["augmentation"]["train"]["pipeline"].insert(1, {"type": "MyOwnThing", "prob": 1})
    config = source.parent / "experiment.yaml"
    config.write_text(yaml.safe_dump(document))
    done = installed.train(config, "training.epochs=1")
    assert done["state"] == "completed" and done["epochs_done"] == 1
