"""A bare machine trains: it joins by one line, and is sent the runtime that the master packs of its own installation."""

import os
import signal

import pytest
from bare_root_kit import BareRoot
from goetia_kit import wait_until
from pool_kit import Pool, journaled

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="changing the root needs root")


def test_the_runtime_follows_when_it_is_needed(goetia, shapes, tiny, tmp_path):
    pool = Pool(goetia, shapes)
    try:
        tiny.write_text(tiny.read_text().replace(str(shapes), str(pool.set)))
        alone = goetia.train(tiny)
        bare = BareRoot(tmp_path / "bare")
        bare.add(pool.set)
        pool.start_master()
        task = pool.submit("--config", tiny)
        pool.start("bare", *bare.words(pool.ask("node", "token", "create")["command"]))
        wait_until(lambda: pool.ask("node", "list")["items"], 60, "the machine to join")

        def why():
            nodes = pool.ask("task", "why", task)["nodes"]
            return nodes[0]["has"] if nodes else ""

        wait_until(lambda: "packs its runtime" in why() or pool.task(task)["state"] != "queued", 60, "the reason to be told")
        ended = pool.wait_for(task, "completed", "failed", timeout=900)
        assert ended["state"] == "completed", f"{ended}\n{pool.logs()}"
        folder = pool.experiment(task)
        wait_until((folder / "checkpoints/last.pth").exists, 60, "the last checkpoint to arrive")
        goetia.ok("experiment", "rebuild", folder)
        assert journaled(folder) == journaled(alone["dir"])
        assert len(list((pool.data / "bundles").glob("*.tar.zst"))) == 1
    finally:
        os.killpg(pool.processes["bare"].pid, signal.SIGTERM)  # the agent is a shell's child
        pool.processes["bare"].wait(timeout=60)
        pool.close()
