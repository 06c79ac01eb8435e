"""convert, pack, mini and split leave a complete set or nothing, however they end."""

import json
import os
import resource
import signal

import pytest
from goetia_kit import wait_until

IMAGES = 3000
COMMANDS = {
    "convert": ["--from", "COCO", "--to", "YOLO"],
    "mini": ["--format", "COCO", "--to", "YOLO", "--count", IMAGES],
    "pack": ["--format", "COCO", "--decoded", "--threads", 1],
}


def write_coco(root, image, names):
    """One image under many names: hard links cost nothing."""
    (root / "images/train").mkdir(parents=True)
    (root / "annotations").mkdir()
    for name in names:
        os.link(image, root / "images/train" / name)
    images = [{"id": i + 1, "file_name": name, "width": 512, "height": 512} for i, name in enumerate(names)]
    document = {"images": images, "annotations": [], "categories": [{"id": 1, "name": "a"}]}
    (root / "annotations/instances_train.json").write_text(json.dumps(document))
    return root


@pytest.fixture(scope="module")
def large(programs, tmp_path_factory):
    from goetia_kit import Goetia

    folder = tmp_path_factory.mktemp("large")
    Goetia(programs, folder).ok("dataset", "make", "--kind", "classification", "--output", folder / "made", "--images", 4, "--classes", 2,
                                "--size", 512, "--image-format", "png")
    return write_coco(folder / "set", next((folder / "made").rglob("*.png")), [f"{i:05}.png" for i in range(IMAGES)])


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("number, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_call_leaves_nothing(goetia, large, command, number, code):
    process = goetia.start("dataset", command, *COMMANDS[command], "--data-root", large, "--output", goetia.folder / "out")
    wait_until(lambda: any(file.is_file() for file in goetia.folder.glob(".out.goetia-partial/**/*")), what="the first file")
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == code, err
    assert "stopped" in out + err
    assert [p.name for p in goetia.folder.iterdir() if p.name != "cache"] == []


def no_more_than(size):
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_a_split_that_fails_half_way_leaves_nothing(goetia):
    """There is space for the class list, but not for the list of images."""
    goetia.ok("dataset", "make", "--kind", "classification", "--output", goetia.folder / "set", "--images", 300, "--classes", 2, "--size", 16)
    words = ["dataset", "split", "--data-root", goetia.folder / "set", "--type", "random", "--output", goetia.folder / "lists"]
    done = goetia(*words, preexec_fn=no_more_than(600))
    assert done.code == 1 and "cannot write" in done.err
    assert sorted(p.name for p in goetia.folder.iterdir() if p.name != "cache") == ["set"]
    goetia.ok(*words)
    assert goetia(*words).code == 7, "a folder with something in it is refused"


def assert_refused_without_output(goetia, done, sentence):
    assert done.code == 3, done.err
    assert sentence in done.err
    assert not any("out" in p.name for p in goetia.folder.iterdir())


@pytest.mark.parametrize("command", COMMANDS)
def test_a_name_that_is_not_utf_8_is_reported(goetia, command):
    """Of a class folder; every reader has the same check."""
    goetia.ok("dataset", "make", "--kind", "classification", "--output", goetia.folder / "set", "--images", 20, "--classes", 2, "--size", 16)
    folder = os.fsencode(goetia.folder / "set/train/circle")
    os.rename(folder, os.path.join(os.path.dirname(folder), b"caf\xe9"))
    (goetia.folder / "set/val").rename(goetia.folder / "val")
    (goetia.folder / "set/meta").rename(goetia.folder / "meta")
    words = {"convert": ["--to", "Table"], "mini": [], "pack": []}[command]
    done = goetia("dataset", command, "--format", "ImageNet", "--data-root", goetia.folder / "set", "--output", goetia.folder / "out", *words)
    assert_refused_without_output(goetia, done, "the class name 'caf\\xE9' is not valid UTF-8 at byte 4")
    report = goetia("dataset", "validate", "--format", "ImageNet", "--data-root", goetia.folder / "set", "--json")
    assert report.code == 8
    assert any("the class name 'caf\\xE9' is not valid UTF-8" in fault["found"] for fault in report.json["faults"])


def test_voc_files_in_other_encodings_are_reported(goetia):
    goetia.ok("dataset", "make", "--kind", "detection", "--output", goetia.folder / "set", "--images", 8, "--classes", 2, "--size", 32)
    goetia.ok("dataset", "convert", "--from", "COCO", "--data-root", goetia.folder / "set", "--to", "VOC", "--output", goetia.folder / "voc")
    file = sorted((goetia.folder / "voc/Annotations").iterdir())[0]
    text = '<?xml version="1.0" encoding="GBK"?>\n' + file.read_text().replace("<filename>", "<!-- 汽车 --><filename>")
    file.write_bytes(text.encode("gbk"))
    for to in ("COCO", "YOLO"):
        done = goetia("dataset", "convert", "--from", "VOC", "--data-root", goetia.folder / "voc", "--to", to, "--output", goetia.folder / "out")
        assert_refused_without_output(goetia, done, f"{file}:4: ")
        assert "the text is 'GBK', which is not supported" in done.err
