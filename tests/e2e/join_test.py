"""The line that `goetia node token create` prints, on a machine that has nothing but curl and glibc."""

import os
import signal

import pytest
from bare_root_kit import BareRoot
from goetia_kit import wait_until
from pool_kit import Pool

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="changing the root needs root")


def test_one_line_makes_a_bare_machine_a_node(goetia, tmp_path):
    pool = Pool(goetia)
    try:
        pool.start_master()
        bare = BareRoot(tmp_path / "bare")
        made = pool.ask("node", "token", "create")
        pool.start("bare", *bare.words(made["command"]))
        wait_until(lambda: [node["state"] for node in pool.ask("node", "list")["items"]] == ["online"], 60, "the machine to join")
        facts = pool.ask("node", "list")["items"][0]["facts"]
        assert facts["libtorch"] == [] and facts["agent_version"], facts
        pool.wait_for(pool.submit("--noop"), "completed", timeout=60)
        # An update to what it runs already is none; one for a node that is not there is refused.
        assert pool.ask("node", "update", "1")["is_current"]
        assert goetia("node", "update", "7", environment=pool.environment).code == 4
    finally:
        os.killpg(pool.processes["bare"].pid, signal.SIGTERM)  # the agent is a shell's child
        pool.processes["bare"].wait(timeout=40)
        pool.close()
