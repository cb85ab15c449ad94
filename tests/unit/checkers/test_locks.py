"""redis_ha/checkers/locks.py: two who have a lock of one are found, and nobody else."""

import pytest

from redis_ha.checkers.locks import CLOCK_S, Locks, locks
from redis_ha.measure.history import Operation, Outcome


def held(lock: str, holder: str, from_s: float, to_s: float) -> Operation:
    return Operation(holder, f"drill:{lock}:{holder}.1", from_s, to_s, Outcome.HELD, "redis1")


ONE, TWO = "php-lock-1", "php-lock-2"
TURNS = [held("lock-1", ONE, 1.0, 2.0), held("lock-1", TWO, 2.01, 3.0)]


def test_those_who_take_turns_are_fine() -> None:
    assert locks(TURNS) == Locks(holds=2)
    assert locks(reversed(TURNS)) == Locks(holds=2)
    assert locks([]) == Locks()


def test_locks_of_two_sessions_may_be_held_at_once() -> None:
    both = [held("lock-1", ONE, 1.0, 2.0), held("lock-2", TWO, 1.0, 2.0)]
    assert locks(both) == Locks(holds=2)


@pytest.mark.parametrize(
    ("from_s", "to_s", "both_s"),
    [(1.5, 2.5, 0.5), (1.2, 1.4, 0.2), (1.0, 2.0, 1.0), (0.5, 3.0, 1.0)],
    ids=["the end of the first", "within the first", "the same time", "around the first"],
)
def test_a_second_holder_is_found(from_s: float, to_s: float, both_s: float) -> None:
    found = locks([*TURNS[:1], held("lock-1", TWO, from_s, to_s)])
    assert (found.holds, found.doubled) == (2, 1)
    assert found.doubled_s == pytest.approx(both_s)


def test_each_that_joins_a_long_holder_counts() -> None:
    found = locks([held("lock-1", ONE, 0.0, 9.0), *TURNS])
    assert (found.holds, found.doubled) == (3, 2)


def test_what_clocks_leave_open_is_no_second_holder() -> None:
    near = [held("lock-1", ONE, 1.0, 2.0), held("lock-1", TWO, 2.0 - CLOCK_S / 2, 3.0)]
    assert locks(near) == Locks(holds=2)
