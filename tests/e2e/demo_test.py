"""The README's first command: images, training, at least 95 % accuracy on unseen images."""

import signal
from pathlib import Path

import pytest
from goetia_kit import wait_until

pytestmark = pytest.mark.slow


def test_the_demo_learns_the_shapes_and_resumes(goetia):
    environment = {"GOETIA_DEMO": str(goetia.folder / "demo")}
    process = goetia.start("demo", "--json", environment=environment)
    folder = goetia.wait_for_experiment(process)
    wait_until(lambda: (folder / "checkpoints/last.pth").exists() or process.poll() is not None, 300, "the first epoch")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=120)
    assert process.returncode == 130

    done = goetia.ok("demo", "--json", environment=environment, timeout=900)
    result = done.json
    assert result["experiment"] == folder.name, "it resumes the interrupted run"
    assert result["state"] == "completed"
    assert result["metrics"]["best"]["val/accuracy_top1"] >= 0.95
    assert "exist already" in done.err and "training: resuming" in done.err
    for name in ("best_model.pth", "training_curves.png", "reproduce.sh", "visualizations"):
        assert (Path(result["dir"]) / name).exists() and name in done.err
    assert f"goetia reproduce {folder.name}" in done.err
