"""Did two masters ever acknowledge writes at the same time?"""

from collections.abc import Iterable
from dataclasses import dataclass

from redis_ha.measure.figures import Count, Seconds
from redis_ha.measure.history import Operation


@dataclass(frozen=True)
class Overlap:
    """Writes that the old master acknowledged after the new one had begun to."""

    writes: Count = 0
    """How many, of clients of any kind; a problem unless all are `naive` or of clients that others
    wrote."""
    until_s: Seconds = None
    """When the last of them was, after the new master's first; null without any."""


def overlap(writes: Iterable[Operation], old: str, new: str | None, since_s: float) -> Overlap:
    """Compare the acknowledgements of two masters after a fault at `since_s`, of all clients."""
    told = [each for each in writes if each.acknowledged and each.ended_s >= since_s]
    first_s = min((each.ended_s for each in told if each.node == new), default=None)
    if first_s is None or new == old:
        return Overlap(0)
    late = [each.ended_s - first_s for each in told if each.node == old and each.ended_s > first_s]
    return Overlap(len(late), max(late, default=None))
