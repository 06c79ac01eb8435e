"""Every operation of /openapi.json, asked as an administrator, as a trainer and as nobody with what schemathesis makes of the document,
right and wrong: no 5xx, no answer that the document does not have, and nothing changed by a call that was refused. And /metrics as
Prometheus' own parser reads it."""

import json
import sqlite3
import time
import urllib.error
import urllib.request

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from pool_kit import Pool
from prometheus_client.parser import text_string_to_metric_families
from schemathesis import GenerationMode
from schemathesis.checks import content_type_conformance, not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

SECONDS = 25  # of each caller
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# What would end the probing itself: the caller's session, his tokens.
LEFT_OUT = {("DELETE", "/api/session")}


def ask(url, method="GET", body=None, headers=()):
    request = urllib.request.Request(url, method=method, data=None if body is None else json.dumps(body).encode(), headers=dict(headers))
    if body is not None:
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers


@pytest.fixture
def pool(goetia):
    pool = Pool(goetia)
    pool.start_master()
    yield pool
    pool.close()


class Audit:
    """What was changed, by what the master wrote of it in the same transactions: rows of the audit."""

    def __init__(self, pool):
        found = [file for file in pool.data.iterdir() if file.is_file() and file.read_bytes()[:15] == b"SQLite format 3"]
        assert len(found) == 1, found
        self.database = sqlite3.connect(f"file:{found[0]}?mode=ro", uri=True)

    def rows(self, after=0):
        return self.database.execute("SELECT number, actor, action, subject FROM audit WHERE number > ? ORDER BY number", (after,)).fetchall()

    def count(self):
        return self.database.execute("SELECT COALESCE(MAX(number), 0) FROM audit").fetchone()[0]


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def trainers_token(pool, administrator):
    account = {"name": "prober", "password": "Long enough 4 a probe!"}
    status, body, _ = ask(f"{pool.url}/api/users", "POST", {**account, "role": "trainer"}, bearer(administrator))
    assert status == 201, body
    status, body, head = ask(f"{pool.url}/api/session", "POST", account)
    assert status in (200, 201), body
    headers = {"Cookie": head["Set-Cookie"].split(";")[0], "X-CSRF-Token": json.loads(body)["csrf"]}
    status, body, _ = ask(f"{pool.url}/api/tokens", "POST", {"name": "probe"}, headers)
    assert status == 201, body
    return json.loads(body)["token"]


class Prober:
    """Asks each operation in turn, round after round, until its time is over."""

    def __init__(self, pool, caller, headers):
        self.pool, self.caller, self.headers = pool, caller, headers
        self.audit, self.session = Audit(pool), requests.Session()
        self.asked, self.refused, self.faults = 0, 0, {}

    def probe(self, case):
        before = self.audit.count()
        try:
            case.headers = {name: value for name, value in (case.headers or {}).items() if name.lower() not in ("authorization", "cookie")}
            response = case.call(base_url=self.pool.url, session=self.session, headers=self.headers, timeout=20, allow_redirects=False)
        except (requests.exceptions.InvalidHeader, requests.exceptions.InvalidURL, UnicodeError):
            return  # what cannot be sent was not asked
        self.asked += 1
        name = f"{case.method} {case.path} as {self.caller}: {response.status_code}"
        try:
            case.validate_response(response, checks=CHECKS)
        except BaseException as fault:  # a group of failures
            self.faults.setdefault(name, str(fault)[:1500] + "\n" + "\n".join(map(str, getattr(fault, "exceptions", ())))[:1500])
        if response.status_code < 400:
            return
        self.refused += 1
        # A sign-in that was refused is itself what the audit tells of.
        changed = [row for row in self.audit.rows(before) if row[1] != "master" and not row[2].startswith(("session.", "sign"))]
        if changed:
            self.faults.setdefault(name, f"a refused call changed {changed}; it was {case.as_curl_command()[:500]}")

    def run(self):
        schema = schemathesis.openapi.from_dict(json.loads(ask(f"{self.pool.url}/openapi.json")[1]))
        operations = [one.ok() for one in schema.get_all_operations()]
        operations = [one for one in operations if (one.method.upper(), one.path) not in LEFT_OUT]
        self.until = time.monotonic() + SECONDS
        rounds = ((GenerationMode.NEGATIVE, 2), (GenerationMode.POSITIVE, 2), (GenerationMode.NEGATIVE, 12), (GenerationMode.POSITIVE, 10))
        for number, (mode, examples) in enumerate(rounds):
            for operation in operations:
                if number == 0 or time.monotonic() < self.until:  # each operation once, whatever the machine
                    self.probe_operation(operation, mode, examples)
        return len(operations)

    def probe_operation(self, operation, mode, examples):
        try:
            strategy = operation.as_strategy(generation_mode=mode)

            @settings(max_examples=examples, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
                      suppress_health_check=list(HealthCheck))
            @given(case=strategy)
            def probe(case):
                self.probe(case)

            probe()
        except Exception as nothing:  # an operation that takes nothing cannot be asked wrongly
            if type(nothing).__name__ not in ("Unsatisfiable", "SkipTest", "Skipped"):
                raise


def test_no_caller_gets_an_answer_that_is_not_documented_or_changes_what_is_refused(pool):
    administrator = (pool.data / "local.token").read_text().strip()
    trainer = trainers_token(pool, administrator)
    for name in ("first", "second"):
        assert ask(f"{pool.url}/api/tasks", "POST", {"noop": True, "name": name}, bearer(administrator))[0] == 201
    faults, report = {}, []
    for caller, headers in (("nobody", {}), ("a trainer", bearer(trainer)), ("an administrator", bearer(administrator))):
        prober = Prober(pool, caller, headers)
        operations = prober.run()
        report.append(f"{caller}: {prober.asked} calls of {operations} operations, {prober.refused} refused")
        assert prober.asked >= operations, report
        faults.update(prober.faults)
    print("\n".join(report))
    assert not faults, f"{len(faults)} faults\n" + "\n\n".join(f"{name}\n{text}" for name, text in faults.items())
    assert ask(f"{pool.url}/readyz")[0] == 200

    text = ask(f"{pool.url}/metrics", headers=bearer(administrator))[1].decode()
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert families["goetia_http_requests"].type == "counter" and families["goetia_http_request_seconds"].type == "histogram"
    served = {(one.labels["method"], one.labels["route"]) for one in families["goetia_http_requests"].samples}
    assert ("GET", "/api/tasks/{id}") in served and all(len(route) < 100 for _, route in served)
    assert sum(one.value for one in families["goetia_tasks"].samples) >= 2
