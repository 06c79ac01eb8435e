"""Every model of the zoo in every runtime. With GOETIA_EXPORT_TABLE=FILE the results are written there as the table of docs/reference/export-support.md."""

import os
import pathlib

import pytest

from export_kit import FAMILIES, graph, worst_difference

ROOT = pathlib.Path(__file__).parents[2]
MODELS = sorted(file.stem for file in (ROOT / "configs/groups/model").glob("*.yaml"))
KINDS = {"onnx": "ONNX in ONNX Runtime", "onnx_in_openvino": "ONNX in OpenVINO", "openvino": "OpenVINO", "ncnn": "NCNN", "torchscript": "TorchScript"}
results = {}


def size_of(model):
    like = [size for name, size in FAMILIES.items() if name == model]
    if like:
        return like[0]
    return 320 if "320" in model else 128 if any(word in model for word in ("yolo", "rcnn", "retina", "fcos")) else 96 if "deeplab" in model else 64


@pytest.fixture(scope="module", autouse=True)
def table():
    yield
    if file := os.environ.get("GOETIA_EXPORT_TABLE"):
        lines = ["| model | " + " | ".join(KINDS.values()) + " |", "|---" * (len(KINDS) + 1) + "|"]
        lines += [f"| {model} | " + " | ".join(found.get(kind, "no") for kind in KINDS) + " |" for model, found in sorted(results.items())]
        pathlib.Path(file).write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize("model", MODELS)
def test_a_model_computes_the_same_everywhere(tmp_path, model):
    report, batches = graph(tmp_path, model, ["onnx", "openvino", "ncnn", "torchscript"], size_of(model))
    found = {kind: worst_difference(tmp_path, kind, batches) for kind in KINDS if kind not in report["refused"]}
    results[model] = {kind: f"{value:.0e}" for kind, value in found.items()}
    assert {kind: value for kind, value in found.items() if value > 1e-4} == {}
    assert set(found) >= set(KINDS) - {"ncnn"}, report["refused"]
