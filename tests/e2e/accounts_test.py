"""Accounts of `goetia master` as people meet them: the set-up link, signing in, tokens, and how all of it ends."""

import json
import os
import signal
import ssl
import stat
import urllib.error
import urllib.request

import pytest


@pytest.fixture
def master(goetia, tmp_path):
    process = goetia.start("master", "--data", tmp_path / "data", "--port", "0")
    process.url = process.stdout.readline().split(" at ")[1].split()[0]
    process.link = process.stdout.readline().split(" at ")[1].strip()
    yield process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def ask(url, method, path, body=None, **headers):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url + path, data, {"Content-Type": "application/json", **headers}, method=method)
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, json.load(response), response.headers
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused), refused.headers


def test_from_the_set_up_link_to_the_end_of_a_session(goetia, master, tmp_path):
    assert master.link.startswith(master.url + "/setup?token=")
    for name in ("GOETIA_DATA", "GOETIA_MASTER", "GOETIA_TOKEN"):
        goetia.environment.pop(name, None)
    assert goetia("login", "--setup", master.link, "--name", "adm", typed="Passw0rd\n").code == 3, "the link stays good"
    goetia.ok("login", "--setup", master.link, typed="admin_1\nPassw0rd\n")
    again = {"token": master.link.split("token=")[1], "name": "admin_2", "password": "Passw0rd"}
    assert ask(master.url, "POST", "/api/setup", again)[0] == 403
    assert goetia("login", "--master", master.url, "--name", "admin_1", typed="Wr0ng!\n").code == 5
    assert "signed in" in goetia.ok("login", "--master", master.url, typed="admin_1\nPassw0rd\n").out
    kept = tmp_path / "config" / "goetia" / "login.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert goetia.ok("user", "show", "--json").json["name"] == "admin_1"
    admin_login = kept.read_text()

    goetia.ok("user", "create", "anna_1", "--email", "anna@example.com", typed="Passw0rd\n")
    assert "anna@example.com" in goetia.ok("user", "list").out
    faults = goetia("user", "create", "ann", typed="abc\n")
    assert faults.code == 3 and "at least 5 characters" in faults.err and "abc" not in faults.err
    token = goetia.ok("token", "create", "--name", "reader", "--scope", "tasks.read", "--json").json["token"]

    goetia.ok("login", "--master", master.url, "--name", "anna_1", typed="Passw0rd\n")
    assert goetia.ok("task", "submit", "--noop", "--name", "of anna", "--json").json["owner_name"] == "anna_1"
    assert goetia("user", "list").code == 5
    assert "anna@example.com" in goetia.ok("user", "show", "anna_1").out, "oneself by name"
    assert goetia("node", "token", "create").code == 5
    assert goetia("user", "role", "me", "super_admin").code == 5
    goetia.ok("logout")
    assert not kept.exists() and goetia("logout").code == 4

    goetia.environment.update(GOETIA_MASTER=master.url, GOETIA_TOKEN=token)
    assert "of anna" in goetia.ok("task", "list").out, "an administrator's token sees all"
    assert goetia("task", "submit", "--noop").code == 5, "it may only read"
    del goetia.environment["GOETIA_MASTER"], goetia.environment["GOETIA_TOKEN"]
    kept.write_text(admin_login)
    reader = [t for t in goetia.ok("token", "list", "--json").json["items"] if t["name"] == "reader"]
    goetia.ok("token", "revoke", reader[0]["id"])
    assert ask(master.url, "GET", "/api/tasks", Authorization="Bearer " + token)[0] == 401

    status, session, headers = ask(master.url, "POST", "/api/session", {"name": "anna_1", "password": "Passw0rd"})
    cookie = headers["Set-Cookie"].split(";")[0]
    assert status == 201 and ask(master.url, "GET", "/api/session", Cookie=cookie)[1]["csrf"] == session["csrf"]
    goetia.ok("user", "password", "anna_1", typed="Other0\n")
    assert ask(master.url, "GET", "/api/session", Cookie=cookie)[0] == 401
    goetia.ok("user", "delete", "anna_1")
    assert goetia("user", "delete", "admin_1").code == 7
    assert ask(master.url, "POST", "/api/session", {"name": "anna_1", "password": "Other0"})[0] == 401
    chain = ask(master.url, "GET", "/api/audit/chain", Authorization="Bearer " + (tmp_path / "data" / "local.token").read_text().strip())
    assert chain[1] == {"intact": True, "broken_at": None}


def test_under_tls_the_cookie_travels_by_tls_only(goetia, tmp_path):
    process = goetia.start("master", "--data", tmp_path / "data", "--port", "0", "--tls", "own")
    try:
        line = process.stdout.readline()
        url, pin = line.split(" at ")[1].split()[0], line.split("(pin ")[1].rstrip(")\n")
        goetia.environment["GOETIA_DATA"] = str(tmp_path / "data")
        goetia.ok("user", "create", "admin_1", "--role", "super_admin", typed="Passw0rd\n")
        del goetia.environment["GOETIA_DATA"]
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        body = json.dumps({"name": "admin_1", "password": "Passw0rd"}).encode()
        request = urllib.request.Request(url + "/api/session", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, context=context) as answer:
            assert "; Secure" in answer.headers["Set-Cookie"]
        assert goetia("login", "--master", url, "--pin", "sha256//" + "A" * 43 + "=", typed="admin_1\nPassw0rd\n").code == 6, "another key"
        goetia.ok("login", "--master", url, "--pin", pin, typed="admin_1\nPassw0rd\n")
        assert goetia.ok("user", "show", "--json").json["role"] == "super_admin"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
