"""Files of weights, compared with torch.save, torch.load(weights_only=True) and the safetensors library."""

import hashlib
import json
import os
import subprocess
import zipfile
from collections import OrderedDict
from pathlib import Path

import pytest
import safetensors.torch
import torch

ROOT = Path(__file__).resolve().parents[2]
GOETIA = Path(os.environ.get("GOETIA_BIN", ROOT / "build" / "dev" / "bin")) / "goetia"
TYPES = [torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.float16, torch.bfloat16, torch.float32, torch.float64]


def goetia(*words, code=0):
    done = subprocess.run([GOETIA, *map(str, words), "--json"], capture_output=True, text=True, timeout=120)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def numbers(dtype, *shape):
    """Every bit pattern matters, so NaN and infinity too."""
    count = torch.Size(shape).numel()
    if dtype == torch.bool:
        return torch.randint(0, 2, shape, dtype=torch.bool)
    width = torch.empty((), dtype=dtype).element_size()
    return torch.randint(0, 256, (count * width,), dtype=torch.uint8).view(dtype).reshape(shape)


def bytes_of(tensor):
    return tensor.detach().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes() if tensor.numel() else b""


def same(a, b):
    """Equal in type and value, tensors bit for bit; an OrderedDict comes back as a dict."""
    if isinstance(a, torch.Tensor):
        return a.dtype == b.dtype and a.shape == b.shape and bytes_of(a) == bytes_of(b)
    if isinstance(a, dict):
        return isinstance(b, dict) and list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and a == b


def state_of(seed=0):
    torch.manual_seed(seed)
    model = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.Flatten(), torch.nn.Linear(4, 5))
    return model


def trained(kind):
    model = state_of()
    optimizer = kind(model.parameters())
    for _ in range(2):
        optimizer.zero_grad()
        model(torch.randn(2, 3, 3, 3)).sum().backward()
        optimizer.step()
    return model, optimizer


NESTED = {
    "types": {str(t): numbers(t, 2, 3) for t in TYPES},
    "scalar": torch.tensor(3.5),
    "empty": torch.empty(0, 4),
    "by_number": {0: {"a": torch.arange(3)}, 7: {}, -1: None},
    "numbers": [0, 1, 255, 256, 65535, 65536, -1, 2**31 - 1, 2**31, -(2**31), 2**63 - 1, -(2**63), 0.1, float("inf")],
    "tuples": ((), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)),
    "bools": [True, False, None],
    "texts": ["", "狗", "quo'te\n\"", "x" * 300],
    "size": [],
}


@pytest.mark.parametrize("legacy", [False, True], ids=["zip", "legacy"])
def test_everything_goes_through_and_python_reads_it_back(tmp_path, legacy):
    torch.save(NESTED, tmp_path / "theirs.pth", _use_new_zipfile_serialization=not legacy)
    goetia("weights", "convert", tmp_path / "theirs.pth", tmp_path / "ours.pth")
    assert same(NESTED, torch.load(tmp_path / "ours.pth", weights_only=True))
    assert same(NESTED, torch.load(tmp_path / "ours.pth", weights_only=True, mmap=True))


@pytest.mark.parametrize("legacy", [False, True], ids=["zip", "legacy"])
def test_a_state_dict_with_batch_norm(tmp_path, legacy):
    state = state_of().state_dict()
    assert isinstance(state, OrderedDict) and hasattr(state, "_metadata")
    torch.save(state, tmp_path / "state.pth", _use_new_zipfile_serialization=not legacy)
    result = {t["name"]: t for t in goetia("weights", "inspect", tmp_path / "state.pth")["tensors"]}
    assert set(result) == set(state) and "1.num_batches_tracked" in result
    for name, tensor in state.items():
        assert result[name]["shape"] == list(tensor.shape)
        assert result[name]["dtype"] == str(tensor.dtype).removeprefix("torch.")
        assert result[name]["sha256"] == hashlib.sha256(bytes_of(tensor)).hexdigest()


@pytest.mark.parametrize("kind", [lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9), torch.optim.AdamW], ids=["SGD", "AdamW"])
def test_a_checkpoint_with_an_optimizer(tmp_path, kind):
    model, optimizer = trained(kind)
    checkpoint = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 3, "size": torch.Size([1, 2])}
    torch.save(checkpoint, tmp_path / "theirs.pth")
    goetia("weights", "convert", tmp_path / "theirs.pth", tmp_path / "ours.pth")
    read = torch.load(tmp_path / "ours.pth", weights_only=True)
    assert same({**checkpoint, "size": (1, 2)}, read)
    other = state_of(1)
    other.load_state_dict(read["model"])
    kind(other.parameters()).load_state_dict(read["optimizer"])


def test_parameters_and_strided_tensors_come_back_contiguous(tmp_path):
    base = torch.arange(24.0).reshape(4, 6)
    value = {"parameter": torch.nn.Parameter(base), "transposed": base.t(), "column": base[:, 2], "stepped": base[::2, 1::2], "expanded": torch.tensor([1.0, 2.0]).expand(3, 2), "flipped": base.flip(0)}
    torch.save(value, tmp_path / "theirs.pth")
    goetia("weights", "convert", tmp_path / "theirs.pth", tmp_path / "ours.pth")
    read = torch.load(tmp_path / "ours.pth", weights_only=True)
    for name, tensor in value.items():
        assert torch.equal(tensor, read[name]) and read[name].is_contiguous(), name


def test_shared_tensors_stay_shared(tmp_path):
    base = torch.arange(100_000.0)
    torch.save({"a": base, "b": base, "part": base[10:20]}, tmp_path / "theirs.pth")
    goetia("weights", "convert", tmp_path / "theirs.pth", tmp_path / "ours.pth")
    read = torch.load(tmp_path / "ours.pth", weights_only=True)
    assert read["a"].data_ptr() == read["b"].data_ptr() and read["part"].data_ptr() == read["a"].data_ptr() + 40
    assert (tmp_path / "ours.pth").stat().st_size < 405_000


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED], ids=["stored", "deflated"])
def test_a_file_packed_again_by_another_zip_program(tmp_path, method):
    state = {"w": torch.randn(50, 50)}
    torch.save(state, tmp_path / "a.pth")
    with zipfile.ZipFile(tmp_path / "a.pth") as source, zipfile.ZipFile(tmp_path / "b.pth", "w", method) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    assert goetia("weights", "compare", tmp_path / "a.pth", tmp_path / "b.pth")["equal"]


def test_our_zip_is_valid_for_python(tmp_path):
    torch.save(NESTED, tmp_path / "a.pth")
    goetia("weights", "convert", tmp_path / "a.pth", tmp_path / "b.pth")
    with zipfile.ZipFile(tmp_path / "b.pth") as ours:
        assert ours.testzip() is None
        assert {"archive/data.pkl", "archive/version", "archive/byteorder"} <= set(ours.namelist())


def test_files_without_checksums_are_read(tmp_path):
    torch.serialization.set_crc32_options(False)
    try:
        torch.save({"w": torch.arange(9)}, tmp_path / "a.pth")
    finally:
        torch.serialization.set_crc32_options(True)
    assert goetia("weights", "inspect", tmp_path / "a.pth")["numbers"] == 9


def test_safetensors_both_ways(tmp_path):
    tensors = {f"of.{t}": numbers(t, 3, 2) for t in TYPES} | {"scalar": torch.tensor(2), "empty": torch.empty(2, 0)}
    safetensors.torch.save_file(tensors, tmp_path / "theirs.safetensors", metadata={"format": "pt"})
    goetia("weights", "convert", tmp_path / "theirs.safetensors", tmp_path / "a.pth")
    assert same(dict(sorted(tensors.items())), dict(sorted(torch.load(tmp_path / "a.pth", weights_only=True).items())))
    goetia("weights", "convert", tmp_path / "a.pth", tmp_path / "ours.safetensors")
    read = safetensors.torch.load_file(tmp_path / "ours.safetensors")
    assert same(dict(sorted(tensors.items())), dict(sorted(read.items())))
    assert (tmp_path / "ours.safetensors").read_bytes() == (tmp_path / "theirs.safetensors").read_bytes()


class Custom(torch.nn.Module):
    pass


def test_code_in_a_file_is_refused_by_its_name(tmp_path):
    class Trap:
        def __reduce__(self):
            return os.system, (f"touch {tmp_path / 'trap'}",)

    torch.save({"x": Trap()}, tmp_path / "trap.pth")
    error = goetia("weights", "inspect", tmp_path / "trap.pth", code=3)["error"]
    assert "it holds 'posix.system', which is not plain data; nothing was executed" in error["message"]
    assert not (tmp_path / "trap").exists()
    torch.save(Custom(), tmp_path / "module.pth")
    assert "Custom'" in goetia("weights", "inspect", tmp_path / "module.pth", code=3)["error"]["message"]
    torch.jit.save(torch.jit.script(torch.nn.Linear(2, 2)), tmp_path / "script.pt")
    assert "TorchScript archive" in goetia("weights", "inspect", tmp_path / "script.pt", code=3)["error"]["message"]


def test_compare_reports_what_differs(tmp_path):
    torch.save({"a": torch.zeros(3), "b": torch.zeros(2)}, tmp_path / "a.pth")
    torch.save({"module.a": torch.tensor([0.0, 0.5, 0.0]), "module.c": torch.zeros(2)}, tmp_path / "b.pth")
    result = goetia("weights", "compare", tmp_path / "a.pth", tmp_path / "b.pth", code=8)
    assert result == {"equal": False, "differences": [{"name": "a", "kind": "numbers", "largest": 0.5}, {"name": "b", "kind": "only_in_first", "largest": 0.0}, {"name": "c", "kind": "only_in_second", "largest": 0.0}]}
