"""The long form of kill_resume_test.py."""

from kill_kit import kill_often


def test_twenty_kills_do_not_change_the_result(goetia, tiny):
    assert kill_often(goetia, tiny, times=20, seed=2) >= 10
