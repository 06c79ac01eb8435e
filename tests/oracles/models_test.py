"""Models, optimizers and schedules against PyTorch and torchvision."""

import json
import os
import pathlib
import subprocess
import warnings

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from torchvision_oracle import torchvision

RUNTIME = pathlib.Path(os.environ.get("GOETIA_BIN", pathlib.Path(__file__).parents[2] / "build/dev/bin")) / "goetia-runtime"
DEPTHS = [18, 34, 50, *(pytest.param(depth, marks=pytest.mark.slow) for depth in (101, 152))]


def run(*words):
    return subprocess.run([RUNTIME, *map(str, words)], capture_output=True, text=True)


def forward(folder, images, *words):
    np.save(folder / "x.npy", images)
    done = run("forward", *words, "--input", folder / "x.npy", "--output", folder / "y.npy")
    assert done.returncode == 0, done.stderr
    return np.load(folder / "y.npy")


def random_resnet(depth, **settings):
    """torchvision's network with statistics that are not those of a fresh one, so that every buffer counts."""
    torch.manual_seed(depth)
    model = getattr(torchvision.models, f"resnet{depth}")(**settings).eval()
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
            torch.nn.init.uniform_(module.weight, 0.5, 1.0)
            torch.nn.init.normal_(module.bias, 0, 0.1)
    return model


def relative_difference(found, expected):
    return np.abs(found - expected).max() / np.abs(expected).max()


@pytest.mark.parametrize("depth", DEPTHS)
def test_resnet_computes_what_torchvision_computes(tmp_path, depth):
    model = random_resnet(depth)
    torch.save(model.state_dict(), tmp_path / "w.pth")
    images = np.random.default_rng(0).standard_normal((2, 3, 64, 64)).astype("float32")
    with torch.inference_mode():
        expected = model(torch.from_numpy(images)).numpy()
    found = forward(tmp_path, images, "--model", f"resnet{depth}", "--weights", tmp_path / "w.pth")
    assert found.shape == (2, 1000)
    assert relative_difference(found, expected) < 1e-5


def test_resnet_with_other_classes_and_group_norm(tmp_path):
    torch.manual_seed(1)
    model = torchvision.models.resnet18(num_classes=7, norm_layer=lambda channels: torch.nn.GroupNorm(32, channels)).eval()
    torch.save({"epoch": 3, "model": model.state_dict()}, tmp_path / "w.pth")
    images = np.random.default_rng(1).standard_normal((1, 3, 40, 56)).astype("float32")
    with torch.inference_mode():
        expected = model(torch.from_numpy(images)).numpy()
    found = forward(tmp_path, images, "--model", "resnet18", "--set", "num_classes=7", "--set", "norm_cfg={type: GN}", "--weights", tmp_path / "w.pth")
    assert relative_difference(found, expected) < 1e-5


def test_safetensors_give_the_same_weights(tmp_path):
    model = random_resnet(18)
    save_file(model.state_dict(), tmp_path / "w.safetensors")
    torch.save(model.state_dict(), tmp_path / "w.pth")
    images = np.random.default_rng(4).standard_normal((1, 3, 64, 64)).astype("float32")
    found = [forward(tmp_path, images, "--model", "resnet18", "--weights", tmp_path / name) for name in ("w.safetensors", "w.pth")]
    np.testing.assert_array_equal(*found)


def test_a_scripted_model_computes_what_it_computes_in_python(tmp_path):
    torch.manual_seed(2)
    model = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.Flatten(), torch.nn.Linear(144, 5)).eval()
    torch.jit.script(model).save(tmp_path / "m.pt")
    images = np.random.default_rng(2).standard_normal((2, 3, 8, 8)).astype("float32")
    with torch.inference_mode():
        expected = model(torch.from_numpy(images)).numpy()
    found = forward(tmp_path, images, "--model", "TorchScript", "--set", f"path={tmp_path}/m.pt", "--set", "num_classes=5")
    assert relative_difference(found, expected) < 1e-6


def test_weights_of_another_model_are_refused_by_name(tmp_path):
    torch.save(torchvision.models.resnet18(num_classes=10).state_dict(), tmp_path / "w.pth")
    np.save(tmp_path / "x.npy", np.zeros((1, 3, 32, 32), "float32"))
    done = run("forward", "--model", "resnet18", "--set", "num_classes=8", "--weights", tmp_path / "w.pth", "--input", tmp_path / "x.npy", "--output", tmp_path / "y.npy")
    assert done.returncode == 3
    assert "head.fc.weight: has shape [10, 512], the model needs [8, 512]" in done.stderr
    assert not (tmp_path / "y.npy").exists()


def test_forward_says_what_it_cannot_do(tmp_path):
    np.save(tmp_path / "x.npy", np.zeros((1, 4, 32, 32), "float32"))
    words = ["forward", "--input", tmp_path / "x.npy", "--output", tmp_path / "y.npy", "--model"]
    assert "no model 'resnet5'" in run(*words, "resnet5").stderr
    assert "expected input[1, 4, 32, 32] to have 3 channels, but got 4" in run(*words, "resnet18").stderr
    assert "'--set depht' names no parameter" in run(*words, "resnet18", "--set", "depht=34").stderr


# ---- schedules ----

def our_rates(section, steps, *, per_epoch=1, epochs=None, observe=None, lr=0.1):
    words = ["schedule", "--config", json.dumps(section), "--lr", lr, "--steps", steps, "--steps-per-epoch", per_epoch, "--epochs", epochs or steps]
    if observe is not None:
        words += ["--observe", ",".join(map(repr, observe))]
    done = run(*words)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])["rates"]


def torch_rates(make, steps, observe=None, lr=0.1):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=lr)
    schedule, rates = make(optimizer), []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for step in range(steps):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            schedule.step(*([observe[step]] if observe is not None else []))
    return rates


def assert_same_curve(found, expected, lr=0.1):
    assert len(found) == len(expected)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13 * lr)


S = torch.optim.lr_scheduler
SCHEDULES = {
    "CosineAnnealingLR": ({"T_max": 40, "eta_min": 1e-6}, lambda o: S.CosineAnnealingLR(o, 40, 1e-6)),
    "CosineAnnealingLR beyond T_max": ({"T_max": 7}, lambda o: S.CosineAnnealingLR(o, 7)),
    "StepLR": ({"step_size": 6, "gamma": 0.3}, lambda o: S.StepLR(o, 6, 0.3)),
    "MultiStepLR": ({"milestones": [3, 17, 17, 30], "gamma": 0.5}, lambda o: S.MultiStepLR(o, [3, 17, 17, 30], 0.5)),
    "ExponentialLR": ({"gamma": 0.93}, lambda o: S.ExponentialLR(o, 0.93)),
    "PolynomialLR": ({"total_iters": 25, "power": 0.9}, lambda o: S.PolynomialLR(o, 25, 0.9)),
    "ConstantLR": ({"factor": 0.3, "total_iters": 12}, lambda o: S.ConstantLR(o, 0.3, 12)),
    "LinearLR": ({"start_factor": 0.2, "end_factor": 0.7, "total_iters": 33}, lambda o: S.LinearLR(o, 0.2, 0.7, 33)),
    "CosineAnnealingWarmRestarts": ({"T_0": 10, "T_mult": 2, "eta_min": 1e-4}, lambda o: S.CosineAnnealingWarmRestarts(o, 10, 2, 1e-4)),
    "CosineAnnealingWarmRestarts of one length": ({"T_0": 7}, lambda o: S.CosineAnnealingWarmRestarts(o, 7)),
    "OneCycleLR": ({"total_steps": 200, "pct_start": 0.3}, lambda o: S.OneCycleLR(o, 0.1, 200, cycle_momentum=False)),
    "OneCycleLR linear in three phases": ({"total_steps": 200, "pct_start": 0.4, "anneal_strategy": "linear", "three_phase": True, "div_factor": 10, "final_div_factor": 100}, lambda o: S.OneCycleLR(o, 0.1, 200, pct_start=0.4, anneal_strategy="linear", three_phase=True, div_factor=10, final_div_factor=100, cycle_momentum=False)),
    "fixed": ({}, lambda o: S.LambdaLR(o, lambda i: 1.0)),
    "exp": ({"gamma": 0.99}, lambda o: S.LambdaLR(o, lambda i: 0.99**i)),
    "inv": ({"gamma": 0.01, "power": 0.75}, lambda o: S.LambdaLR(o, lambda i: (1 + 0.01 * i) ** -0.75)),
    "poly": ({"max_iter": 150, "power": 0.9}, lambda o: S.LambdaLR(o, lambda i: max(0.0, 1 - i / 150) ** 0.9)),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules_equal_pytorchs(name):
    section, make = SCHEDULES[name]
    assert_same_curve(our_rates({"type": name.split()[0], **section}, 200), torch_rates(make, 200))


@pytest.mark.parametrize("section", [{}, {"mode": "max", "factor": 0.5, "patience": 2, "cooldown": 3, "threshold": 0.02}, {"threshold_mode": "abs", "threshold": 0.1, "patience": 1, "min_lr": 0.004}])
def test_plateau_equals_pytorchs(section):
    observe = list(np.random.default_rng(3).standard_normal(60) * 0.2 + np.linspace(1, 0.8, 60))
    observe = [float(value) for value in observe]
    expected = torch_rates(lambda o: S.ReduceLROnPlateau(o, **section), 60, observe)
    assert_same_curve(our_rates({"type": "ReduceLROnPlateau", **section}, 60, observe=observe), expected)
    assert section == {} or len(set(expected)) > 1


def test_linear_warm_up_then_cosine_equals_sequential_schedules():
    section = {"type": "CosineAnnealingLR", "by": "step", "T_max": 30, "warmup": {"type": "linear", "steps": 10, "start_factor": 0.001}}
    make = lambda o: S.SequentialLR(o, [S.LinearLR(o, 0.001, 1.0, 10), S.CosineAnnealingLR(o, 30)], [10])  # noqa: E731
    assert_same_curve(our_rates(section, 40), torch_rates(make, 40))


def test_warm_up_by_a_factor_stands_in_front_of_any_schedule():
    section = {"type": "poly", "max_iter": 30, "power": 0.5, "warmup": {"type": "exponential", "steps": 10, "start_factor": 0.001}}
    expected = [0.1 * 0.001 ** (1 - i / 10) for i in range(10)] + [0.1 * max(0.0, 1 - i / 30) ** 0.5 for i in range(40)]
    assert_same_curve(our_rates(section, 50), expected)


def test_a_schedule_by_epoch_is_level_within_each_epoch():
    rates = our_rates({"type": "ExponentialLR", "gamma": 0.5}, 12, per_epoch=4, epochs=3)
    assert_same_curve(rates, np.repeat(torch_rates(lambda o: S.ExponentialLR(o, 0.5), 3), 4))


# ---- optimizers ----

OPTIMIZERS = {
    "SGD": ([], lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9)),
    "AdamW": (["optimizer.type=AdamW", "optimizer.lr=0.001", "~optimizer.momentum"], lambda p: torch.optim.AdamW(p, lr=0.001)),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_pytorchs_optimizer_continues_from_our_checkpoint(goetia, tiny, name):
    overrides, make = OPTIMIZERS[name]
    done = goetia.train(tiny, *overrides, "training.epochs=1")
    saved = torch.load(done["checkpoints"]["last"], weights_only=True)
    model = torchvision.models.resnet18(num_classes=3)
    model.load_state_dict({key.removeprefix("backbone.").removeprefix("head."): value for key, value in saved["model"].items()})
    optimizer = make(model.parameters())
    optimizer.load_state_dict(saved["optimizer"])
    for parameter in model.parameters():
        state = optimizer.state[parameter]
        assert all(value.shape == parameter.shape for key, value in state.items() if key != "step")
        assert all(value.abs().sum() > 0 for value in state.values())
    model(torch.zeros(2, 3, 64, 64)).sum().backward()
    optimizer.step()
