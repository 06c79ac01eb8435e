"""`goetia bench api` in a small form: every figure is there. What the figures should be is in docs/measured.md."""

import json
import subprocess


def test_every_figure_of_a_master_is_measured(programs, tmp_path):
    words = ["bench", "api", "--json", "--tasks", "2000", "--clients", "2", "--readers", "5", "--topics", "1", "--rate", "200", "--lists", "8", "--seconds", "0.3",
             "--data", tmp_path / "data"]
    done = subprocess.run([programs / "goetia", *words], capture_output=True, text=True, timeout=100, env={"PATH": "/usr/bin:/bin"})
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads(done.stdout)["figures"]
    positive = {"start_seconds", "get_per_second", "get_p99_ms", "get_tls_per_second", "get_tls_p99_ms", "list_p50_ms", "list_p99_ms",
                "post_per_second", "post_p99_ms", "stream_messages_per_second", "stream_received_per_second", "stream_late_p99_ms", "resident_mb"}
    assert positive <= set(figures) and all(figures[name] > 0 for name in positive), figures
    assert figures["stream_gaps"] == 0
    assert figures["stream_received_per_second"] > 2 * figures["stream_messages_per_second"]  # all five read all of them
