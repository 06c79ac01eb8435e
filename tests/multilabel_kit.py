"""A set of images of several classes, from Goetia's synthetic objects: a table of 1 and 0 for each class."""

import csv
import json
import shutil


def make_multilabel(goetia, folder, images=48, size=64, separator=None):
    """Tables train.csv and val.csv below `folder`; with a separator the classes are in one cell."""
    goetia.ok("dataset", "make", "--kind", "detection", "--output", folder, "--images", images, "--classes", 3, "--size", size, "--image-format", "png", "--seed", 5)
    classes = []
    for split in ("train", "val"):
        file = next((folder / "annotations").glob(f"*{split}*.json"))
        document = json.loads(file.read_text())
        classes = [one["name"] for one in sorted(document["categories"], key=lambda one: one["id"])]
        names = {one["id"]: one["name"] for one in document["categories"]}
        present = {one["id"]: set() for one in document["images"]}
        for one in document["annotations"]:
            present[one["image_id"]].add(names[one["category_id"]])
        with (folder / f"{split}.csv").open("w", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["image", *(["classes"] if separator else classes)])
            for image in document["images"]:
                found = next(folder.rglob(image["file_name"])).relative_to(folder)
                of_image = present[image["id"]]
                writer.writerow([found, *([separator.join(sorted(of_image))] if separator else [int(name in of_image) for name in classes])])
    (folder / "dataset.yaml").unlink()
    shutil.rmtree(folder / "annotations")
    return classes


def section(folder, classes, separator=None):
    """The `dataset` section that reads it."""
    columns = {"label_column": "classes", "label_separator": separator} if separator else {"class_columns": classes}
    return {"type": "Table", "data_root": str(folder), "num_classes": len(classes), **columns, "train": {"ann_file": "train.csv"}, "val": {"ann_file": "val.csv"}}
