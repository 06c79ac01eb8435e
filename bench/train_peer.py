"""The peer of `goetia bench train`: the same model, batch and data in Python PyTorch, its default optimizer.

Prints one JSON object like goetia-runtime bench. Only the loop is measured, after a warm-up.
"""
import argparse
import json
import pathlib
import sys
import time

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "oracles"))
from torchvision_oracle import torchvision  # noqa: E402


def main():
    parser = argparse.ArgumentParser()
    for name, fallback in dict(depth=18, batch=32, size=64, steps=50, warmup=5, threads=1).items():
        parser.add_argument(f"--{name}", type=int, default=fallback)
    parser.add_argument("--optimizer", default="SGD")
    parser.add_argument("--fused", action="store_true")
    a = parser.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(1)
    model = getattr(torchvision.models, f"resnet{a.depth}")(num_classes=10).train()
    extra = {"fused": True} if a.fused else {}
    optimizer = getattr(torch.optim, a.optimizer)(model.parameters(), lr=0.01, **extra)
    loss_of = torch.nn.CrossEntropyLoss()
    images = torch.randn(a.batch, 3, a.size, a.size)
    labels = torch.arange(a.batch) % 10
    for step in range(a.warmup + a.steps):
        if step == a.warmup:
            cpu, wall = time.process_time(), time.perf_counter()
        loss = loss_of(model(images), labels)
        value = loss.item()
        assert value == value
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(json.dumps({"mode": "python", "images": a.steps * a.batch, "cpu_seconds": cpu, "wall_seconds": wall,
                      "threads": torch.get_num_threads(), "torch": torch.__version__}))


if __name__ == "__main__":
    main()
