"""goetia export: files that other runtimes read, held against the trained model before they are handed out."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def runtime_folders():
    """Where the test tools' own libraries lie: the program loads them as it would load a system's."""
    import onnxruntime
    import openvino

    return {"GOETIA_ONNXRUNTIME": str(Path(onnxruntime.__file__).parent / "capi"), "GOETIA_OPENVINO": str(Path(openvino.__file__).parent / "libs")}


@pytest.fixture(scope="module")
def trained(programs, tmp_path_factory):
    from goetia_kit import Goetia

    folder = tmp_path_factory.mktemp("trained")
    goetia = Goetia(programs, folder)
    goetia.ok("dataset", "make", "--kind", "classification", "--output", "data", "--images", 96, "--classes", 3, "--size", 32)
    goetia.train(ROOT / "configs/templates/classification/shapes.yaml", "dataset.data_root=data", "dataset.num_classes=3", "training.epochs=1")
    return goetia


def test_artifacts_are_verified_with_the_tasks_metrics(trained):
    experiment = trained.only_experiment()
    done = trained.ok("export", "--json", experiment.name, "--format", "onnx", "--format", "onnx:fp16", "--format", "openvino", "--format", "torchscript",
                      environment=runtime_folders())
    report = done.json
    states = {one["export"]: one["state"] for one in report["artifacts"]}
    assert states == {"onnx:fp32": "verified", "onnx:fp16": "verified", "openvino:fp32": "verified", "torchscript:fp32": "not verified here"}
    for artifact in report["artifacts"]:
        for check in artifact["checks"]:
            assert check["difference"]["relative"] <= check["tolerance"] and check["speed"]["p50_ms"] > 0
            assert check["metrics"]["val/accuracy_top1"] == pytest.approx(report["metrics"]["val/accuracy_top1"], abs=0.05)
    exports = experiment / "exports"
    assert {one.name for one in exports.iterdir()} == {"model.onnx", "model_fp16.onnx", "model_openvino.xml", "model_openvino.bin", "model.pt",
                                                       "export_config.json", "validation_report.json", "README.md"}
    assert json.loads((exports / "validation_report.json").read_text())["artifacts"] == report["artifacts"]
    assert "| onnx:fp32 | verified |" in (exports / "README.md").read_text()


def test_what_cannot_run_here_is_written_and_says_so(trained, tmp_path):
    formats = ["ncnn", "coreml:fp16", "tensorrt:int8"]
    report = trained.ok("export", "--json", trained.only_experiment().name, *(word for one in formats for word in ("--format", one)), "--output", tmp_path / "out",
                        "--without-metrics", environment=runtime_folders()).json
    assert {one["export"]: one["state"] for one in report["artifacts"]} == dict.fromkeys(("ncnn:fp32", "coreml:fp16", "tensorrt:int8"), "not verified here")
    assert "engine not built here: TensorRT not found" in report["artifacts"][2]["reason"]
    assert (tmp_path / "out/calibration_cache.bin").read_text().startswith("TRT-")
    assert (tmp_path / "out/model_fp16.mlpackage/Manifest.json").exists()


def test_without_a_runtime_nothing_is_claimed(trained, tmp_path):
    nowhere = {"GOETIA_ONNXRUNTIME": str(tmp_path), "GOETIA_OPENVINO": str(tmp_path)}
    report = trained.ok("export", "--json", trained.only_experiment().name, "--output", tmp_path / "out", environment=nowhere).json
    assert report["artifacts"][0]["state"] == "not verified here"
    assert "ONNX Runtime is not on this machine" in report["artifacts"][0]["reason"]


def test_what_differs_too_much_is_kept_aside(trained, tmp_path):
    words = ["export", "--json", trained.only_experiment().name, "--format", "onnx:fp16", "--format", "onnx", "--tolerance", "0.0000000001", "--output", tmp_path / "out"]
    done = trained(*words, "--without-metrics", environment=runtime_folders())
    assert done.code == 1
    artifacts = {one["export"]: one for one in done.json["artifacts"]}
    assert artifacts["onnx:fp16"]["state"] == "rejected" and "computes other numbers" in artifacts["onnx:fp16"]["reason"]
    assert (tmp_path / "out/rejected/model_fp16.onnx").exists() and not (tmp_path / "out/model_fp16.onnx").exists()


def test_the_graph_can_be_looked_at_behind_every_pass(trained, tmp_path):
    trained.ok("export", trained.only_experiment().name, "--format", "torchscript", "--output", tmp_path / "out", "--dump-graph", tmp_path / "graphs")
    texts = sorted(file.name for file in (tmp_path / "graphs").iterdir())
    assert texts[0] == "00_captured.txt" and texts[-1].endswith("remove_dead.txt")
    assert "= BatchNorm(" in (tmp_path / "graphs" / texts[0]).read_text() and "= BatchNorm(" not in (tmp_path / "graphs" / texts[-1]).read_text()


def test_an_unknown_format_is_answered_with_those_there_are(trained):
    done = trained("export", "--json", trained.only_experiment().name, "--format", "onyx")
    assert done.code == 3 and "there is no export 'onyx'; allowed: torchscript:fp32, onnx:fp32" in done.error["message"]
