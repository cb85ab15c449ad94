import pytest

from redis_ha.measure.history import History, Outcome, Write
from tests.unit.builders import writes


def test_keys_go_by_outcome_in_order() -> None:
    history = History(writes(2))
    for write in writes(1, Outcome.FAILED, 7):
        history.add(write)
    assert history.keys(Outcome.ACKNOWLEDGED) == ["key:0", "key:1"]
    assert history.keys(Outcome.FAILED) == ["key:7"]
    assert history.keys(Outcome.INDETERMINATE) == []
    assert len(history) == 3


def test_a_writer_may_go_on_while_it_is_looked_at() -> None:
    history = History(writes(2))
    seen = []
    for write in history:
        seen.append(write.key)
        history.add(writes(1, start=len(seen) + 10)[0])
    assert seen == ["key:0", "key:1"]
    assert len(history) == 4


def write(ended_s: float, node: str | None, outcome: Outcome = Outcome.ACKNOWLEDGED) -> Write:
    return Write(f"at:{ended_s}", ended_s - 1, ended_s, outcome, node)


@pytest.mark.parametrize(
    ("writes", "found"),
    [
        ([write(1, "redis2"), write(6, "redis2"), write(7, "redis2")], "at:6"),
        ([write(6, "redis1"), write(7, "redis3")], "at:7"),
        ([write(6, "redis2", Outcome.FAILED), write(7, "redis2", Outcome.INDETERMINATE)], None),
        ([write(5, "redis2")], "at:5"),
        ([], None),
    ],
    ids=["not before", "not on the old master", "not without an answer", "at the moment", "none"],
)
def test_the_first_write_elsewhere_ends_the_outage(writes: list[Write], found: str | None) -> None:
    first = History(writes).acknowledged_elsewhere("redis1", after_s=5)
    assert (first and first.key) == found
