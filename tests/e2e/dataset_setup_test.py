"""goetia dataset setup and cache, with a local server and a custom catalogue."""

import hashlib
import http.server
import io
import json
import os
import signal
import tarfile
import threading
import zipfile
from pathlib import Path

import pytest
import yaml
from goetia_kit import wait_until


class Server:
    """Serves bytes by path with ranges; `slow` paths never end."""

    def __init__(self):
        self.files, self.asked, self.over = {}, [], threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append((self.path, self.headers.get("Range")))
                if self.path not in outer.files:
                    return self.send_error(404)
                body, slow = outer.files[self.path]
                begin, end = 0, len(body)
                if asked := self.headers.get("Range"):
                    first, last = asked.removeprefix("bytes=").split("-")
                    begin, end = int(first), min(len(body), int(last) + 1 if last else len(body))
                self.send_response(206 if asked else 200)
                self.send_header("ETag", '"1"')
                self.send_header("Content-Length", str(end - begin))
                if asked:
                    self.send_header("Content-Range", f"bytes {begin}-{end - 1}/{len(body)}")
                self.end_headers()
                if slow:
                    self.wfile.write(body[begin : begin + 1000])
                    self.wfile.flush()
                    outer.over.wait(60)
                else:
                    self.wfile.write(body[begin:end])

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    def put(self, path, body, slow=False):
        self.files[path] = (body, slow)
        return f"http://127.0.0.1:{self.server.server_port}{path}"

    def stop(self):
        self.over.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def server():
    made = Server()
    yield made
    made.stop()


def cifar_archive(per_batch=4):
    """A small archive with the layout of the real one."""
    stream = io.BytesIO()
    names = "airplane automobile bird cat deer dog frog horse ship truck".split()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        def add(name, body):
            entry = tarfile.TarInfo("cifar-10-batches-bin/" + name)
            entry.size = len(body)
            archive.addfile(entry, io.BytesIO(body))
        add("batches.meta.txt", ("\n".join(names) + "\n\n").encode())
        for batch in ["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"]:
            add(batch + ".bin", b"".join(bytes([i % 10]) + bytes([40 * i]) * 3072 for i in range(per_batch)))
    return stream.getvalue()


def zip_archive(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return stream.getvalue()


def one_set(name, url, body, **more):
    return {name: {"title": name, "task": "classification", "images": 24, "unpacked_bytes": 100_000,
                   "files": [{"name": f"{name}.bin", "urls": [url], "bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}],
                   "dataset": {"type": "ImageNet", "data_root": "{root}"}, **more}}


class Setup:
    def __init__(self, goetia, server):
        self.goetia, self.server, self.cache, self.sets, self.tiers = goetia, server, goetia.folder / "缓存 cache", {}, {}
        goetia.environment["GOETIA_DATA_CACHE"] = str(self.cache)
        goetia.environment["no_proxy"] = "127.0.0.1"

    def words(self, *words):
        file = self.goetia.folder / "sets.yaml"
        tiers = {tier: {"sentence": "tests", "sets": self.tiers.get(tier, list(self.sets))} for tier in ("debug", "careful", "full")}
        file.write_text(json.dumps({"sets": self.sets, "tiers": tiers}))
        return ["dataset", "setup", *words, "--catalogue", file]

    def __call__(self, *words, **options):
        return self.goetia(*self.words(*words), "--json", **options)


@pytest.fixture
def setup(goetia, server):
    return Setup(goetia, server)


def test_cifar_is_fetched_made_readable_and_cached(setup):
    body = cifar_archive()
    setup.sets = one_set("cifar10", setup.server.put("/c.tar.gz", body), body, prepare="cifar10")
    done = setup("debug")
    assert done.code == 0, done.err
    report = done.json["sets"][0]
    assert (report["state"], report["was_there"]) == ("ready", False)
    info = setup.goetia.ok("dataset", "info", "--format", "ImageNet", "--data-root", report["dataset"]["data_root"], "--json").json
    assert {split: info_of_split["images"] for split, info_of_split in info["splits"].items()} == {"train": 20, "val": 4}
    asked = len(setup.server.asked)
    assert setup("auto", "--gpu-memory", 0).json["sets"][0]["was_there"] is True
    assert len(setup.server.asked) == asked
    listed = setup.goetia.ok("dataset", "cache", "list", "--json").json
    assert [(s["name"], s["ready"], s["in_use"]) for s in listed["sets"]] == [("cifar10", True, False)]
    on_disk = sum(entry.lstat().st_blocks * 512 for entry in [setup.cache / "cifar10", *(setup.cache / "cifar10").rglob("*")])
    assert listed["sets"][0]["bytes"] == on_disk


def test_info_shows_the_plan_and_fetches_nothing(setup):
    body = zip_archive({"train/a/1.txt": "x"})
    setup.sets = one_set("small", setup.server.put("/s.zip", body), body)
    report = setup("info", "--gpu-memory", "24GB").json
    assert (report["tier"], report["to_fetch"], report["fits"]) == ("full", len(body), True)
    assert report["needed"] == len(body) + 100_000 and report["free"] > report["needed"]
    assert setup.server.asked == [] and not setup.cache.exists()
    assert setup("info", "--gpu-memory", "12GB").json["tier"] == "careful"


@pytest.mark.parametrize("mode, memory, tier", [
    ("auto", "0", "debug"), ("auto", "6GB", "debug"), ("auto", "8GB", "careful"), ("auto", "16GB", "careful"), ("auto", "24GB", "full"),
    ("production", "0", "careful"), ("production", "6GB", "careful"), ("production", "12GB", "careful"), ("production", "80GB", "full"),
    ("debug", "80GB", "debug")])
def test_what_is_fetched_follows_the_mode_and_the_memory(setup, mode, memory, tier):
    body = zip_archive({"train/a/1.txt": "x"})
    for name in ("debug", "careful", "full"):
        setup.sets |= one_set(f"{name}-set", setup.server.put(f"/{name}.zip", body), body)
        setup.tiers[name] = [f"{name}-set"]
    done = setup(mode, "--gpu-memory", memory)
    assert done.code == 0, done.err
    assert (done.json["tier"], [one["name"] for one in done.json["sets"]]) == (tier, [f"{tier}-set"])
    assert {path for path, _ in setup.server.asked} == {f"/{tier}.zip"}
    assert [name for name in ("debug", "careful", "full") if (setup.cache / f"{name}-set/manifest.json").exists()] == [tier]


def test_a_relative_cache_is_stored_as_an_absolute_path(setup):
    body = zip_archive({"train/a/1.txt": "x"})
    setup.sets = one_set("small", setup.server.put("/s.zip", body), body)
    report = setup("debug", "--cache", "here/cache").json["sets"][0]
    data = setup.goetia.folder / "here/cache/small/data"
    assert (report["dir"], report["dataset"]["data_root"]) == (str(data), str(data))
    assert json.loads((data.parent / "manifest.json").read_text())["dataset"]["data_root"] == str(data)


def test_coco128_is_split_and_not_validated_on_its_training_images(setup):
    """An archive with the layout of the real one, with the built-in set's texts and dataset section."""
    folder = setup.goetia.folder
    setup.goetia.ok("dataset", "make", "--kind", "detection", "--output", folder / "made", "--images", "40", "--classes", "3", "--size", "48")
    setup.goetia.ok("dataset", "convert", "--from", "coco", "--data-root", folder / "made", "--to", "yolo", "--output", folder / "yolo")
    body = zip_archive({f"coco128/{kind}/train2017/{file.name}": file.read_bytes()
                        for kind in ("images", "labels") for file in (folder / "yolo" / kind / "train").iterdir()})
    catalogue = yaml.safe_load((Path(__file__).resolve().parents[2] / "configs/data/sets.yaml").read_text())
    setup.sets = {"coco128": catalogue["sets"]["coco128"]}
    setup.sets["coco128"]["files"] = one_set("coco128", setup.server.put("/c.zip", body), body)["coco128"]["files"]
    section = setup("debug").json["sets"][0]["dataset"]
    report = setup.goetia.ok("dataset", "validate", "--format", section.pop("type"), "--parameters", json.dumps(section), "--json").json
    assert [fault for fault in report["faults"] if fault["severity"] == "fault"] == []
    counts = {split: info_of_split["images"] for split, info_of_split in report["counts"]["splits"].items()}
    images = len(list((folder / "yolo/images/train").iterdir()))
    assert set(counts) == {"train", "val"} and sum(counts.values()) == images and 0 < counts["val"] < counts["train"]


def test_a_full_disk_is_refused_before_anything_is_fetched(setup):
    body = b"x" * 100
    setup.sets = one_set("huge", setup.server.put("/h", body), body, unpacked_bytes=9_000_000_000_000_000)
    done = setup("debug")
    assert done.code == 1
    assert "are needed" in done.error["message"] and "nothing was fetched" in done.error["message"]
    assert setup.server.asked == []
    assert setup("info").json["fits"] is False


def test_the_built_in_sets_are_described(setup):
    report = setup.goetia.ok("dataset", "setup", "info", "--gpu-memory", "80GB", "--json").json
    coco, imagenet = report["sets"]
    assert (coco["name"], coco["state"], coco["checked_by"]) == ("coco2017", "to_fetch", "SHA-256")
    assert "not verified here" in coco["note"]
    assert imagenet["state"] == "needs_account" and "account" in imagenet["account_steps"][0]
    assert [s["name"] for s in setup.goetia.ok("dataset", "setup", "info", "--gpu-memory", "0", "--json").json["sets"]] == ["coco128", "cifar10"]


def test_a_set_that_needs_an_account_says_what_to_do(setup):
    done = setup.goetia("dataset", "setup", "production", "--set", "imagenet1k", "--json")
    assert done.code == 5
    assert "it needs an account; what to do:\n        1. make an account at https://image-net.org" in done.err
    assert not (setup.cache / "imagenet1k").exists()


def test_an_interrupted_call_is_resumed(setup):
    body = zip_archive({"图片/é 1.bin": os.urandom(300_000)})
    url = setup.server.put("/s.zip", body, slow=True)
    setup.sets = one_set("small", url, body, unpacked_bytes=400_000)
    process = setup.goetia.start(*setup.words("debug"))
    part = setup.cache / "small/downloads/small.bin.part"
    wait_until(lambda: part.exists() and part.stat().st_size >= 1000, what="the first bytes")
    listed = setup.goetia.ok("dataset", "cache", "list", "--json").json["sets"][0]
    assert (listed["ready"], listed["in_use"]) == (False, True)
    kept = setup.goetia.ok("dataset", "cache", "clean", "--yes", "--json").json
    assert (kept["removed"], kept["in_use"]) == ([], ["small"])
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert "the next call resumes there" in err
    setup.server.put("/s.zip", body)
    assert setup("debug", environment={"LC_ALL": "C"}).code == 0
    assert (setup.cache / "small/data/图片/é 1.bin").stat().st_size == 300_000
    assert setup.server.asked[-1] == ("/s.zip", f"bytes=1000-{1000 + (8 << 20) - 1}")


def test_wrong_content_leaves_no_set(setup):
    body = zip_archive({"a.txt": "right"})
    setup.sets = one_set("small", setup.server.put("/s.zip", zip_archive({"a.txt": "wrong"})), body)
    done = setup("debug")
    assert done.code == 3 and "its SHA-256 is" in done.error["message"] and done.error["message"].startswith("in data set 'small': ")
    assert setup.goetia.ok("dataset", "cache", "list", "--json").json["sets"][0]["ready"] is False


def test_an_archive_with_paths_outside_is_refused(setup):
    body = zip_archive({"../evil.txt": "x"})
    setup.sets = one_set("small", setup.server.put("/s.zip", body), body)
    done = setup("debug")
    assert done.code == 3 and "has '..' in its name" in done.error["message"]
    assert list(setup.goetia.folder.rglob("evil.txt")) == []


def test_faults_of_a_catalogue_are_reported_at_once(setup):
    setup.sets = {"a": {"title": "A", "task": "sorting", "files": []}}
    done = setup("info")
    assert done.code == 3
    assert {fault["path"].split(".")[-1] for fault in done.error["faults"]} >= {"task", "files"}


def test_cleaning_chooses_by_age_and_size_and_asks_first(setup):
    for name in ("old", "new"):
        body = zip_archive({"a.bin": os.urandom(200_000)})
        setup.sets = one_set(name, setup.server.put(f"/{name}", body), body, unpacked_bytes=300_000)
        assert setup("debug").code == 0
    os.utime(setup.cache / "old/manifest.json", (1, 1))
    clean = ["dataset", "cache", "clean"]
    refused = setup.goetia(*clean, "--older", "30d", "--json")
    assert refused.code == 7 and "use --yes" in refused.error["message"] and (setup.cache / "old").exists()
    done = setup.goetia.ok(*clean, "--older", "30d", "--yes", "--json").json
    assert done["removed"] == ["old"] and done["bytes"] > 200_000 and not (setup.cache / "old").exists()
    assert setup.goetia.ok(*clean, "--keep", "10GB", "--yes", "--json").json["removed"] == []
    assert setup.goetia.ok(*clean, "--keep", "100kB", "--yes", "--json").json["removed"] == ["new"]
    assert setup.goetia(*clean, "--keep", "much", "--json").error["message"] == "'much' is not a size; write it as 10GB or 500MB"
