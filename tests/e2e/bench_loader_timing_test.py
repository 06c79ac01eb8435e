"""The short form of `goetia bench loader`: what it prints, and loose limits against the peer that needs no process."""

import json
import pathlib
import subprocess


PEERS = pathlib.Path(__file__).resolve().parents[2] / ".goetia/peers/bin/python"


def test_the_short_form_measures_and_is_well_ahead(programs):
    done = subprocess.run([programs / "goetia", "bench", "loader", "--quick", "--json"], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert made["bench"] == "loader" and "machine" in made and "commit" in made
    assert made["figures"]["resnet18 at batch 8, 224 px: percent of the time waiting for data"] < 10, "2 in the long form"
    for kind in ("noise", "photo"):
        figures = made["figures"]
        assert figures[f"{kind}: files, floats, 0 threads"]["images_per_cpu_second"] > 0
        assert figures[f"{kind}: packed pixels, bytes"]["images_per_cpu_second"] > figures[f"{kind}: files, bytes"]["images_per_cpu_second"]
        if PEERS.exists():
            assert made["ratios"][f"{kind}: simplejpeg + torchvision v2"] > 1.2
        else:
            assert "--setup" in made["not_measured"]["simplejpeg + torchvision v2"]
