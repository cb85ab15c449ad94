from dataclasses import replace

import pytest

from redis_ha.checkers.convergence import expected_successor, problems
from redis_ha.checkers.expectation import Expected
from redis_ha.services.snapshot import Snapshot
from tests.unit.builders import after_failover, redis_view, snapshot

BEFORE = snapshot()
FAILOVER = Expected.FAILOVER
GONE = {"redis1"}
AFTER = after_failover()


def with_priorities(*priorities: int) -> Snapshot:
    nodes = zip(BEFORE.nodes, priorities, strict=True)
    return snapshot([replace(view, priority=priority) for view, priority in nodes])


@pytest.mark.parametrize(
    ("priorities", "successor"),
    [
        ((50, 75, 100), "redis2"),
        ((50, 100, 75), "redis3"),
        ((100, 75, 50), "redis3"),
        ((50, 0, 100), "redis3"),
        ((50, 75, 75), None),
        ((50, 0, 0), None),
    ],
    ids=["lowest", "lowest again", "not the old one", "never 0", "a tie", "nobody may"],
)
def test_the_replica_that_sentinel_prefers_is_expected(
    priorities: tuple[int, ...], successor: str | None
) -> None:
    assert expected_successor(with_priorities(*priorities), {"redis1"}) == successor


def test_a_failover_to_the_right_node_is_fine() -> None:
    assert problems(BEFORE, AFTER, FAILOVER, GONE) == []


def test_no_failover_is_a_problem() -> None:
    assert problems(BEFORE, BEFORE, FAILOVER, GONE) == [
        "redis1 is still master: there was no failover"
    ]


def test_the_wrong_node_is_a_problem() -> None:
    before = with_priorities(50, 100, 75)
    assert problems(before, AFTER, FAILOVER, GONE) == [
        "redis2 was promoted, by priority it should be redis3"
    ]


def test_after_a_tie_either_is_right() -> None:
    assert problems(with_priorities(50, 75, 75), AFTER, FAILOVER, GONE) == []


def test_what_is_still_wrong_in_the_end_is_a_problem() -> None:
    down = redis_view("redis1", "down", link=None, follows=None)
    after = snapshot([down, *AFTER.nodes[1:]], AFTER.sentinels)
    assert problems(BEFORE, after, FAILOVER, GONE) == ["redis1 is down"]
    nobody = snapshot([redis_view(name) for name in ("redis1", "redis2", "redis3")])
    assert "there must be one master, there are 0 (none)" in problems(
        BEFORE, nobody, FAILOVER, GONE
    )


@pytest.mark.parametrize("expected", [Expected.STAYS, Expected.REFUSES])
def test_a_failover_that_should_not_be_is_a_problem(expected: Expected) -> None:
    assert problems(BEFORE, AFTER, expected, {"redis3"}) == [
        "redis2 became master, redis1 should have stayed"
    ]
    assert problems(BEFORE, BEFORE, expected, {"redis3"}) == []


@pytest.mark.parametrize("expected", [Expected.EITHER, Expected.OUTAGE])
def test_where_either_is_right_neither_is_a_problem(expected: Expected) -> None:
    assert problems(BEFORE, AFTER, expected, GONE) == []
    assert problems(BEFORE, BEFORE, expected, GONE) == []


def test_what_is_gone_cannot_be_promoted() -> None:
    gone = {"redis1", "redis2"}
    assert problems(BEFORE, AFTER, FAILOVER, gone) == [
        "redis2 was promoted, by priority it should be redis3"
    ]
