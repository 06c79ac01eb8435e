"""Faster R-CNN and Mask R-CNN against torchvision: what they find, their losses and gradients."""

import json

import numpy as np
import pytest
import torch

import two_stage_kit as kit

SIZES = [(128, 160), (101, 133)]
FEW = {"rpn_pre_nms_top_n_test": 300, "rpn_post_nms_top_n_test": 60, "rpn_pre_nms_top_n_train": 300, "rpn_post_nms_top_n_train": 60}
OUR_FEW = ["rpn_pre_nms=300", "rpn_post_nms=60", "rpn_pre_nms_train=300", "rpn_post_nms_train=60"]
# Nothing is drawn: every place is taken.
ALL = {"rpn_batch_size_per_image": 10**6, "box_batch_size_per_image": 10**6}
OUR_ALL = ["rpn_box_sampler={type: RandomBoxSampler, num: 1000000, pos_fraction: 0.5}", "box_sampler={type: RandomBoxSampler, num: 1000000, pos_fraction: 0.25}"]
NAMES = ["fasterrcnn_mobilenet_v3_large_320_fpn",
         *(pytest.param(name, marks=pytest.mark.slow) for name in (
             "fasterrcnn_mobilenet_v3_large_fpn", "fasterrcnn_resnet50_fpn", "fasterrcnn_resnet50_fpn_v2", "maskrcnn_resnet50_fpn", "maskrcnn_resnet50_fpn_v2"))]


def settings(*values):
    return [word for value in values for word in ("--set", f"head.{value}")]


def random_images():
    images = np.random.default_rng(0).uniform(-2, 2, (len(SIZES), 3, 128, 160)).astype("float32")
    for image, (height, width) in zip(images, SIZES):
        image[:, height:] = 0
        image[:, :, width:] = 0
    return images


@pytest.mark.parametrize("name", NAMES)
def test_finds_what_torchvision_finds(tmp_path, name):
    model = kit.random_model(name, **FEW)
    images = random_images()
    theirs = kit.found_by_torchvision(model, images, SIZES)
    ours = kit.found_by_us(tmp_path, name, model, images, *settings(*OUR_FEW), sizes=SIZES)
    for row, found in zip(ours, theirs, strict=True):
        kit.assert_same_objects(row, found)


def one_step(folder, name, model):
    """Our losses and gradients, torchvision's losses; both in double precision, since what is chosen by comparing (boxes, a
    rectifier's side of zero) differs by a rounding in single."""
    sizes = [(128, 160)] * 3
    images = np.random.default_rng(1).uniform(-2, 2, (3, 3, 128, 160)).astype("float32")
    objects = kit.truth(sizes)
    (folder / "t.json").write_text(json.dumps({"objects": objects}))
    kit.forward(folder, name, model, images, "--truth", folder / "t.json", "--losses", folder / "l.json", "--gradients", folder / "g.pth", "--double", *settings(*OUR_FEW, *OUR_ALL))
    targets = [{**one, "boxes": one["boxes"].double()} for one in kit.as_torchvision_targets(objects, sizes)]
    theirs = model.double()([torch.from_numpy(image).double() for image in images], targets)
    ours = json.loads((folder / "l.json").read_text())["parts"]
    assert ours.keys() == theirs.keys()
    return ours, torch.load(folder / "g.pth", weights_only=True), theirs


@pytest.mark.parametrize("name", NAMES)
def test_losses_and_gradients_of_a_step_are_torchvisions(tmp_path, name):
    model = kit.random_model(name, **FEW, **ALL).train()
    ours, gradients, theirs = one_step(tmp_path, name, model)
    for part, value in theirs.items():
        assert ours[part] == pytest.approx(value.item(), rel=1e-5, abs=1e-7), part
    sum(theirs.values()).backward()
    for part, parameter in model.named_parameters():
        difference = (gradients[kit.our_name(part, gradients)] - parameter.grad).abs().max()
        assert difference <= 1e-4 * parameter.grad.abs().max() + 1e-9, part
