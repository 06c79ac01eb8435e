"""What an idle agent costs its machine. The figures are in docs/measured.md."""

import os
import time
from pathlib import Path

from goetia_kit import wait_until


def cost(pid):
    """Seconds of processor, and MiB of memory."""
    words = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGESIZE") / 2**20


def test_an_idle_agent_costs_little(pool):
    pool.start_master()
    agent = pool.start_agent("one").pid
    wait_until(lambda: any(node["state"] == "online" for node in pool.ask("node", "list")["items"]), 30, "the node to be there")
    pool.wait_for(pool.submit("--noop"), "completed")
    before, begun = cost(agent)[0], time.monotonic()
    wait_until(lambda: time.monotonic() - begun > 20, 30, "20 s of idleness")
    seconds, mebibytes = cost(agent)
    share = (seconds - before) / (time.monotonic() - begun)
    print(f"an idle agent: {mebibytes:.1f} MiB, {share:.2%} of a core")
    assert mebibytes <= 40
    assert share <= 0.01
