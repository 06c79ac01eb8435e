"""Kill -9 at random moments: the resumed run ends bit-equal to an uninterrupted one."""

import pytest
from kill_kit import kill_often

pytestmark = pytest.mark.slow


def test_three_kills_do_not_change_the_result(goetia, tiny):
    assert kill_often(goetia, tiny, times=3, seed=1) >= 1
