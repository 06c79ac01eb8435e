"""Optimizers against PyTorch's own for 200 steps on fixed gradients, and against a few lines here where it has none."""

import json
import math
import os
import pathlib
import subprocess

import pytest
import torch

RUNTIME = pathlib.Path(os.environ.get("GOETIA_BIN", pathlib.Path(__file__).parents[2] / "build/dev/bin")) / "goetia-runtime"
SHAPES = {"kernel": (6, 4, 3, 3), "matrix": (5, 8), "vector": (7,), "scale": ()}
STEPS = 200


def problem(names=tuple(SHAPES)):
    dice = torch.Generator().manual_seed(5)
    draw = lambda name: torch.randn(SHAPES[name], generator=dice)  # noqa: E731
    start = {name: draw(name) for name in names}
    steps = [{"lr": 0.02 / (1 + 0.01 * step), **{name: draw(name) for name in names}} for step in range(STEPS)]
    return start, steps


def ours(folder, section, start, steps):
    torch.save(start, folder / "start.pth")
    torch.save(steps, folder / "steps.pth")
    words = ["optimize", "--config", json.dumps(section), "--start", "start.pth", "--gradients", "steps.pth", "--output", "out.pth", "--state", "state.pth"]
    done = subprocess.run([RUNTIME, *words], capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stderr
    return torch.load(folder / "out.pth", weights_only=True), torch.load(folder / "state.pth", weights_only=True)


def pytorchs(make, start, steps):
    params = {name: torch.nn.Parameter(value.clone()) for name, value in start.items()}
    optimizer = make(list(params.values()))
    for step in steps:
        for name, param in params.items():
            param.grad = step[name].clone()
        optimizer.param_groups[0]["lr"] = step["lr"]
        optimizer.step()
    return {name: param.detach() for name, param in params.items()}, optimizer


def assert_same(found, expected, tolerance=1e-6):
    for name, value in expected.items():
        assert (found[name] - value).abs().max() <= tolerance * max(1.0, float(value.abs().max())), name


O = torch.optim
KNOWN = {
    "SGD": ({"momentum": 0.9, "weight_decay": 0.01}, lambda p: O.SGD(p, 0.1, momentum=0.9, weight_decay=0.01)),
    "SGD nesterov": ({"momentum": 0.9, "nesterov": True}, lambda p: O.SGD(p, 0.1, momentum=0.9, nesterov=True)),
    "Adam": ({"weight_decay": 0.02, "amsgrad": True}, lambda p: O.Adam(p, weight_decay=0.02, amsgrad=True)),
    "AdamW": ({"weight_decay": 0.05, "betas": [0.8, 0.99]}, lambda p: O.AdamW(p, weight_decay=0.05, betas=(0.8, 0.99))),
    "RMSprop": ({}, lambda p: O.RMSprop(p)),
    "RMSprop with all": ({"alpha": 0.9, "momentum": 0.8, "centered": True, "weight_decay": 0.01}, lambda p: O.RMSprop(p, alpha=0.9, momentum=0.8, centered=True, weight_decay=0.01)),
    "Adafactor": ({}, lambda p: O.Adafactor(p)),
    "Adafactor with all": ({"beta2_decay": -0.6, "eps2": 0.01, "d": 1.5, "weight_decay": 0.03}, lambda p: O.Adafactor(p, beta2_decay=-0.6, eps=(None, 0.01), d=1.5, weight_decay=0.03)),
}


@pytest.mark.parametrize("name", KNOWN)
def test_two_hundred_steps_equal_pytorchs_and_its_optimizer_takes_the_state(tmp_path, name):
    section, make = KNOWN[name]
    start, steps = problem()
    found, state = ours(tmp_path, {"type": name.split()[0], "lr": 0.1, **section}, start, steps)
    expected, optimizer = pytorchs(make, start, steps)
    assert_same(found, expected)
    for number, kept in optimizer.state_dict()["state"].items():
        for key, value in kept.items():
            if value is not None:
                torch.testing.assert_close(state["state"][number][key].to(value.dtype), value, rtol=1e-5, atol=1e-6)
    optimizer.load_state_dict(state)


@pytest.mark.parametrize("nesterov", [True, False])
@pytest.mark.parametrize("adjust", ["original", "match_rms_adamw"])
def test_muon_equals_pytorchs_on_matrices(tmp_path, nesterov, adjust):
    start, steps = problem(("matrix",))
    section = {"type": "Muon", "lr": 0.1, "nesterov": nesterov, "adjust_lr": adjust, "weight_decay": 0.1}
    expected, _ = pytorchs(lambda p: O.Muon(p, weight_decay=0.1, nesterov=nesterov, adjust_lr_fn=adjust), start, steps)
    assert_same(ours(tmp_path, section, start, steps)[0], expected)


def test_muon_takes_kernels_as_matrices_and_adamws_step_for_the_rest(tmp_path):
    start, steps = problem()
    found, _ = ours(tmp_path, {"type": "Muon", "lr": 0.1, "weight_decay": 0.1}, start, steps)
    flat = lambda values: {"kernel": values["kernel"].flatten(1)}  # noqa: E731
    expected, _ = pytorchs(lambda p: O.Muon(p, weight_decay=0.1, adjust_lr_fn="match_rms_adamw"), flat(start), [{"lr": s["lr"], **flat(s)} for s in steps])
    assert_same({"kernel": found["kernel"].flatten(1)}, expected)
    rest = {name: start[name] for name in ("vector", "scale")}
    assert_same(found, pytorchs(lambda p: O.AdamW(p, weight_decay=0.1), rest, steps)[0])


def test_lion_equals_its_formula(tmp_path):
    start, steps = problem()
    expected = {name: value.clone() for name, value in start.items()}
    mean = {name: torch.zeros_like(value) for name, value in start.items()}
    for step in steps:
        for name, weight in expected.items():
            weight.mul_(1 - step["lr"] * 0.1).sub_(step["lr"] * torch.sign(0.9 * mean[name] + 0.1 * step[name]))
            mean[name] = 0.99 * mean[name] + 0.01 * step[name]
    found, _ = ours(tmp_path, {"type": "Lion", "lr": 0.1, "weight_decay": 0.1}, start, steps)
    assert_same(found, expected)


def test_lamb_equals_its_formula(tmp_path):
    start, steps = problem()
    expected = {name: value.double() for name, value in start.items()}
    mean, square = ({name: torch.zeros_like(value) for name, value in expected.items()} for _ in range(2))
    for count, step in enumerate(steps, 1):
        for name, weight in expected.items():
            gradient = step[name].double()
            mean[name] = 0.9 * mean[name] + 0.1 * gradient
            square[name] = 0.999 * square[name] + 0.001 * gradient**2
            move = (mean[name] / (1 - 0.9**count)) / ((square[name] / (1 - 0.999**count)).sqrt() + 1e-6) + 0.02 * weight
            share = float(weight.norm() / move.norm()) if weight.norm() > 0 and move.norm() > 0 else 1.0
            weight.sub_(step["lr"] * share * move)
            assert math.isfinite(share)
    found, _ = ours(tmp_path, {"type": "LAMB", "lr": 0.1, "weight_decay": 0.02}, start, steps)
    assert_same(found, expected, 1e-5)  # the formula in doubles
