import pytest

from redis_ha.checkers.availability import Gap, of
from redis_ha.measure.history import Operation, Outcome
from tests.unit.builders import operation

STEADY = [operation(9.9), operation(10.1), operation(10.3)]


@pytest.mark.parametrize(
    ("operations", "gaps", "resumed_s"),
    [
        (STEADY, (), 0.0),
        ([*STEADY, operation(13.3), operation(13.4)], (Gap(0.3, 3.3),), 3.3),
        ([operation(9.0), operation(11.0)], (Gap(-1.0, 1.0),), 1.0),
        ([operation(7.0), operation(9.9), operation(10.1)], (), 0.0),
        ([*STEADY, operation(12.0), operation(14.0)], (Gap(0.3, 2.0), Gap(2.0, 4.0)), 4.0),
        ([*STEADY, operation(12.0, outcome=Outcome.FAILED)], (Gap(0.3, 2.0, open=True),), None),
        ([], (), 0.0),
    ],
    ids=[
        *("steady", "after the fault", "begun before", "ended before", "two", "never ended"),
        "nothing",
    ],
)
def test_gaps_are_times_without_an_acknowledged_write(
    operations: list[Operation], gaps: tuple[Gap, ...], resumed_s: float | None
) -> None:
    found = of(operations, since_s=10.0)
    assert [_rounded(gap) for gap in found.gaps] == list(gaps)
    assert found.resumed_s == (None if resumed_s is None else pytest.approx(resumed_s))


def _rounded(gap: Gap) -> Gap:
    return Gap(round(gap.from_s, 3), round(gap.to_s, 3), gap.open)


def test_pauses_below_the_threshold_count_for_the_longest() -> None:
    found = of([*STEADY, operation(10.7, took_s=0.39)], since_s=10.0)
    assert found.longest_gap_s == pytest.approx(0.4)
    assert found.longest_wait_s == pytest.approx(0.39)
    assert found.gaps == ()


def test_nothing_is_known_of_writers_that_never_wrote() -> None:
    found = of([], since_s=10.0)
    assert (found.longest_gap_s, found.longest_wait_s) == (None, None)
