"""Is every write that was acknowledged still there?"""

from collections.abc import Collection
from dataclasses import dataclass

from redis_ha.checkers import Verdict
from redis_ha.measure.history import History, Outcome

ENOUGH = 100
"""Fewer acknowledged writes than this say nothing about a loss."""


@dataclass(frozen=True)
class Writes:
    """How many writes there were and what became of them.

    Args:
        lost: acknowledged, and not on the final master.
        recovered: not acknowledged, and there all the same; no harm.
    """

    attempted: int
    acknowledged: int
    failed: int
    indeterminate: int
    lost: int
    recovered: int

    @property
    def verdict(self) -> Verdict:
        """Return invalid for a loss, unknown when too little was written to tell."""
        if self.lost:
            return Verdict.INVALID
        return Verdict.VALID if self.acknowledged >= ENOUGH else Verdict.UNKNOWN


def account(history: History, survivors: Collection[str]) -> Writes:
    """Compare what writers were told with the keys that exist in the end."""
    there = set(survivors)
    acknowledged = history.keys(Outcome.ACKNOWLEDGED)
    failed = history.keys(Outcome.FAILED)
    indeterminate = history.keys(Outcome.INDETERMINATE)
    return Writes(
        attempted=len(history),
        acknowledged=len(acknowledged),
        failed=len(failed),
        indeterminate=len(indeterminate),
        lost=len(set(acknowledged) - there),
        recovered=len(there.intersection([*failed, *indeterminate])),
    )
