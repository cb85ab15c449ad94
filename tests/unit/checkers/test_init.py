"""redis_ha/checkers/__init__.py: which verdict decides."""

import pytest

from redis_ha.checkers import Verdict, worst

V, U, X = Verdict.VALID, Verdict.UNKNOWN, Verdict.INVALID


@pytest.mark.parametrize(
    ("verdicts", "decides"),
    [([V, V], V), ([V, U], U), ([U, X, V], X), ([X], X), ([], U)],
    ids=["all valid", "unknown", "invalid", "one", "nothing is unknown"],
)
def test_the_worst_verdict_decides(verdicts: list[Verdict], decides: Verdict) -> None:
    assert worst(verdicts) is decides


def test_verdicts_are_the_words_of_the_contract() -> None:
    assert [str(verdict) for verdict in Verdict] == [
        *("valid", "invalid", "unknown", "not applicable")
    ]
