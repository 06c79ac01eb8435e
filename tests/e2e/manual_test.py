"""The pages of examples, run as they stand: every block of curl.md in one shell, every block of python-client.md in one program."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pool_kit import Pool

ROOT = Path(__file__).resolve().parents[2]


def blocks_of(page):
    """(language, text) of every fenced block, in order."""
    return re.findall(r"^```(\w*)\n(.*?)^```$", (ROOT / "docs/reference" / page).read_text(), re.M | re.S)


@pytest.fixture(scope="module")
def pool(programs, tmp_path_factory):
    from goetia_kit import Goetia

    pool = Pool(Goetia(programs, tmp_path_factory.mktemp("manual")))
    pool.start_master()
    pool.start_agent("one", "--sandbox", "off")
    yield pool
    pool.close()


def test_the_blocks_of_the_curl_page_work_and_answer_as_shown(pool):
    blocks, script, marks = blocks_of("curl.md"), "set -euo pipefail\n", []
    assert sum(language == "sh" for language, _ in blocks) >= 6
    for number, (language, text) in enumerate(blocks):
        if language == "sh":
            script += f"echo '<<<{number}>>>'\n{text}"
        if language == "json":  # what the block before it prints
            marks.append((number - 1, json.loads(text)))
    environment = {"PATH": os.environ["PATH"], "MASTER": pool.url, "TOKEN": (pool.data / "local.token").read_text().strip()}
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=environment, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    printed = dict(re.findall(r"<<<(\d+)>>>\n(.*?)(?=<<<|\Z)", done.stdout, re.S))
    assert marks, "the page shows what a block prints"
    for number, shown in marks:
        assert json.loads(printed[str(number)]) == shown
    assert "it was changed since" in done.stdout
    assert '"state": "completed"' in done.stdout


def test_the_blocks_of_the_python_page_work(pool, tmp_path):
    program = "\n".join(text for language, text in blocks_of("python-client.md") if language == "python")
    assert "Client(" in program
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "clients/python"), "GOETIA_DATA": str(pool.data)}
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, env=environment, cwd=tmp_path, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
