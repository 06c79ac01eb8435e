"""augmentation.train.closing: the last epochs of a run see another pipeline, and nothing else changes."""

import pytest
from goetia_kit import points
from kill_kit import kill_often

pytestmark = pytest.mark.slow

CLOSING = """
    closing:
      epochs: 2
      pipeline:
        - type: LoadImage
        - type: ToTensor
        - {type: Normalize, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25]}
  val:
"""


@pytest.fixture
def closing(tiny):
    file = tiny.with_name("closing.yaml")
    file.write_text(tiny.read_text().replace("\n  val:\n", CLOSING))
    return file


def losses(done):
    return [value for (step, name), value in sorted(points(done["dir"]).items()) if name == "train/loss"]


def test_only_the_last_epochs_see_it(goetia, tiny, closing):
    epochs = "training.epochs=3"
    usual, closed, all_closed = (losses(goetia.train(*words, epochs)) for words in ([tiny], [closing], [closing, "augmentation.train.closing.epochs=9"]))
    per_epoch = len(usual) // 3
    assert per_epoch == 7 and closed[:per_epoch] == usual[:per_epoch]
    assert closed[per_epoch] != usual[per_epoch] and all_closed[0] != usual[0]


def test_kills_do_not_change_the_result(goetia, closing):
    assert kill_often(goetia, closing, times=2, seed=3) >= 1


def test_its_steps_are_checked_like_all_others(goetia, closing):
    refused = goetia("config", "validate", "--config", closing, "augmentation.train.closing.pipeline.0.type=LoadImags", "augmentation.train.closing.epochs=0")
    assert refused.code != 0
    assert "there is no transform 'LoadImags'" in refused.err and "augmentation.train.closing.epochs" in refused.err
