"""redis_ha/checkers/case.py: when writes went on, by what was expected."""

from dataclasses import replace

import pytest

from redis_ha.checkers.case import Case
from redis_ha.checkers.expectation import Expected
from redis_ha.checkers.strike import Strike
from redis_ha.measure.history import History
from tests.unit.builders import operation
from tests.unit.kept import FAULT_S, STRIKE, operations, seen

PLANNED = replace(STRIKE, leads_to="switchover")
OF_A_REPLICA = replace(STRIKE, targets=("redis2",))


@pytest.mark.parametrize(
    ("strike", "expected", "moves", "rto_s", "is_predicted"),
    [
        (STRIKE, Expected.FAILOVER, True, 3.0, True),
        (PLANNED, Expected.SWITCHOVER, True, 3.01, True),
        (OF_A_REPLICA, Expected.STAYS, False, 3.0, False),
    ],
    ids=["another node's first write", "the stall", "the end of the last gap"],
)
def test_the_recovery_is_what_the_expectation_makes_of_the_history(
    strike: Strike, expected: Expected, moves: bool, rto_s: float, is_predicted: bool
) -> None:
    case = Case(seen(strike=strike), History(operations()))
    assert (case.expected, case.moves) == (expected, moves)
    assert case.rto_s == pytest.approx(rto_s)
    assert (case.predicted is not None) is is_predicted


def test_without_a_write_of_another_node_there_is_no_recovery() -> None:
    case = Case(seen(), History([operation(FAULT_S - 1), operation(FAULT_S + 5)]))
    assert (case.rto_s, case.phases.first_write_s) == (None, None)
