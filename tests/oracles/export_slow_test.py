"""Exported models against LibTorch: one of each family in every runtime; with --slow, in export_long_test.py, all of them."""

import re

import onnx
import pytest

from export_kit import FAMILIES, coreml_name, coreml_program, graph, worst_difference

FP32, FP16 = 1e-4, 2e-2
# The operators for which NCNN is refused, by model; every other model must be written.
NOT_IN_NCNN = {"vgg11_bn": {"MatMul", "Linear"}, "deeplabv3_mobilenet_v3_large": {"Expand"}, "deeplabv3plus_resnet50": {"Expand"}, "yolov10n": {"MatMul"}}


@pytest.mark.parametrize("model", FAMILIES)
def test_a_family_computes_the_same_everywhere(tmp_path, model):
    formats = ["onnx", "openvino", "ncnn", "torchscript"]
    report, batches = graph(tmp_path, model, formats, FAMILIES[model])
    assert set(report["refused"]) == ({"ncnn"} if model in NOT_IN_NCNN else set())
    assert set(re.findall(r"^  \S+: (\w+): ", report["refused"].get("ncnn", ""), re.MULTILINE)) == NOT_IN_NCNN.get(model, set())
    onnx.checker.check_model(str(tmp_path / "model.onnx"), full_check=True)
    found = {kind: worst_difference(tmp_path, kind, batches) for kind in (*formats, "onnx_in_openvino") if kind not in report["refused"]}
    assert {kind: value for kind, value in found.items() if value > FP32} == {}
    assert found["torchscript"] < 5e-5  # another process, with other threads, sums in another order


@pytest.mark.parametrize("model", ["resnet18", "mobilenet_v3_small", "unet_small", "yolov8n"])
def test_half_precision_is_near(tmp_path, model):
    formats = ["onnx_fp16", "openvino_fp16", "ncnn_fp16"]
    report, batches = graph(tmp_path, model, formats, FAMILIES[model])
    assert not report["refused"]
    for kind in formats:
        assert 0 < worst_difference(tmp_path, kind, batches) < FP16, kind


@pytest.mark.parametrize("opset", range(17, 24))
def test_every_opset_is_what_the_checker_knows(tmp_path, opset):
    for model in ("fcos_resnet50_fpn", "mobilenet_v3_small"):
        _, batches = graph(tmp_path, model, ["onnx"], FAMILIES[model], "--opset", opset)
        onnx.checker.check_model(str(tmp_path / "model.onnx"), full_check=True)
        assert onnx.load(str(tmp_path / "model.onnx")).opset_import[0].version == opset
        assert worst_difference(tmp_path, "onnx", batches) < FP32


def test_weights_beside_the_model(tmp_path):
    _, batches = graph(tmp_path, "resnet18", ["onnx_beside"], 64)
    assert (tmp_path / "beside.onnx").stat().st_size < 1e6 < (tmp_path / "beside.onnx.data").stat().st_size
    onnx.checker.check_model(str(tmp_path / "beside.onnx"))
    assert worst_difference(tmp_path, "onnx_beside", batches) < FP32


@pytest.mark.parametrize("model", ["resnet18", "mobilenet_v3_small", "unet_small", "fcos_resnet50_fpn", "yolov8n"])
@pytest.mark.parametrize("kind", ["coreml", "coreml_fp16"])
def test_a_core_ml_package_is_read_with_the_same_weights(tmp_path, model, kind):
    report, _ = graph(tmp_path, model, [kind, "onnx"], FAMILIES[model])
    assert not report["refused"]
    _, weights = coreml_program(tmp_path / ("model.mlpackage" if kind == "coreml" else "model_fp16.mlpackage"))
    kept = {one.name: onnx.numpy_helper.to_array(one) for one in onnx.load(str(tmp_path / "model.onnx")).graph.initializer}
    # ONNX normalises groups by another operator, for which its writer makes two constants.
    large = {name: value for name, value in kept.items() if value.dtype == "float32" and value.size > 10 and not re.search(r"groups_(scale|shift)$", name)}
    assert len(large) > 5
    for name, value in large.items():
        # Those of a norm over groups are reshaped, under a name of their own.
        read = [weights[coreml_name(name)]] if coreml_name(name) in weights else [one for one in weights.values() if one.size == value.size]
        most = 0 if kind == "coreml" else abs(value).max() / 1000
        assert any(abs(one.astype("float64").reshape(value.shape) - value).max() <= most for one in read), name
