"""A set is converted from outside; what the new format cannot store is reported."""

import json

import pytest



@pytest.fixture
def coco(goetia, tmp_path):
    """Two images of a set made by the program itself, marked by hand."""
    goetia.ok("dataset", "make", "--kind", "classification", "--output", tmp_path / "made", "--images", 8, "--classes", 2, "--size", 32,
              "--image-format", "png")
    images = sorted((tmp_path / "made").rglob("*.png"))[:2]
    root = tmp_path / "我的 数据"
    (root / "images/train").mkdir(parents=True)
    for number, picture in enumerate(images):
        (root / f"images/train/图 {number}.png").write_bytes(picture.read_bytes())
    annotations = {
        "images": [{"id": 1, "file_name": "图 0.png", "width": 32, "height": 32}, {"id": 2, "file_name": "图 1.png", "width": 32, "height": 32}],
        "categories": [{"id": 5, "name": "猫"}, {"id": 9, "name": "dog"}],
        "annotations": [
            {"id": 1, "image_id": 1, "category_id": 9, "bbox": [1, 2, 10, 11], "area": 110, "iscrowd": 0},
            {"id": 2, "image_id": 2, "category_id": 5, "bbox": [0.5, 2, 10, 11], "area": 110, "iscrowd": 1},
        ],
    }
    (root / "annotations").mkdir()
    (root / "annotations/instances_train.json").write_text(json.dumps(annotations))
    return root


def test_there_and_back(goetia, coco, tmp_path):
    report = goetia.ok("dataset", "convert", "--from", "COCO", "--data-root", coco, "--to", "YOLO", "--output", tmp_path / "yolo", "--link", "--json").json
    assert report["splits"] == {"train": {"images": 2, "objects": 2}}
    assert report["lost"] == {"annotation numbers": 2, "class numbers": 2, "crowd marks": 1, "image numbers": 2}
    assert (tmp_path / "yolo/labels/train/图 0.txt").read_text() == "1 0.1875 0.234375 0.3125 0.34375\n"
    assert (tmp_path / "yolo/images/train/图 0.png").samefile(coco / "images/train/图 0.png")
    text = goetia.ok("dataset", "convert", "--from", "YOLO", "--data-root", tmp_path / "yolo", "--to", "COCO", "--output", tmp_path / "back").out
    assert "train        2 images, 2 objects" in text
    back = json.loads((tmp_path / "back/annotations/instances_train.json").read_text())
    assert [one["bbox"] for one in back["annotations"]] == [[1, 2, 10, 11], [0.5, 2, 10, 11]]
    assert [one["name"] for one in back["categories"]] == ["猫", "dog"]


def test_voc_says_what_is_lost(goetia, coco, tmp_path):
    text = goetia.ok("dataset", "convert", "--from", "COCO", "--data-root", coco, "--to", "VOC", "--output", tmp_path / "voc").out
    assert "lost: 1 parts of a pixel, which VOC cannot store" in text
    assert "<xmin>2</xmin>" in (tmp_path / "voc/Annotations/图 0.xml").read_text()


def test_faults_refuse_unless_left_out(goetia, coco, tmp_path):
    file = coco / "annotations/instances_train.json"
    document = json.loads(file.read_text())
    document["annotations"][0]["category_id"] = 77
    file.write_text(json.dumps(document))
    words = ["dataset", "convert", "--from", "COCO", "--data-root", coco, "--to", "VOC", "--output", tmp_path / "voc"]
    done = goetia(*words)
    assert done.code == 3
    assert "annotation 1 belongs to category 77, which 'categories' does not list" in done.err
    assert not (tmp_path / "voc").exists()
    left = goetia.ok(*words, "--leave-out-faulty", "--json")
    assert left.json["splits"]["train"]["objects"] == 1
    assert "category 77" in left.err


def test_wrong_wishes_are_refused(goetia, coco, tmp_path):
    assert goetia("dataset", "convert", "--from", "COCA", "--data-root", coco, "--to", "VOC", "--output", tmp_path / "x").code == 4
    done = goetia("dataset", "convert", "--from", "COCO", "--data-root", coco, "--to", "ImageFolder", "--output", tmp_path / "x")
    assert "'ImageFolder' stores sets for classification, this one is for detection" in done.err
    assert goetia("dataset", "convert", "--from", "COCO", "--data-root", coco, "--to", "VOC", "--output", coco).code == 7


def test_missing_images_are_left_out_or_refused(goetia, coco, tmp_path):
    (coco / "images/train/图 1.png").unlink()
    words = ["dataset", "convert", "--from", "COCO", "--data-root", coco, "--to", "COCO", "--output", tmp_path / "out"]
    done = goetia(*words)
    assert done.code == 3
    assert f"there is no file '{coco}/images/train/图 1.png'" in done.err
    assert "cannot cannot" not in done.err
    mini = goetia("dataset", "mini", "--format", "COCO", "--data-root", coco, "--count", 2, "--output", tmp_path / "out")
    assert mini.code == 3 and f"there is no file '{coco}/images/train/图 1.png'" in mini.err
    left = goetia.ok(*words, "--leave-out-faulty", "--json")
    assert left.json["splits"]["train"] == {"images": 1, "objects": 1}
    assert left.json["left_out"] == {"missing_file": 1}
    assert "there is no file" in left.err


def test_a_broken_file_is_refused_whatever_is_left_out(goetia, coco, tmp_path):
    file = coco / "annotations/instances_train.json"
    file.write_text(file.read_text()[:200])
    done = goetia("dataset", "convert", "--from", "COCO", "--data-root", coco, "--to", "YOLO", "--output", tmp_path / "out", "--leave-out-faulty")
    assert done.code == 3
    assert "the file is not valid JSON" in done.err
    assert not (tmp_path / "out").exists()


def test_a_byte_order_mark_is_no_hindrance(goetia, coco, tmp_path):
    file = coco / "annotations/instances_train.json"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    goetia.ok("dataset", "split", "--format", "COCO", "--data-root", coco, "--type", "random", "--ratios", "0.5", "0.5", "--output", tmp_path / "lists")
    for split in ("train", "val"):
        assert len(json.loads((tmp_path / f"lists/{split}.json").read_text())["images"]) == 1


def test_a_mini_set_needs_an_image_for_each_split(goetia, tmp_path):
    goetia.ok("dataset", "make", "--kind", "classification", "--output", tmp_path / "set", "--images", 20, "--classes", 2, "--size", 16)
    words = ["dataset", "mini", "--format", "ImageNet", "--data-root", tmp_path / "set", "--output", tmp_path / "out", "--count", 1]
    done = goetia(*words)
    assert done.code == 3
    assert "--count is 1, but the set has 2 splits, each of which needs an image; use 2 or more, or select one split with --split" in done.err
    goetia.ok(*words, "--split", "val")
    goetia.ok("dataset", "validate", "--format", "ImageFolder", "--data-root", tmp_path / "out")
    assert (tmp_path / "out/val").exists() and not (tmp_path / "out/train").exists()
