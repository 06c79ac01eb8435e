"""A user's own component is one .cpp file outside the repository: written, checked, trained with, kept, refused with the reason."""

import csv
import fcntl
import json
import os
import shutil
import threading
import time
from pathlib import Path

import pytest
import torch
import yaml

ROOT = Path(__file__).resolve().parents[2]
KINDS = sorted(path.stem for path in (ROOT / "samples/scaffold").glob("*.cpp"))
QUICK_KINDS = ("transform", "loss")
DETECTOR_KINDS = ("anchors", "assigner", "box_coder", "box_sampler")


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    """A cache for this test run: the user's cache is not used."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def goetia(goetia, cache):
    goetia.environment["GOETIA_CACHE"] = str(cache)
    return goetia


def written(folder, name, text):
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def hand_made(abi="GOETIA_PLUGIN_ABI", body="{}"):
    """A plug-in without the macro, so that it can contain errors that the macro prevents."""
    return f"""#include <stdexcept>
#include <goetia/build.h>
extern "C" const char goetia_plugin_abi[];
const char goetia_plugin_abi[] = "goetia-plugin-abi:" {abi};
extern "C" void goetia_plugin_register(void*, void*) {body}
"""


def a_loss(name, schema=True):
    described = f'static goetia::Schema schema() {{ return goetia::Schema("{name}", "The sum of the scores"); }}' if schema else ""
    return f"""#include <goetia/component.h>
struct {name} : goetia::Loss {{
    {described}
    explicit {name}(const goetia::Args&) {{}}
    torch::Tensor forward(const torch::Tensor& found, const torch::Tensor&, const torch::Tensor&) override {{ return found.sum(); }}
}};
GOETIA_COMPONENTS(registry) {{ return registry.losses.add<{name}>(); }}
"""


def refused(goetia, *files, code=3):
    done = goetia("component", "check", *files, "--json")
    assert done.code == code, f"exit code {done.code}\n{done.out}\n{done.err}"
    return done.error


# --- written and checked ---------------------------------------------------------------------------------------------


def scaffold(goetia, kind, folder):
    made = goetia.ok("component", "new", kind, "MyOwnThing", "--output", folder, "--json").json
    assert [Path(file).name for file in made["files"]] == ["my_own_thing.cpp", "my_own_thing.yaml"]
    return folder / "my_own_thing.cpp", yaml.safe_load((folder / "my_own_thing.yaml").read_text())


@pytest.mark.parametrize("kind", QUICK_KINDS)
def test_a_scaffold_compiles_loads_and_describes_itself(goetia, kind, tmp_path):
    source, _ = scaffold(goetia, kind, tmp_path / "mine")
    checked = goetia.ok("component", "check", source, "--json").json
    assert checked["ok"] is True
    assert [(one["kind"], one["name"], one["origin"]) for one in checked["components"]] == [(kind, "MyOwnThing", "my_own_thing.cpp")]
    assert checked["components"][0]["params"], "a start shows how parameters are declared"
    again = goetia.ok("component", "check", source)
    assert "compiling" not in again.err, "it is compiled once"
    assert f"{kind} MyOwnThing: " in again.out


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_run_is_trained_with_the_scaffold_of_every_kind(goetia, tiny, shapes, kind, tmp_path):
    source, lines = scaffold(goetia, kind, tmp_path / "mine")
    document = yaml.safe_load(tiny.read_text())
    document["components"] = [source.name]
    document["augmentation"]["train"].update(lines.get("augmentation", {}).get("train", {}))
    if kind == "dataset":
        lines["dataset"] = {**lines["dataset"], "data_root": str(tmp_path / "lists"), "classes": classes_of(shapes)}
        write_lists(shapes, tmp_path / "lists")
    for section in ("dataset", "optimizer", "scheduler", "metrics", "hooks"):
        if section == "dataset" and kind != "dataset":
            document[section].update(lines.get(section, {}))
        elif section in lines:
            document[section] = lines[section]
    if "model" in lines:
        document["model"] = json.loads(json.dumps(lines["model"]).replace('"num_classes": 10', '"num_classes": 3'))
    if kind in DETECTOR_KINDS:
        document.update(on_boxes(goetia, document, tmp_path / "boxes"))
    config = written(source.parent, "experiment.yaml", yaml.safe_dump(document))
    done = goetia.train(config, "training.epochs=1", "++training.drop_last=true")
    assert done["state"] == "completed"
    assert done["epochs_done"] == 1
    if kind == "metric":
        assert 0 <= done["metrics"]["final"]["val/my_own_thing"] <= 1
        assert done["metrics"]["final"]["val/my_own_thing"] == pytest.approx(1 - done["metrics"]["final"]["val/accuracy_top1"])
    if kind == "hook":
        names = {point["name"] for point in json.loads((Path(done["dir"]) / "logs/metrics.json").read_text())}
        assert "train/weight_length" in names


def on_boxes(goetia, document, folder):
    """The sections that a detector needs in place of a classifier's."""
    goetia.ok("dataset", "make", "--kind", "detection", "--output", folder, "--images", 24, "--classes", 3, "--size", 64, "--seed", 1)
    augmentation = document["augmentation"]
    for split in augmentation.values():
        split["pipeline"] = [{"type": "LoadImage"}, {"type": "Resize", "size": [64, 64]}, {"type": "ToTensor"}]
    return {"dataset": {"type": "COCO", "data_root": str(folder), "val": {}}, "augmentation": augmentation, "metrics": [{"type": "CocoAP"}], "checkpoint": {**document.get("checkpoint", {}), "best_metric": "val/mAP"}}


def classes_of(shapes):
    return sorted(folder.name for folder in (shapes / "train").iterdir())


def write_lists(shapes, folder):
    folder.mkdir()
    for split in ("train", "val"):
        with (folder / f"{split}.csv").open("w", newline="") as file:
            rows = csv.writer(file, lineterminator="\n")
            for image in sorted((shapes / split).rglob("*.*")):
                rows.writerow([image, image.parent.name])


# --- trained with, and kept ------------------------------------------------------------------------------------------


def sample(name, tmp_path):
    return Path(shutil.copytree(ROOT / "samples" / name, tmp_path / name)) / "experiment.yaml"


@pytest.mark.slow
def test_the_model_sample_trains_is_kept_and_is_reproduced(goetia, shapes, tmp_path):
    config = sample("custom_model", tmp_path)
    done = goetia.train(config, f"dataset.data_root={shapes}", "training.epochs=2", "++training.threads=1")
    folder = Path(done["dir"])
    assert done["state"] == "completed" and done["epochs_done"] == 2
    saved = torch.load(folder / "checkpoints/last.pth", weights_only=True)["model"]
    assert saved["stem.weight"].shape == (16, 3, 3, 3) and "pair1.conv2.weight" in saved

    kept = yaml.safe_load((folder / "config.yaml").read_text())
    assert kept["components"] == ["components/small_cnn.cpp"]
    assert (folder / "components/small_cnn.cpp").read_bytes() == (config.parent / "small_cnn.cpp").read_bytes()
    manifest = json.loads((folder / "components/manifest.json").read_text())
    assert [entry["file"] for entry in manifest] == ["components/small_cnn.cpp"] and len(manifest[0]["sha256"]) == 64

    shutil.rmtree(config.parent)
    again = goetia("reproduce", folder, "--json")
    assert again.code == 0, again.err
    assert again.json["verdict"] == "bitwise"
    assert "compiling" not in again.err, "the experiment's copy is the same content"


@pytest.mark.slow
def test_the_transform_loss_and_hook_sample_trains(goetia, shapes, tmp_path):
    config = sample("custom_transform_loss", tmp_path)
    done = goetia.train(config, f"dataset.data_root={shapes}", "training.epochs=1", "++training.threads=1")
    folder = Path(done["dir"])
    assert done["state"] == "completed"
    points = [point for point in json.loads((folder / "logs/metrics.json").read_text()) if point["name"] == "train/sureness"]
    assert points and all(1 / 3 <= point["value"] <= 1 for point in points)
    assert yaml.safe_load((folder / "config.yaml").read_text())["components"] == ["components/cutout.cpp", "components/focal_loss.cpp"]
    assert (folder / "components/focal.h").exists(), "a header next to a plug-in is part of it"


@pytest.mark.slow
def test_a_fault_in_the_plug_ins_parameters_is_reported_like_any_other(goetia, tmp_path):
    config = sample("custom_transform_loss", tmp_path)
    config.write_text(config.read_text().replace("share: 0.3", "share: 1.5").replace("gamma: 1.5", "gama: 1.5"))
    done = goetia("train", "--config", config, "--json")
    assert done.code == 3
    faults = {fault["path"]: fault for fault in done.error["faults"]}
    assert faults["augmentation.train.pipeline[1].share"]["found"] == "1.5"
    assert faults["model.head.loss.gama"]["nearest"] == "gamma"
    assert not goetia.experiments.exists() or not any(goetia.experiments.iterdir())


@pytest.mark.slow
def test_a_torchscript_model_written_in_python_is_trained_here(goetia, tiny, shapes, tmp_path):
    from PIL import Image

    torch.manual_seed(3)
    module = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3, stride=2, padding=1), torch.nn.ReLU(), torch.nn.AdaptiveAvgPool2d(2),
                                 torch.nn.Flatten(), torch.nn.Linear(32, 3))
    before = {name: value.clone() for name, value in module.state_dict().items()}
    torch.jit.script(module).save(str(tmp_path / "own.pt"))
    document = yaml.safe_load(tiny.read_text())
    document["model"] = {"type": "TorchScript", "path": str(tmp_path / "own.pt"), "num_classes": 3}
    done = goetia.train(written(tmp_path, "script.yaml", yaml.safe_dump(document)), "training.epochs=1", "optimizer.lr=0.1")
    assert done["state"] == "completed"

    trained = torch.load(done["checkpoints"]["last"], weights_only=True)["model"]
    assert list(trained) == list(before)
    assert any(not torch.equal(trained[name], before[name]) for name in before), "it was trained"
    # The accuracy of the run equals that of Python with the same weights.
    module.load_state_dict(trained)
    classes = classes_of(shapes)
    right = total = 0
    for file in sorted((shapes / "val").rglob("*.*")):
        values = torch.tensor(list(Image.open(file).convert("RGB").tobytes()), dtype=torch.float32)
        image = (values.reshape(*reversed(Image.open(file).size), 3).permute(2, 0, 1) / 255 - 0.5) / 0.25
        right += int(module(image.unsqueeze(0)).argmax()) == classes.index(file.parent.name)
        total += 1
    assert total > 0
    assert done["metrics"]["final"]["val/accuracy_top1"] == pytest.approx(right / total)

    refused = goetia("train", "--json", "--config", written(tmp_path, "script.yaml", yaml.safe_dump(document)), "model.num_classes=4")
    assert "model.num_classes is 4, but the data set has 3 classes; set model.num_classes=3" in refused.error["message"]


# --- compiled once ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_two_processes_at_once_compile_once(goetia, tmp_path):
    source = written(tmp_path, "at_once.cpp", a_loss("AtOnce"))
    found = []
    threads = [threading.Thread(target=lambda: found.append(goetia("component", "check", source, "--json"))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [done.code for done in found] == [0, 0], found
    assert sum(done.err.count("compiling at_once.cpp (once, about 20 s)") for done in found) == 1
    assert sum(done.err.count("waiting for another process that compiles at_once.cpp") for done in found) == 1


@pytest.mark.slow
def test_a_library_built_elsewhere_is_accepted_but_not_one_of_another_build(goetia, cache, tmp_path):
    source = written(tmp_path, "built.cpp", a_loss("BuiltElsewhere"))
    goetia.ok("component", "check", source)
    (made,) = (cache / "plugins").glob("built-*.so")
    library = tmp_path / "built.so"
    shutil.copy(made, library)
    loaded = goetia.ok("component", "check", library, "--json").json["components"]
    assert [(one["name"], one["origin"]) for one in loaded] == [("BuiltElsewhere", "built.so")]

    text = library.read_bytes()
    at = text.index(b"goetia-plugin-abi:goetia ") + len(b"goetia-plugin-abi:goetia ")
    library.write_bytes(text[:at] + b"9" + text[at + 1:])
    error = refused(goetia, library)["message"]
    assert error.startswith("the plug-in 'built.so' was built for another goetia: found 'goetia 9.")
    assert error.endswith("; rebuild it, or name its source") and "this one is 'goetia " in error


# --- refused, with the reason ----------------------------------------------------------------------------------------


def test_one_without_exported_components_is_refused(goetia, tmp_path):
    source = written(tmp_path, "nothing.cpp", "int nothing = 0;\n")
    assert refused(goetia, source)["message"] == (
        "'nothing.cpp' is not a plug-in: it exports no components; write 'GOETIA_COMPONENTS(registry) { ... }' in it, once")


def test_one_built_for_another_abi_is_refused_before_it_runs(goetia, tmp_path):
    source = written(tmp_path, "old.cpp", hand_made(abi='"goetia 0.0.1"') + "struct Early { Early() { __builtin_trap(); } } early;\n")
    error = refused(goetia, source)["message"]
    assert error.startswith("the plug-in 'old.cpp' was built for another goetia: found 'goetia 0.0.1', this one is 'goetia ")


def test_one_that_throws_or_registers_nothing_is_refused(goetia, tmp_path):
    thrower = written(tmp_path, "thrower.cpp", hand_made(body='{ throw std::runtime_error("no licence"); }'))
    assert refused(goetia, thrower, code=1)["message"] == "plug-in 'thrower.cpp' threw while it entered its components: no licence"
    thrower.write_text(hand_made(body="{ throw 7; }"))
    assert refused(goetia, thrower, code=1)["message"] == (
        "plug-in 'thrower.cpp' threw something that is no std::exception while it entered its components")
    empty = written(tmp_path, "empty.cpp", hand_made())
    assert refused(goetia, empty)["message"] == "plug-in 'empty.cpp' enters no component; add one in its GOETIA_COMPONENTS"


def test_one_with_undefined_symbols_is_refused(goetia, tmp_path):
    source = written(tmp_path, "needs.cpp", "int nowhere();\nint used = nowhere();\n" + hand_made())
    assert refused(goetia, source)["message"] == (
        "cannot load the plug-in 'needs.cpp': undefined symbol: _Z7nowherev; it uses something that this goetia-runtime does not have")


def test_a_missing_one_is_reported_with_the_nearest_name(goetia, tmp_path):
    written(tmp_path, "my_model.cpp", "")
    error = refused(goetia, "my_modle.cpp", code=4)
    assert error["message"] == "cannot use 1 of the 1 plug-ins named in 'components'"
    assert error["faults"][0]["nearest"] == "my_model.cpp"


def test_one_that_does_not_compile_shows_the_compilers_first_errors(goetia, tmp_path):
    source = written(tmp_path, "broken.cpp", "int one() { return missing; }\n")
    error = refused(goetia, source)
    assert error["message"].startswith("'broken.cpp' does not compile; the compiler's full output is in '")
    assert (error["faults"][0]["file"], error["faults"][0]["line"]) == (str(source), 1)
    assert "'missing' was not declared in this scope" in error["faults"][0]["message"]
    log = Path(error["message"].split(" is in '")[1].rstrip("'"))
    assert "broken.cpp:1:" in log.read_text()


@pytest.mark.slow
def test_one_without_a_schema_does_not_compile_and_says_why(goetia, tmp_path):
    source = written(tmp_path, "undescribed.cpp", a_loss("Undescribed", schema=False))
    error = refused(goetia, source)
    assert any("a component must describe itself: write 'static goetia::Schema schema()' in it" in fault["message"] for fault in error["faults"]), error


@pytest.mark.slow
def test_a_name_that_is_taken_is_refused(goetia, tmp_path):
    first, second = written(tmp_path, "a.cpp", a_loss("Twice")), written(tmp_path, "b.cpp", "// another file\n" + a_loss("Twice"))
    assert refused(goetia, first, second, code=7)["message"] == (
        "plug-in 'b.cpp': loss 'Twice' is already registered by a.cpp; give yours another name")
    taken = written(tmp_path, "taken.cpp", a_loss("CrossEntropyLoss"))
    assert refused(goetia, taken, code=7)["message"] == (
        "plug-in 'taken.cpp': loss 'CrossEntropyLoss' is already registered by built-in; give yours another name")


def test_the_cache_is_listed_and_cleaned(goetia, tmp_path):
    goetia.environment["GOETIA_CACHE"] = str(tmp_path)
    goetia.environment.pop("GOETIA_PLUGIN_CACHE_DAYS", None)
    for name, days in (("old-1", 40), ("new-1", 1), ("used-1", 400)):
        library = written(tmp_path, f"plugins/{name}.so", "x" * 5000)
        os.utime(library, (time.time() - days * 86400,) * 2)
    with open(tmp_path / "plugins/used-1.so") as used:
        fcntl.flock(used, fcntl.LOCK_SH)  # as held by a process that loaded it
        listed = goetia.ok("component", "cache", "list", "--json").json
        assert [(plugin["name"], plugin["in_use"]) for plugin in listed["plugins"]] == [("new-1", False), ("old-1", False), ("used-1", True)]
        assert listed["bytes"] >= 15000 and listed["cache"] == str(tmp_path / "plugins")
        removed = goetia.ok("component", "cache", "clean", "--older", "30d", "--json").json["removed"]
        assert [plugin["name"] for plugin in removed] == ["old-1"]
        goetia.ok("component", "cache", "clean")
        assert [file.name for file in (tmp_path / "plugins").glob("*.so")] == ["used-1.so"]
    goetia.environment["GOETIA_PLUGIN_CACHE_DAYS"] = "soon"
    done = goetia("component", "cache", "list", "--json")
    assert done.code == 3 and done.error["message"] == (
        "GOETIA_PLUGIN_CACHE_DAYS is 'soon'; allowed: a number from 0 to 1000000000; correct it or unset it")
