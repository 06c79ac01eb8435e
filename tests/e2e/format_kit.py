"""Small sets of every format, made and converted by Goetia itself."""

import shutil

from goetia_kit import Goetia

# What each set is made from, the format it is converted to (none: as it is made), its type and its task.
SETS = {
    "class_folders": ("classification", None, "ImageNet", "classification"),
    "image_folder": ("classification", "imagefolder", "ImageFolder", "classification"),
    "class_table": ("classification", "table", "Table", "classification"),
    "coco": ("detection", None, "COCO", "detection"),
    "voc": ("detection", "voc", "VOC", "detection"),
    "yolo": ("detection", "yolo", "YOLO", "detection"),
    "outlines": ("instance", None, "COCO", "instance"),
    "yolo_outlines": ("instance", "yolo", "YOLO", "instance"),
    "masks": ("segmentation", None, "SemanticMasks", "segmentation"),
    "ages": ("regression", None, "Table", "regression"),
}


def make_sets(programs, folder):
    """Each of SETS in a folder of its name."""
    maker = Goetia(programs, folder)
    for kind in sorted({kind for kind, *_ in SETS.values()}):
        maker.ok("dataset", "make", "--kind", kind, "--output", folder / "made" / kind, "--images", 24, "--classes", 3, "--size", 32)
    for name, (kind, to, *_) in SETS.items():
        if to is None:
            shutil.copytree(folder / "made" / kind, folder / name)
        else:
            maker.ok("dataset", "convert", "--data-root", folder / "made" / kind, "--to", to, "--output", folder / name)
    return folder
