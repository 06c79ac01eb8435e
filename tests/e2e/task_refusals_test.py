"""What does not fit together is refused before the first step, with the remedy."""

from pathlib import Path

import pytest
import torch
from goetia_kit import Goetia

TEMPLATES = Path(__file__).resolve().parents[2] / "configs/templates"


@pytest.fixture(scope="module")
def sets(programs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sets")
    goetia = Goetia(programs, folder)
    for kind in ("classification", "detection", "instance", "segmentation"):
        goetia.ok("dataset", "make", "--kind", kind, "--output", kind, "--images", 24, "--classes", 3, "--size", 64)
    return folder


def config(folder, sets, template, kind, more=""):
    file = folder / "run.yaml"
    file.write_text(f"defaults:\n  - /templates/{template}@_global_\n  - _self_\ndataset: {{data_root: {sets / kind}, num_classes: 3}}\n{more}")
    return file


def refused(goetia, file, *overrides):
    done = goetia("train", "--config", file, "--json", *overrides)
    assert done.code != 0, done.out
    assert not list(goetia.experiments.glob("exp_*")), "nothing is left of a run that never began"
    error = done.error
    return error["message"] + " ".join(f"{fault['path']}: {fault['message']}" for fault in error.get("faults", []))


def test_boxes_for_a_classifier(goetia, sets, tmp_path):
    file = config(tmp_path, sets, "classification/shapes", "detection", "")
    message = refused(goetia, file, "dataset.type=COCO")
    assert "the model sorts images into classes, but no image of the training split has one" in message


def test_images_without_objects_for_a_detector(goetia, sets, tmp_path):
    message = refused(goetia, config(tmp_path, sets, "detection/fcos_small", "classification"), "dataset.type=ImageFolder")
    assert "the model finds objects, but no image of the training split has one" in message


def test_no_masks_for_an_instance_model(goetia, sets, tmp_path):
    message = refused(goetia, config(tmp_path, sets, "instance/mask_rcnn_small", "detection"))
    assert "objects of the training split have none" in message and "use a detector" in message


def test_class_counts(goetia, sets, tmp_path):
    message = refused(goetia, config(tmp_path, sets, "detection/fcos_small", "detection"), "model.head.num_classes=7")
    assert "model.head.num_classes is 7, but the data set has 3 classes; set model.head.num_classes=3" in message


def test_a_metric_of_another_task(goetia, sets, tmp_path):
    message = refused(goetia, config(tmp_path, sets, "detection/fcos_small", "detection"), "metrics=[{type:F1Score}]")
    assert "metrics[0]: 'F1Score' is for classification, but the model's task is detection" in message


def test_an_unknown_model_is_answered_with_the_nearest(goetia, sets, tmp_path):
    message = refused(goetia, config(tmp_path, sets, "detection/fcos_small", "detection"), "+model=fcos_resnet50_fpnn")
    assert "fcos_resnet50_fpn" in message


def test_weights_of_another_model_name_the_first_ten(goetia, sets, tmp_path):
    torch.save({f"layer{i}.weight": torch.zeros(1) for i in range(40)}, tmp_path / "other.pth")
    message = refused(goetia, config(tmp_path, sets, "detection/fcos_small", "detection"), f"++model.pretrained={{path: {tmp_path / 'other.pth'}, strict: true}}")
    assert "other.pth" in message
    assert "10 of " in message and message.count("layer") == 10, message


def test_an_image_smaller_than_the_stride(goetia, sets, tmp_path):
    smaller = [f"augmentation.{split}.pipeline=[{{type: LoadImage}}, {{type: Resize, size: [16, 16]}}, {{type: ToTensor}}]" for split in ("train", "val")]
    message = refused(goetia, config(tmp_path, sets, "detection/fcos_small", "detection"), *smaller)
    assert "16" in message and "stride" in message
