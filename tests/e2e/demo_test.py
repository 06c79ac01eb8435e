"""The README's first command: images, a pool of this machine, training, at least 95 % accuracy on unseen images."""

import json
import os
import signal
import urllib.request
from pathlib import Path

import pytest
from goetia_kit import wait_until

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def test_the_demo_learns_the_shapes_and_resumes(goetia):
    home = goetia.folder / "demo"
    environment = {"GOETIA_DEMO": str(home)}
    process = goetia.start("demo", "--json", environment=environment)
    checkpoints = home / "pool/experiments"
    wait_until(lambda: list(checkpoints.glob("exp_*/checkpoints/last.pth")) or process.poll() is not None, 300, "the first epoch")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    task = (home / "task").read_text()

    done = goetia.ok("demo", "--json", "--keep", environment=environment, timeout=900)
    result = done.json
    assert result["task"] == task and "training: resuming task" in done.err, "it resumes the interrupted run"
    assert result["state"] == "completed"
    is_built = (ROOT / "web/dist/index.html").exists()
    assert (f"watch it at {result['master']}/tasks/{task}\n" in done.err) == is_built
    assert (f"{result['master']}/setup?token=" in done.err and f"&next=%2Ftasks%2F{task}\n" in done.err) == is_built
    assert result["metrics"]["best"]["val/accuracy_top1"] >= 0.95
    assert result["evaluation"]["metrics"]["val/accuracy_top1"] == pytest.approx(result["metrics"]["best"]["val/accuracy_top1"], abs=1e-6)
    assert "exist already" in done.err
    folder = Path(result["dir"])
    assert folder.parent == goetia.experiments
    for name in ("best_model.pth", "training_curves.png", "reproduce.sh", "visualizations"):
        assert (folder / name).exists() and name in done.err
    assert f"goetia reproduce {folder.name}" in done.err
    assert folder.name in goetia.ok("experiment", "list").out

    holder = json.loads((home / "pool/up.json").read_text())
    assert holder["url"] == result["master"] and f"kill {holder['pid']}" in done.err
    assert urllib.request.urlopen(holder["url"] + "/healthz").read() == b"ok\n"
    os.kill(holder["pid"], signal.SIGTERM)
    wait_until(lambda: not Path(f"/proc/{holder['pid']}").exists(), 40, "the kept pool to end")
