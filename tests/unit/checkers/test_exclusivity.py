import pytest

from redis_ha.checkers.exclusivity import Overlap, overlap
from redis_ha.measure.history import Operation, Outcome
from tests.unit.builders import operation

NEW = [operation(13.0, "redis2"), operation(13.1, "redis2")]


@pytest.mark.parametrize(
    ("old", "writes", "until_s"),
    [
        ([operation(12.9)], 0, None),
        ([operation(13.0)], 0, None),
        ([operation(13.001)], 1, 0.001),
        ([operation(13.2), operation(13.5, client="naive-1")], 2, 0.5),
        ([operation(13.2, outcome=Outcome.FAILED)], 0, None),
        ([operation(13.2, outcome=Outcome.INDETERMINATE)], 0, None),
        ([operation(13.2, "redis3")], 0, None),
    ],
    ids=[
        *("before", "at the same moment", "a millisecond later", "two, of any client"),
        *("refused", "not known", "of another node"),
    ],
)
def test_the_old_master_may_acknowledge_nothing_after_the_new_one(
    old: list[Operation], writes: int, until_s: float | None
) -> None:
    found = overlap([*old, *NEW], "redis1", "redis2", since_s=10.0)
    assert found.writes == writes
    assert found.until_s == (None if until_s is None else pytest.approx(until_s))


@pytest.mark.parametrize("new", ["redis1", "redis3", None])
def test_without_a_new_master_that_wrote_there_are_no_two(new: str | None) -> None:
    assert overlap([operation(14.0), *NEW], "redis1", new, 10.0) == Overlap(0)


def test_what_was_before_the_fault_does_not_count() -> None:
    early = operation(9.0, "redis2")
    assert overlap([early, operation(12.0)], "redis1", "redis2", 10.0) == Overlap(0)
