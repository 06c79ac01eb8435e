"""Kill -9 at random moments: the resumed run ends bit-equal to the unbroken one."""

import pytest
from kill_kit import kill_often

pytestmark = pytest.mark.slow


def test_three_kills_leave_the_unbroken_run(goetia, tiny):
    assert kill_often(goetia, tiny, times=3, seed=1) >= 1
