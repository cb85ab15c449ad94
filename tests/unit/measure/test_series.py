from redis_ha.measure.history import Outcome
from redis_ha.measure.series import LONGEST_S, series
from tests.unit.builders import operation


def test_writes_are_counted_by_the_slice_in_which_they_ended() -> None:
    found = series(
        [
            operation(9.85, took_s=0.001),
            operation(9.86, took_s=0.003),
            operation(9.87, took_s=0.010),
            operation(10.02, outcome=Outcome.FAILED),
            operation(10.15, outcome=Outcome.INDETERMINATE),
            operation(10.19, took_s=0.25),
        ],
        since_s=10.0,
    )
    assert (found.from_s, found.step_s) == (-0.2, 0.1)
    assert found.acknowledged == (3, 0, 0, 1)
    assert found.failed == (0, 0, 1, 1)
    assert [ms and round(ms) for ms in found.median_ms] == [3, None, None, 250]
    assert [ms and round(ms) for ms in found.worst_ms] == [10, None, None, 250]


def test_nothing_written_is_no_slice() -> None:
    assert series([], 10.0).acknowledged == ()


def test_a_drill_that_takes_for_ever_is_cut() -> None:
    found = series([operation(0), operation(10 * LONGEST_S)], since_s=0.0)
    assert len(found.acknowledged) == int(LONGEST_S * 10) + 1
    assert sum(found.acknowledged) == 1
