"""Did two ever hold a lock that is for one?"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from redis_ha.measure.figures import Count, Seconds
from redis_ha.measure.history import Operation

CLOCK_S = 0.002
"""How exactly the clock of a web node is known beside this machine's while a drill lasts."""


@dataclass(frozen=True)
class Locks:
    """How often sessions' locks were held."""

    holds: Count = 0
    """In all."""
    doubled: Count = 0
    """Those that began while another had the same lock."""
    doubled_s: Seconds = None
    """The longest that two had it; null without any."""


def locks(held: Iterable[Operation]) -> Locks:
    """Find the holds of each lock that overlap."""
    by_lock: dict[str, list[Operation]] = defaultdict(list)
    for one in held:
        by_lock[one.key.rpartition(":")[0]].append(one)
    both_s = [at_s for holds in by_lock.values() for at_s in _overlaps_s(holds)]
    count = sum(map(len, by_lock.values()))
    return Locks(count, len(both_s), max(both_s, default=None))


def _overlaps_s(holds: list[Operation]) -> Iterable[float]:
    """Yield for how long each hold of one lock was beside one that had begun before it."""
    until_s = float("-inf")
    for one in sorted(holds, key=lambda one: one.invoked_s):
        both_s = min(until_s, one.ended_s) - one.invoked_s
        if both_s > CLOCK_S:
            yield both_s
        until_s = max(until_s, one.ended_s)
