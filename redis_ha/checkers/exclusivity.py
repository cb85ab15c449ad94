"""Did two masters ever acknowledge writes at the same time?"""

from collections.abc import Iterable
from dataclasses import dataclass

from redis_ha.measure.history import Operation


@dataclass(frozen=True)
class Overlap:
    """Writes that the old master acknowledged after the new one had begun to.

    Args:
        writes: how many.
        until_s: when the last of them was, in seconds after the new master's first; None when
            there are none.
    """

    writes: int
    until_s: float | None = None


def overlap(writes: Iterable[Operation], old: str, new: str | None, since_s: float) -> Overlap:
    """Compare the acknowledgements of two masters after a fault at `since_s`, of all clients."""
    told = [each for each in writes if each.acknowledged and each.ended_s >= since_s]
    first_s = min((each.ended_s for each in told if each.node == new), default=None)
    if first_s is None or new == old:
        return Overlap(0)
    late = [each.ended_s - first_s for each in told if each.node == old and each.ended_s > first_s]
    return Overlap(len(late), max(late, default=None))
