"""RetinaNet, FCOS and SSDlite: torchvision's weights load by name, and the objects found, losses and gradients are its own.
tests/oracles/detectors_slow_test.py does the same with the larger models."""

import pytest

from detectors_kit import check_detector


@pytest.mark.parametrize("name", ["retinanet_resnet50_fpn", "fcos_resnet50_fpn", "ssdlite320_mobilenet_v3_large"])
def test_a_detector_finds_and_learns_what_torchvisions_does(tmp_path, name):
    check_detector(tmp_path, name)
