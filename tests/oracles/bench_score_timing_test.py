"""The short form of `goetia bench score`: what it prints, the same numbers as pycocotools, and a loose limit on its time."""

import json
import subprocess


def test_the_short_form_is_well_ahead_with_the_same_numbers(programs):
    done = subprocess.run([programs / "goetia", "bench", "score", "--quick", "--json"], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert made["bench"] == "score" and "machine" in made and "commit" in made and made["not_measured"] == {}
    assert made["figures"]["pycocotools"]["largest_difference"] < 1e-12
    assert made["ratios"]["pycocotools"] > 15, "40 in the long form"
