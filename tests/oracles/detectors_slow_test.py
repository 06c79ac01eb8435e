"""RetinaNet's second version and SSD300, as tests/oracles/detectors_test.py does with others."""

import pytest

from detectors_kit import check_detector


@pytest.mark.parametrize("name", ["retinanet_resnet50_fpn_v2", "ssd300_vgg16"])
def test_a_detector_finds_and_learns_what_torchvisions_does(tmp_path, name):
    check_detector(tmp_path, name)
