"""The README's first command: pictures, training, at least 95 % of the unseen ones named rightly."""

import signal
from pathlib import Path

import pytest
from goetia_kit import wait_until

pytestmark = pytest.mark.slow


def test_the_demo_learns_the_shapes_and_goes_on_where_it_was(goetia):
    environment = {"GOETIA_DEMO": str(goetia.folder / "demo")}
    process = goetia.start("demo", "--json", environment=environment)
    folder = goetia.wait_for_experiment(process)
    wait_until(lambda: (folder / "checkpoints/last.pth").exists() or process.poll() is not None, 300, "the first epoch")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=120)
    assert process.returncode == 130

    done = goetia.ok("demo", "--json", environment=environment, timeout=900)
    told = done.json
    assert told["experiment"] == folder.name, "it goes on with what was broken off"
    assert told["state"] == "completed"
    assert told["metrics"]["best"]["val/accuracy_top1"] >= 0.95
    assert "are there already" in done.err and "going on with" in done.err
    for name in ("best_model.pth", "training_curves.png", "reproduce.sh", "visualizations"):
        assert (Path(told["dir"]) / name).exists() and name in done.err
    assert f"goetia reproduce {folder.name}" in done.err
