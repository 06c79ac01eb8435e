"""RetinaNet, FCOS and SSD: torchvision's weights load by name, and the objects found, losses and gradients are its own."""

import pytest
import torch

from detectors_kit import assert_same_objects, assert_same_step, ours, random_detector, some_images, some_truth, step, targets_of

SIZES = {"ssd300_vgg16": [(300, 300)] * 2, "ssdlite320_mobilenet_v3_large": [(320, 320)] * 3}
NAMES = ["retinanet_resnet50_fpn", "retinanet_resnet50_fpn_v2", "fcos_resnet50_fpn", "ssdlite320_mobilenet_v3_large", "ssd300_vgg16"]


@pytest.mark.parametrize("name", NAMES)
def test_a_detector_finds_and_learns_what_torchvisions_does(tmp_path, name):
    torch.set_num_threads(1)
    sizes = SIZES.get(name, [(128, 160), (104, 150), (128, 133)])
    images, truth = some_images(sizes), some_truth(sizes)
    model = random_detector(name, images)
    found, losses, gradients = ours(tmp_path, name, model, images, truth)
    with torch.inference_mode():
        expected = model(images)
    for row, objects in zip(found, expected):
        assert_same_objects(name, row, objects)
    assert_same_step(losses, gradients, *step(model, images, targets_of(name, truth)))
