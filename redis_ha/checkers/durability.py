"""Is every write that was acknowledged still there?"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from redis_ha.checkers import Verdict
from redis_ha.measure.figures import Count
from redis_ha.measure.history import Operation, Outcome

ENOUGH = 100
"""Fewer acknowledged writes than this say nothing about a loss."""
APART_S = 0.25
"""Losses further apart than this are told as two."""


@dataclass(frozen=True)
class Writes:
    """How many writes there were and what became of them.

    attempted = acknowledged + failed + indeterminate.
    """

    attempted: Count = 0
    """All, before, during and after the fault."""
    acknowledged: Count = 0
    """The client was told OK; for careful clients, replicas confirmed it as well."""
    failed: Count = 0
    """Refused, or never sent."""
    indeterminate: Count = 0
    """Sent, never answered or not confirmed."""
    lost: Count = 0
    """Acknowledged, and not on the node whose data count in the end."""
    recovered: Count = 0
    """Failed or indeterminate, and there all the same; no harm."""
    unknown: Count = 0
    """Acknowledged, and not lost for certain: no one node has the last word on what is kept."""

    @property
    def verdict(self) -> Verdict:
        """Return invalid for a loss, unknown when too little was written or seen to tell."""
        if self.lost:
            return Verdict.INVALID
        if self.unknown:
            return Verdict.UNKNOWN
        return Verdict.VALID if self.acknowledged >= ENOUGH else Verdict.UNKNOWN


@dataclass(frozen=True)
class Loss:
    """A window in which writes were acknowledged that are gone."""

    from_s: float
    """When the first of them was acknowledged."""
    to_s: float
    """When the last of them was."""
    count: Count = 0
    """How many they are."""
    node: str | None = None
    """Who had acknowledged them."""
    client: str = ""
    """The kind of client that was told."""


def account(
    writes: Iterable[Operation], survivors: Collection[str], undecided: Collection[str] = ()
) -> Writes:
    """Compare what writers were told with the keys that exist in the end.

    Args:
        undecided: the keys of which nobody can say whether they do.
    """
    there, possible = set(survivors), set(undecided)
    keys: dict[Outcome, list[str]] = {outcome: [] for outcome in Outcome}
    for write in writes:
        keys[write.outcome].append(write.key)
    acknowledged, failed = keys[Outcome.ACKNOWLEDGED], keys[Outcome.FAILED]
    indeterminate = keys[Outcome.INDETERMINATE]
    return Writes(
        attempted=len(acknowledged) + len(failed) + len(indeterminate),
        acknowledged=len(acknowledged),
        failed=len(failed),
        indeterminate=len(indeterminate),
        lost=len(set(acknowledged) - there - possible),
        recovered=len(there.intersection([*failed, *indeterminate])),
        unknown=len(possible.intersection(acknowledged) - there),
    )


def losses(writes: Iterable[Operation], survivors: Collection[str], since_s: float) -> list[Loss]:
    """Return the windows in which acknowledged writes were lost, in seconds after `since_s`."""
    there = set(survivors)
    lost = [each for each in writes if each.acknowledged and each.key not in there]
    found: list[Loss] = []
    for each in sorted(lost, key=lambda each: (each.kind, each.node or "", each.ended_s)):
        at_s = each.ended_s - since_s
        last = found[-1] if found else None
        if last and (last.client, last.node) == (each.kind, each.node) and near(last, at_s):
            found[-1] = Loss(last.from_s, at_s, last.count + 1, last.node, last.client)
        else:
            found.append(Loss(at_s, at_s, 1, each.node, each.kind))
    return found


def near(loss: Loss, at_s: float) -> bool:
    """Say whether a moment belongs to a window of losses that is open."""
    return at_s - loss.to_s <= APART_S
