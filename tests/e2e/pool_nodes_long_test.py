"""One task over two machines: each has a network of its own, joined by a cable, and one rank."""

import contextlib
import os
import signal
import socket
from pathlib import Path

import pytest
from goetia_kit import wait_until
from machine_kit import TwoMachines

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a network of its own needs root")

TWO = "++training.distributed={enabled:true,backend:gloo,world_size:2}"
LONGER = ("training.epochs=12", "++checkpoint.step_interval=2")


@pytest.fixture
def machines():
    made = TwoMachines()
    yield made
    made.close()


@pytest.fixture
def gang(pool, machines):
    pool.master_words = ("--tls", "own", "--host", machines.here)
    pool.start_master()
    pool.start_agent("one", "--host", machines.here)
    pool.start_agent("two", "--host", machines.there, before=machines.at_the_other())
    yield pool
    pool.close()


def test_two_ranks_on_two_machines_are_two_ranks_on_one(goetia, gang, small):
    alone = goetia.train(small, *LONGER, TWO)
    task = gang.submit("--config", small, *LONGER, TWO, "--nodes", 2)
    ended = gang.wait_for(task, "completed")
    assert sorted(ended["nodes"]) == ["one", "two"]
    gang.assert_same(task, alone)
    gang.assert_nothing_left("one", "two")


@pytest.mark.parametrize("victim", ["one", "two"])
def test_a_rank_of_either_machine_may_be_killed(goetia, gang, small, victim):
    longest = ("training.epochs=60", "++checkpoint.step_interval=2", TWO)
    alone = goetia.train(small, *longest)
    task = gang.submit("--config", small, *longest, "--nodes", 2)
    assert gang.wait_for(task, "running")["progress"]["share"] < 1, "it is said to run while it does"
    wait_until(lambda: (gang.task(task)["progress"] or {}).get("step", 0) > 4, 60, "some steps")
    for pid in gang.runs_of(victim):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    ended = gang.wait_for(task, "completed")
    assert ended["attempts"] > 1 and sorted(ended["nodes"]) == ["one", "two"]
    gang.assert_same(task, alone)
    gang.assert_nothing_left("one", "two")


def listening_at(pid):
    """(address, port) at which anything in the network of a process listens, in numbers."""
    found = set()
    for table, family, size in (("tcp", socket.AF_INET, 4), ("tcp6", socket.AF_INET6, 16)):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            words = line.split()
            if words[3] != "0A":
                continue
            address, port = words[1].split(":")
            raw = bytes.fromhex(address)
            ordered = b"".join(raw[i:i + 4][::-1] for i in range(0, size, 4))
            found.add((socket.inet_ntop(family, ordered), int(port, 16)))
    return found


def test_a39_nobody_joins_the_ranks_of_a_run(goetia, gang, machines, small):
    """They listen at the address between their machines and nowhere else, and who connects there without the secret is nobody."""
    longest = ("training.epochs=60", TWO)
    alone = goetia.train(small, *longest)
    before = {"one": listening_at(os.getpid()), "two": listening_at(machines.other.pid)}
    task = gang.submit("--config", small, *longest, "--nodes", 2)
    gang.wait_for(task, "running")
    opened = {"one": listening_at(os.getpid()) - before["one"], "two": listening_at(machines.other.pid) - before["two"]}
    assert {host for host, _ in opened["one"]} == {machines.here} and opened["two"], opened
    assert {host for host, _ in opened["two"]} == {machines.there}, opened
    rogues = []
    for host, port in opened["one"] | opened["two"]:
        for said in (b"", os.urandom(64), b"\x00" * 64, b"GET / HTTP/1.1\r\n\r\n", b"\xff\xff\xff\x7f" * 8):
            rogue = socket.create_connection((host, port), timeout=10)
            rogue.sendall(said)
            rogues.append(rogue)
    for rogue in rogues[:len(rogues) // 2]:
        rogue.close()
    assert gang.wait_for(task, "completed")["attempts"] == 1, "the run was not harmed"
    for rogue in rogues[len(rogues) // 2:]:
        rogue.settimeout(5)
        with contextlib.suppress(OSError):
            while rogue.recv(1 << 16):
                pass
        rogue.close()
    gang.assert_same(task, alone)
