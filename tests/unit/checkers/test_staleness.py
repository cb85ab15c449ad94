import pytest

from redis_ha.checkers.staleness import StaleReads, stale_reads
from redis_ha.measure.events import Event
from redis_ha.measure.history import History, Operation, Outcome
from tests.unit.builders import operation

ROLES = [
    Event(1.0, "redis1", "role", "master"),
    Event(1.0, "redis2", "role", "slave"),
    Event(5.0, "redis1", "role", "slave"),
    Event(5.0, "redis2:26379", "+switch-master", "mymaster"),
]


def read(at_s: float, node: str, key: str, outcome: Outcome = Outcome.STALE) -> Operation:
    return operation(at_s, node, outcome, client="reader-1", key=key)


def test_stale_reads_count_by_what_the_node_said_of_itself() -> None:
    history = History(
        [
            operation(2.0, key="a"),
            read(2.5, "redis1", "a"),
            read(2.6, "redis2", "a"),
            read(6.0, "redis1", "a"),
            read(6.1, "redis1", "a", Outcome.FRESH),
            read(6.2, "redis1", "a", Outcome.FAILED),
        ]
    )
    found = stale_reads(history, ROLES)
    assert (found.reads, found.master, found.replica) == (4, 1, 2)
    assert found.oldest_s == pytest.approx(3.999)


def test_fresh_reads_are_not_stale() -> None:
    history = History([operation(2.0, key="a"), read(2.5, "redis2", "a", Outcome.FRESH)])
    assert stale_reads(history, ROLES) == StaleReads(1, 0, 0, None)
