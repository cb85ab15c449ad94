"""redis_ha/checkers/__init__.py: which verdict decides."""

import pytest

from redis_ha.checkers import Verdict, middle, worst

V, U, X, N = Verdict.VALID, Verdict.UNKNOWN, Verdict.INVALID, Verdict.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("verdicts", "decides"),
    [([V, V], V), ([V, U], U), ([U, X, V], X), ([X], X), ([], U), ([N, V], V), ([N], N)],
    ids=[
        *("all valid", "unknown", "invalid", "one", "nothing is unknown"),
        *("what was not tried says least", "and proves nothing by itself"),
    ],
)
def test_the_worst_verdict_decides(verdicts: list[Verdict], decides: Verdict) -> None:
    assert worst(verdicts) is decides


def test_verdicts_are_the_words_of_the_contract() -> None:
    assert [str(verdict) for verdict in Verdict] == [
        *("valid", "invalid", "unknown", "not applicable")
    ]


def test_the_worst_verdict_and_that_of_nothing() -> None:
    assert worst([V, X, U, N]) is X
    assert worst([V, U]) is U
    assert worst([]) is U


def test_the_median_and_that_of_nothing() -> None:
    assert (middle([3.0, 9.0, 4.0]), middle([])) == (4.0, None)
