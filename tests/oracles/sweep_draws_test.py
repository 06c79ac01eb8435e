"""What a search draws, against how Hydra reads the same override: its kind, bounds, type and values."""

import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import ChoiceSweep, IntervalSweep, RangeSweep

TRIALS = 40
EXPRESSIONS = [
    "interval(1e-4,0.5)", "int(interval(1,8))", "int(interval(1.9,4.2))", "float(interval(1,2))", "tag(log,interval(1e-6,1e-1))",
    "tag(log,int(interval(1,9)))", "tag(a,log,interval(start=0.25,end=4))",
    "range(2,11,3)", "range(1,5)", "range(0.1,0.5,0.1)", "range(9,1,-2)", "shuffle(range(1,6))", "tag(x,range(1,3))", "int(range(1.5,4))",
    "1,2,3", "choice(8,4,2)", "choice(1e-3,0.5)", "tag(log,choice(1,10))", "sort(3,1,2)", "shuffle(4,5,6,7)", "float(1,2)",
]


def drawn(goetia, tiny, expression):
    words = ("train", "--config", tiny, "--multirun", "--dry-run", "--json", "--strategy", "random", "--trials", TRIALS,
             "training.epochs=1", f"optimizer.lr={expression}")
    done = goetia(*words)
    assert done.code == 0, done.err
    return [float(job["overrides"][-1].split("=", 1)[1]) for job in done.json["jobs"]]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_draws_are_what_hydra_says_the_override_holds(goetia, tiny, expression):
    override = OverridesParser.create().parse_override(f"optimizer.lr={expression}")
    sweep = override.value()
    values = drawn(goetia, tiny, expression)
    if isinstance(sweep, IntervalSweep):
        assert len(values) == TRIALS and len(set(values)) > min(TRIALS, sweep.end - sweep.start) / 2
        assert all(sweep.start <= value <= sweep.end for value in values)
        assert isinstance(sweep.start, int) == all(value == int(value) for value in values)
        if "log" in sweep.tags:
            middle = (sweep.start * sweep.end) ** 0.5
            assert 8 <= sum(value < middle for value in values) <= 32, "half of the draws, give or take four deviations"
        return
    assert isinstance(sweep, (ChoiceSweep, RangeSweep))
    expected = [float(value) for value in override.sweep_string_iterator()] if not sweep.shuffle else [float(v) for v in override.sweep_iterator()]
    assert sorted(values) == sorted(expected), "every value once"
