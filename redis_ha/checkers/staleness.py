"""Did reads miss what had been acknowledged before they were sent?"""

from collections.abc import Iterable
from dataclasses import dataclass

from redis_ha.measure.events import Event
from redis_ha.measure.figures import Count, Seconds
from redis_ha.measure.history import History, Outcome


@dataclass(frozen=True)
class StaleReads:
    """Reads that were answered, and those that were stale."""

    reads: Count = 0
    """How many were answered."""
    master: Count = 0
    """Stale ones from a node that said it was master."""
    replica: Count = 0
    """Stale ones from other nodes: replication is asynchronous, a few are normal."""
    oldest_s: Seconds = None
    """The longest that a missing write had been acknowledged; null without any."""


def stale_reads(history: History, events: Iterable[Event]) -> StaleReads:
    """Count the stale reads of a drill by the role of the node that answered."""
    told = {each.key: each.ended_s for each in history.writes() if each.acknowledged}
    roles = [event for event in events if event.kind == "role"]
    reads = history.reads()
    stale = [each for each in reads if each.outcome is Outcome.STALE]
    by_master = [each for each in stale if _role(roles, each.node, each.invoked_s) == "master"]
    ages = [each.invoked_s - told[each.key] for each in stale if each.key in told]
    return StaleReads(
        len(reads), len(by_master), len(stale) - len(by_master), max(ages, default=None)
    )


def _role(events: Iterable[Event], node: str | None, at_s: float) -> str | None:
    """Return what a node last said of its role before a moment."""
    said = [event.detail for event in events if event.source == node and event.at_s <= at_s]
    return said[-1] if said else None
