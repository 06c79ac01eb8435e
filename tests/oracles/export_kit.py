"""Models exported by name, and what the runtimes they are for compute of them."""

import json
import os
import pathlib
import re
import subprocess
from functools import partial

import numpy as np

RUNTIME = pathlib.Path(os.environ.get("GOETIA_BIN", pathlib.Path(__file__).parents[2] / "build/dev/bin")) / "goetia-runtime"

# One of each family, with the smallest images it takes.
FAMILIES = {"resnet18": 64, "resnext50_32x4d": 64, "mobilenet_v3_small": 64, "vgg11_bn": 64, "unet_small": 64, "fcn_resnet50": 64,
            "deeplabv3_mobilenet_v3_large": 96, "deeplabv3plus_resnet50": 96, "lraspp_mobilenet_v3_large": 64, "fpn_fcn_resnet10": 64,
            "ssd300_vgg16": 300, "ssdlite320_mobilenet_v3_large": 320, "retinanet_resnet50_fpn": 128, "fcos_resnet50_fpn": 128,
            "fasterrcnn_mobilenet_v3_large_320_fpn": 128, "maskrcnn_resnet50_fpn": 128, "yolov8n": 128, "yolov8n_seg": 128, "yolov10n": 128}


def graph(folder, model, formats, size, *words):
    """The report of what was written, and what the model computes: [(images, [outputs])] of three images and of the first."""
    done = subprocess.run([RUNTIME, "graph", "--model", model, "--size", str(size), "--output", folder, "--formats", ",".join(formats), *map(str, words)],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    images = np.load(folder / "images.npy")
    wanted = [np.load(folder / f"wanted_{i}.npy") for i in range(report["outputs"])]
    return report, [(images, wanted), (images[:1], [one[:1] for one in wanted])]


def difference(found, wanted):
    """The largest one of all outputs, as a share of each one's spread. Where all numbers are nearly the same, as what an untrained head
    says is its bias, the spread is nothing but rounding: it counts as at least a tenth of their size, that of a single number as all of it."""
    assert len(found) == len(wanted)
    worst = 0.0
    for one, other in zip(found, wanted):
        assert one.shape == other.shape
        size = float(np.abs(other).max())
        spread = max(float(other.max() - other.min()), size / 10) if other.min() != other.max() else size
        worst = max(worst, float(np.abs(one.astype("float64") - other).max()) / max(spread, 1e-6))
    return worst


def onnx_runtime(file):
    import onnxruntime

    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    return lambda images: session.run(None, {"images": images})


def openvino(file):
    import openvino

    compiled = openvino.Core().compile_model(str(file), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return lambda images: [compiled(images)[output] for output in compiled.outputs]


def ncnn(file, outputs, images):
    """NCNN computes image by image, and knows no axis of the batch."""
    import ncnn as library

    rows = []
    with library.Net() as net:
        net.opt.use_fp16_packed = net.opt.use_fp16_storage = net.opt.use_fp16_arithmetic = net.opt.use_bf16_storage = False
        net.opt.num_threads = 1
        assert net.load_param(str(file)) == 0 and net.load_model(str(file.with_suffix(".bin"))) == 0
        for image in images:
            with net.create_extractor() as extractor:
                extractor.input("images", library.Mat(np.ascontiguousarray(image)).clone())
                rows.append([np.array(extractor.extract(name)[1]) for name in outputs])
    return [np.stack(column) for column in zip(*rows)]


def torchscript(file):
    import torch

    module = torch.jit.load(str(file))

    def run(images):
        with torch.inference_mode():
            found = module(torch.from_numpy(images))
        return [one.numpy() for one in (found if isinstance(found, tuple) else (found,))]

    return run


RUNTIMES = {"onnx": ("model.onnx", onnx_runtime), "onnx_beside": ("beside.onnx", onnx_runtime), "onnx_fp16": ("model_fp16.onnx", onnx_runtime),
            "onnx_in_openvino": ("model.onnx", openvino), "openvino": ("openvino.xml", openvino), "openvino_fp16": ("openvino_fp16.xml", openvino),
            "torchscript": ("model.pt", torchscript),
            "ncnn": ("ncnn.param", lambda file: partial(ncnn_all, file)), "ncnn_fp16": ("ncnn_fp16.param", lambda file: partial(ncnn_all, file))}


def ncnn_all(file, images):
    lines = file.read_text().splitlines()[2:]
    read = {name for line in lines for name in line.split()[4:4 + int(line.split()[2])]}
    outputs = [name for line in lines for name in line.split()[4 + int(line.split()[2]):][:int(line.split()[3])] if name not in read]
    order = sorted(outputs, key=lambda name: int(name[6:]) if name.startswith("output") else 0)
    return ncnn(file, order, images)


def worst_difference(folder, kind, batches):
    file, load = RUNTIMES[kind]
    run = load(folder / file)
    return max(difference(run(images), wanted) for images, wanted in batches)


def coreml_name(name):
    return re.sub(r"\W", "_", name, flags=re.ASCII)


def coreml_program(package):
    """The program as coremltools' typed loader reads it, which infers every type anew, and its constants by name."""
    import coremltools
    from coremltools.converters.mil.frontend.milproto.load import load

    model = coremltools.models.MLModel(str(package), skip_model_load=True)
    program = load(model.get_spec(), model.get_spec().specificationVersion, str(package / "Data/com.apple.CoreML/weights"))
    weights = {op.name: op.outputs[0].val for op in program.functions["main"].operations if op.op_type == "const" and op.outputs[0].val is not None}
    return program, {name: np.asarray(value) for name, value in weights.items()}
