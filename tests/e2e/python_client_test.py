"""The Python client against a real master: over TLS with its pin, with pages, streams, cut downloads and faults."""

import hashlib
import http.server
import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from goetia_kit import Goetia
from pool_kit import Pool

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "clients/python"))

from goetia_client import Client, Denied, Failed, Invalid, NotFound, Unavailable, WrongState  # noqa: E402
from goetia_client.access import of_folder  # noqa: E402


def test_the_client_is_what_the_contract_says():
    done = subprocess.run([sys.executable, ROOT / "tools/make_python_client", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_pip_installs_it_from_the_repository(tmp_path):
    copy = tmp_path / "python"  # setuptools leaves its work beside the source
    subprocess.run(["cp", "-r", ROOT / "clients/python", copy], check=True)
    done = subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-build-isolation", "--target", tmp_path / "site", copy],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    asked = subprocess.run([sys.executable, "-c", "import goetia_client; print(goetia_client.__file__, goetia_client.Client.follow.__name__)"],
                           capture_output=True, text=True, env={"PYTHONPATH": str(tmp_path / "site")}, cwd=tmp_path, check=True)
    assert asked.stdout.startswith(str(tmp_path / "site"))


@pytest.fixture(scope="module")
def pool(programs, tmp_path_factory):
    pool = Pool(Goetia(programs, tmp_path_factory.mktemp("client")))
    pool.master_words = ("--tls", "own")
    pool.start_master()
    yield pool
    pool.close()


@pytest.fixture
def client(pool):
    access = of_folder(pool.data)
    with Client(access.url, access.token, access.pin) as client:
        yield client


def test_nothing_is_sent_to_another_key_than_the_pinned_one(pool):
    access = of_folder(pool.data)
    assert access.url.startswith("https://") and access.pin.startswith("sha256//")
    with Client(access.url, "secret", "sha256//" + 43 * "A" + "=") as other, pytest.raises(Denied, match="another key"):
        other.tasks.list()
    with Client(access.url, "secret") as unpinned, pytest.raises(Denied, match="no authority vouches"):
        unpinned.tasks.list()


def test_tasks_are_made_listed_by_pages_and_controlled(client):
    made = [client.tasks.create(noop=True, name=f"page-{number}", cores=4096)["id"] for number in range(7)]
    listed = [task["id"] for task in client.tasks.each(limit=3, sort="id", q="name~page-")]
    assert sorted(listed) == sorted(made)
    page = client.tasks.list(limit=3, fields=["id", "name"], q="name~page-")
    assert page["total"] == 7 and set(page["items"][0]) == {"id", "name"}
    assert client.tasks.why(made[0])["sentence"]
    etag = client.tasks.get(made[0])["etag"]
    assert client.tasks.control(made[0], action="pause", etag=etag)["state"] == "paused"
    with pytest.raises(WrongState) as changed:
        client.tasks.control(made[0], action="resume", etag=etag)
    assert changed.value.status == 412
    for task in made:
        client.tasks.control(task, action="cancel")
        assert client.tasks.wait(task, timeout=20)["state"] == "stopped"
        client.tasks.delete(task)
    with pytest.raises(NotFound) as gone:
        client.tasks.get(made[0])
    assert gone.value.reason == "task.unknown"


def test_one_key_is_one_task(client):
    first = client.tasks.create(noop=True, cores=4096, key="the-one")
    assert client.tasks.create(noop=True, cores=4096, key="the-one")["id"] == first["id"]
    client.tasks.control(first["id"], action="cancel")


def test_faults_are_told_apart_by_code_in_the_language_asked_for(pool):
    access = of_folder(pool.data)
    with Client(access.url, access.token, access.pin, language="zh-CN") as client, pytest.raises(Invalid) as refused:
        client.tasks.create(noop=True, priority=101, gpus=-1)
    assert {(fault.path, fault.code, fault.message) for fault in refused.value.faults} == {
        ("priority", "value.range", "超出范围"), ("gpus", "value.range", "超出范围")}
    assert refused.value.title == "请求内容有误"
    with Client(access.url, "wrong", access.pin) as stranger, pytest.raises(Denied) as unknown:
        stranger.tasks.list()
    assert unknown.value.status == 401


def test_changes_are_followed(pool, client):
    access = of_folder(pool.data)
    with Client(access.url, access.token, access.pin) as other:
        changes = other.follow(["tasks"], silence=20)
        found, seen = threading.Event(), []

        def read():
            for change in changes:
                seen.append(change)
                if change.get("value", {}).get("name") == "followed":
                    return found.set()

        reader = threading.Thread(target=read)
        reader.start()
        made = []
        while not found.wait(0.05):  # until the subscription is there
            assert len(made) < 200, seen
            made.append(client.tasks.create(noop=True, name="followed", cores=4096)["id"])
        reader.join(20)
        changes.close()
    assert seen[-1]["topic"] == "tasks" and seen[-1]["kind"] == "upsert"
    for task in made:
        client.tasks.control(task, action="cancel")


def test_a_master_that_is_away_is_unavailable():
    with Client("http://127.0.0.1:9", "x", timeout=2) as nobody, pytest.raises(Unavailable, match="does not answer"):
        nobody.tasks.list()


class Cutting(http.server.BaseHTTPRequestHandler):
    """Gives a file in ranges, and cuts the connection in the middle of every answer but those that are short."""

    content = bytes(range(256)) * 40
    etag, asked, paths = "", [], []
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/api/experiments/7/checkpoints":
            return self.answer(json.dumps({"total": 2, "next": None, "items": [
                {"path": "checkpoints/last.pth", "is_best": False, "artifact": "other"}, {"path": "checkpoints/best.pth", "is_best": True, "artifact": "a b"}]}))
        if self.path == "/api/experiments/8/checkpoints":
            return self.answer('{"items": [], "total": 0, "next": null}')
        self.paths.append(self.path)
        start = int(self.headers.get("Range", "bytes=0-")[6:-1])
        self.asked.append(start)
        rest = self.content[start:]
        self.send_response(206 if start else 200)
        self.send_header("ETag", f'"{self.etag}"')
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        self.wfile.write(rest[:4096])
        if len(rest) > 4096:
            self.close_connection = True

    def answer(self, text):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *words):
        pass


@pytest.fixture
def cutting():
    Cutting.asked = []
    Cutting.etag = hashlib.sha256(Cutting.content).hexdigest()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Cutting)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with Client(f"http://127.0.0.1:{server.server_address[1]}", "x") as client:
        yield client
    server.shutdown()
    server.server_close()


def test_a_download_goes_on_where_it_was_cut_and_is_checked(cutting, tmp_path):
    file = cutting.transport.download("/file", None, tmp_path / "best.pth")
    assert file.read_bytes() == Cutting.content
    assert Cutting.asked == [0, 4096, 8192]
    assert [one.name for one in tmp_path.iterdir()] == ["best.pth"]


def test_a_download_with_another_hash_is_refused(cutting, tmp_path):
    Cutting.etag = 64 * "0"
    with pytest.raises(Failed, match="another content"):
        cutting.transport.download("/file", None, tmp_path / "best.pth")
    assert list(tmp_path.iterdir()) == []


def test_the_best_checkpoint_is_fetched(cutting, tmp_path):
    Cutting.paths = []
    assert cutting.experiments.fetch_best("7", tmp_path / "best.pth").read_bytes() == Cutting.content
    assert set(Cutting.paths) == {"/api/experiments/7/artifacts/a%20b"}
    with pytest.raises(NotFound, match="no best checkpoint"):
        cutting.experiments.fetch_best("8", tmp_path / "none.pth")
