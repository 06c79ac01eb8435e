"""The plots, opened by another program: complete PNG files of a reasonable size with some content."""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
GOETIA = Path(os.environ.get("GOETIA_BIN", ROOT / "build" / "dev" / "bin")) / "goetia"


def drawn(folder, classes, samples=300):
    random = np.random.default_rng(classes)
    labels = random.integers(0, classes, samples)
    scores = random.random((samples, classes))
    scores[np.arange(samples), labels] += 0.5
    (folder / "t.csv").write_text("sample,label\n" + "".join(f"{i},{t}\n" for i, t in enumerate(labels)))
    (folder / "p.csv").write_text("sample," + ",".join(f"score_{i}" for i in range(classes)) + "\n" + "".join(f"{i}," + ",".join(map(str, row)) + "\n" for i, row in enumerate(scores)))
    done = subprocess.run([GOETIA, "score", "classification", "--truth", folder / "t.csv", "--predictions", folder / "p.csv", "--pictures", folder / "pictures", "--json"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return [Path(p) for p in json.loads(done.stdout.splitlines()[-1])["pictures"]]


@pytest.mark.parametrize("classes", [2, 12, 60])
def test_plots_are_complete(tmp_path, classes):
    plots = drawn(tmp_path, classes)
    assert [p.name for p in plots] == ["confusion_matrix.png", "pr_curve.png", "roc_curve.png"]
    assert sorted(p.name for p in (tmp_path / "pictures").iterdir()) == sorted(p.name for p in plots), "no temporary files are left"
    for plot in plots:
        with Image.open(plot) as image:
            image.load()  # reads every chunk and its checksum
            assert image.format == "PNG" and 300 <= image.width <= 2000 and 250 <= image.height <= 2000
            pixels = np.asarray(image.convert("RGB")).reshape(-1, 3)
        assert len(np.unique(pixels, axis=0)) > 20, f"{plot.name} is empty"
        assert (pixels == 255).all(axis=1).mean() > 0.3, f"{plot.name} has no white background"
