"""What Sentinels announced and nodes said of themselves, and the recovery as it shows in that."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from redis_ha.measure.figures import Seconds


@dataclass(frozen=True)
class Event:
    """One announcement: a Sentinel's, or a node's new role."""

    at_s: float
    """When it was heard; negative before the fault."""
    source: str
    """A Sentinel (`node:port`), or a node."""
    kind: str
    """`+sdown`, `+odown`, … or `role`."""
    detail: str = ""
    """What it said besides."""


@dataclass(frozen=True)
class Phases:
    """Seconds from the fault to each phase of the recovery."""

    sdown_s: Seconds = None
    """A Sentinel held the master for down by itself."""
    odown_s: Seconds = None
    """A quorum did."""
    elected_s: Seconds = None
    """One Sentinel was elected to act."""
    promoted_s: Seconds = None
    """A node said that it is master (asked every 20 ms)."""
    visible_s: Seconds = None
    """A Sentinel named the new master to clients."""
    first_write_s: Seconds = None
    """The new master acknowledged a write."""


def phases(
    events: Iterable[Event], since_s: float, old_master: str, first_write_s: float | None
) -> Phases:
    """Split the recovery from a fault at `since_s` into its phases.

    Args:
        first_write_s: the moment of the first write on the new master.
    """
    told = [event for event in events if event.at_s >= since_s]

    def first(kind: str, detail: str = "", not_of: str | None = None) -> float | None:
        for event in told:
            fits = event.kind == kind and event.detail.startswith(detail)
            if fits and event.source != not_of:
                return event.at_s - since_s
        return None

    return Phases(
        sdown_s=first("+sdown", "master "),
        odown_s=first("+odown", "master "),
        elected_s=first("+elected-leader"),
        promoted_s=first("role", "master", not_of=old_master),
        visible_s=first("+switch-master"),
        first_write_s=None if first_write_s is None else first_write_s - since_s,
    )


def elections(events: Sequence[Event], since_s: float) -> int:
    """Count the elections among Sentinels from `since_s` on.

    All votes of one election are of one epoch. A split vote elects nobody, and the next election
    comes after twice the failover-timeout and up to a second more.
    """
    return len(
        {
            event.detail.rpartition(" ")[2]
            for event in events
            if event.kind == "+vote-for-leader" and event.at_s >= since_s
        }
    )
