"""Backbones and classifiers of torchvision's families: scores, maps and gradients against torchvision's."""

import json

import numpy as np
import pytest
import torch

from models_test import forward, run
from torchvision_oracle import torchvision
from torchvision.models._utils import IntermediateLayerGetter
from torchvision.models.detection.ssd import _vgg_extractor
from torchvision.models.detection.ssdlite import _mobilenet_extractor
from torchvision.models.feature_extraction import create_feature_extractor
from torchvision.models.resnet import BasicBlock, conv1x1

HEAVY = ("resnext101_32x8d", "resnext101_64x4d", "wide_resnet50_2", "wide_resnet101_2")
VGGS = [f"vgg{depth}{kind}" for depth in (11, 13, 16, 19) for kind in ("", "_bn")]


def randomised(model, seed=0):
    """Statistics, scales and shifts that are not those of a fresh network, so that every tensor counts."""
    torch.manual_seed(seed)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
            torch.nn.init.uniform_(module.weight, 0.5, 1.0)
            torch.nn.init.normal_(module.bias, 0, 0.1)
        elif isinstance(module, (torch.nn.Conv2d, torch.nn.Linear)) and module.bias is not None:
            torch.nn.init.normal_(module.bias, 0, 0.1)
    return model.eval()


def pictures(size, batch=2):
    return np.random.default_rng(0).standard_normal((batch, 3, size, size)).astype("float32")


def assert_close(found, expected, tolerance=1e-5, what=None):
    assert found.shape == expected.shape, what
    assert np.abs(found - expected).max() <= tolerance * (expected.max() - expected.min()), what


def saved(folder, state):
    torch.save(dict(state), folder / "w.pth")
    return folder / "w.pth"


# ---- whole classifiers, by their names and with every tensor of torchvision's file ----

def assert_same_scores(folder, name, model, size, *words):
    images = pictures(size)
    with torch.inference_mode():
        expected = model(torch.from_numpy(images)).numpy()
    assert_close(forward(folder, images, "--model", name, "--weights", saved(folder, model.state_dict()), *words), expected)


@pytest.mark.parametrize("name", ["resnext50_32x4d", "mobilenet_v3_large", "mobilenet_v3_small", *(pytest.param(name, marks=pytest.mark.slow) for name in HEAVY)])
def test_classifiers_score_as_torchvisions(tmp_path, name):
    assert_same_scores(tmp_path, name, randomised(torchvision.models.get_model(name)), 64)


@pytest.mark.parametrize("name", [name if name in ("vgg11", "vgg13_bn") else pytest.param(name, marks=pytest.mark.slow) for name in VGGS])
def test_vgg_scores_as_torchvisions_with_a_smaller_head(tmp_path, name):
    model = torchvision.models.get_model(name)
    model.classifier = torch.nn.Sequential(torch.nn.Linear(25088, 24), torch.nn.ReLU(), torch.nn.Dropout(), torch.nn.Linear(24, 16), torch.nn.ReLU(), torch.nn.Dropout(), torch.nn.Linear(16, 5))
    assert_same_scores(tmp_path, name, randomised(model), 64, "--set", "hidden=[24, 16]", "--set", "num_classes=5")


@pytest.mark.slow
def test_vgg_scores_as_torchvisions(tmp_path):
    assert_same_scores(tmp_path, "vgg11_bn", randomised(torchvision.models.vgg11_bn()), 224)


# ---- maps ----

def maps_of(folder, images, backbone, state, channels):
    """What `backbone`, with torchvision's `state`, hands on; a head that a model needs stands behind it."""
    state = {f"backbone.{name}": value for name, value in state.items()}
    state |= {"head.fc.weight": torch.zeros(2, channels), "head.fc.bias": torch.zeros(2)}
    forward(folder, images, "--model", "ImageClassifier", "--set", f"backbone={json.dumps(backbone)}", "--set", "head={type: LinearClsHead, num_classes: 2}",
            "--weights", saved(folder, state), "--maps", folder / "maps")
    return [np.load(folder / "maps" / f"{i}.npy") for i in range(len(list((folder / "maps").iterdir())))]


def assert_same_maps(folder, size, backbone, state, extractor):
    images = pictures(size)
    with torch.inference_mode():
        expected = [value.numpy() for value in extractor(torch.from_numpy(images)).values()]
    found = maps_of(folder, images, backbone, state, expected[-1].shape[1])
    assert len(found) == len(expected)
    for i, (ours, theirs) in enumerate(zip(found, expected)):
        assert_close(ours, theirs, what=i)


def without(state, *prefixes):
    return {name: value for name, value in state.items() if not name.startswith(prefixes)}


@pytest.mark.parametrize("dilated", [[False, False, False], [False, True, True], [True, False, True]])
def test_maps_of_resnet_with_and_without_dilation(tmp_path, dilated):
    model = randomised(torchvision.models.resnet50(replace_stride_with_dilation=dilated))
    layers = IntermediateLayerGetter(model, {f"layer{i}": str(i) for i in range(1, 5)})
    section = {"type": "ResNet", "depth": 50, "out_indices": [0, 1, 2, 3], "replace_stride_with_dilation": dilated}
    assert_same_maps(tmp_path, 64, section, without(model.state_dict(), "fc."), layers)


def test_maps_of_a_resnet_of_ten_layers_and_width_24(tmp_path):
    def stage(into, out, stride):
        down = torch.nn.Sequential(conv1x1(into, out, stride), torch.nn.BatchNorm2d(out)) if stride != 1 or into != out else None
        return torch.nn.Sequential(BasicBlock(into, out, stride, down))

    model = torchvision.models.ResNet(BasicBlock, [1, 1, 1, 1])
    model.conv1, model.bn1 = torch.nn.Conv2d(3, 24, 7, 2, 3, bias=False), torch.nn.BatchNorm2d(24)
    for i in range(4):
        setattr(model, f"layer{i + 1}", stage(24 * 2 ** max(i - 1, 0), 24 * 2 ** i, 1 if i == 0 else 2))
    randomised(model)
    section = {"type": "ResNet", "depth": 10, "width": 24, "out_indices": [0, 1, 2, 3]}
    assert_same_maps(tmp_path, 96, section, without(model.state_dict(), "fc."), IntermediateLayerGetter(model, {f"layer{i}": str(i) for i in range(1, 5)}))


@pytest.mark.parametrize("size, options, outs", [("large", {"dilated": True}, [4, 16]), ("large", {}, [0, 2, 4, 7, 13, 16]), ("small", {"reduced_tail": True, "width_mult": 0.75}, list(range(13)))])
def test_maps_of_mobilenet_v3(tmp_path, size, options, outs):
    model = randomised(getattr(torchvision.models, f"mobilenet_v3_{size}")(**options))
    layers = IntermediateLayerGetter(model.features, {str(i): str(i) for i in outs})
    assert_same_maps(tmp_path, 64, {"type": "MobileNetV3", "size": size, "out_indices": outs, **options}, without(model.state_dict(), "classifier."), layers)


@pytest.mark.parametrize("position", ["after_pool", "before_pool"])
def test_maps_of_vgg(tmp_path, position):
    model = randomised(torchvision.models.vgg16_bn())
    pools = [i for i, layer in enumerate(model.features) if isinstance(layer, torch.nn.MaxPool2d)]
    shift = 0 if position == "after_pool" else 1
    layers = create_feature_extractor(model.features, {str(pool - shift): str(pool) for pool in pools})
    # The rectifiers write over what they are given; a map before a pooling is that of a rectifier, so nothing else does.
    section = {"type": "VGG", "depth": 16, "batch_norm": True, "out_indices": [0, 1, 2, 3, 4], "out_position": position}
    assert_same_maps(tmp_path, 64, section, without(model.state_dict(), "classifier."), layers)


def test_maps_of_the_vgg_of_ssd300(tmp_path):
    model = randomised(_vgg_extractor(torchvision.models.vgg16(), False, 5))
    with torch.no_grad():
        model.scale_weight.uniform_(10, 30)
    assert_same_maps(tmp_path, 300, {"type": "SsdVgg16"}, model.state_dict(), model)


@pytest.mark.parametrize("reduced", [True, False])
def test_maps_of_the_mobilenet_of_ssdlite320(tmp_path, reduced):
    norm = lambda channels: torch.nn.BatchNorm2d(channels, eps=0.001, momentum=0.03)  # noqa: E731
    model = randomised(_mobilenet_extractor(torchvision.models.mobilenet_v3_large(norm_layer=norm, reduced_tail=reduced), 6, norm))
    assert_same_maps(tmp_path, 320, {"type": "SsdLiteMobileNetV3", "reduced_tail": reduced}, model.state_dict(), model)


# ---- gradients and the statistics of one pass in training ----

@pytest.mark.parametrize("name, words", [("resnext50_32x4d", []), ("mobilenet_v3_small", ["--set", "dropout=0"]), ("vgg11_bn", ["--set", "dropout=0", "--set", "hidden=[24]"])])
def test_one_pass_in_training_gives_torchvisions_gradients_and_statistics(tmp_path, name, words):
    model = torchvision.models.get_model(name, num_classes=7)
    if name.startswith("vgg"):
        model.classifier = torch.nn.Sequential(torch.nn.Linear(25088, 24), torch.nn.ReLU(), torch.nn.Dropout(), torch.nn.Linear(24, 7))
    randomised(model)
    weights = saved(tmp_path, model.state_dict())
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    images = pictures(96, batch=4)
    model.train()
    (0.5 * model(torch.from_numpy(images)).square().sum()).backward()
    forward(tmp_path, images, "--model", name, "--set", "num_classes=7", *words, "--weights", weights, "--gradients", tmp_path / "g.pth")
    found = torch.load(tmp_path / "g.pth", weights_only=True)
    ours = {key.removeprefix("backbone.").replace("head.fc", "fc").replace("head.", "classifier."): value for key, value in found.items()}
    expected = {key: value.grad for key, value in model.named_parameters()} | dict(model.named_buffers())
    assert ours.keys() == expected.keys()
    for key, value in expected.items():
        assert (ours[key] - value).abs().max() <= 1e-4 * value.abs().max(), key


def test_forward_says_when_there_is_no_backbone(tmp_path):
    torch.jit.script(torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(12, 5))).save(tmp_path / "m.pt")
    np.save(tmp_path / "x.npy", np.zeros((1, 3, 2, 2), "float32"))
    done = run("forward", "--model", "TorchScript", "--set", f"path={tmp_path}/m.pt", "--set", "num_classes=5", "--input", tmp_path / "x.npy", "--output", tmp_path / "y.npy", "--maps", tmp_path / "maps")
    assert done.returncode != 0 and "the model has no backbone" in done.stderr
