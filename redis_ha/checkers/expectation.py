"""What a fault should lead to, from the topology and from what is gone while it lasts."""

from enum import StrEnum

from redis_ha.checkers.strike import Strike


class Expected(StrEnum):
    """What should become of writes and of the master."""

    FAILOVER = "failover"
    """Another node becomes master and takes writes while the fault lasts."""
    STAYS = "stays"
    """Nothing: the master stays and takes writes all the time."""
    REFUSES = "refuses"
    """No write may be acknowledged until the fault has healed: too few replicas, or no space."""
    OUTAGE = "outage"
    """Nobody can take over: writes come back with the nodes."""
    EITHER = "either"
    """The fault is short or weak: the master may stay or change."""
    SWITCHOVER = "switchover"
    """Planned: another node becomes master, writers are held for a moment."""


MOVES = (Expected.FAILOVER, Expected.SWITCHOVER)
"""Another node is master in the end."""


def of(strike: Strike) -> Expected:
    """Derive what to expect of a strike.

    Sentinels act when a majority of them all, and no fewer than the quorum, can still agree.
    """
    if strike.leads_to is not None and strike.master in strike.targets:
        return Expected(strike.leads_to)
    gone = _gone(strike) if strike.takes_redis else ()
    left = [each for each in strike.redis_members if each.name not in gone]
    writable = len(left) - 1 >= strike.min_replicas
    if strike.master not in gone:
        return Expected.STAYS if writable else Expected.REFUSES
    if not _agree(strike) or not any(each.priority for each in left):
        return Expected.OUTAGE
    return Expected.FAILOVER if writable else Expected.OUTAGE


def sentinels_left(strike: Strike) -> int:
    """Return how many Sentinels can still see each other while a fault lasts."""
    gone = _gone(strike) if strike.takes_sentinels else ()
    return strike.sentinels() - strike.sentinels(gone)


def _gone(strike: Strike) -> tuple[str, ...]:
    """Return the nodes that the others do without.

    Of two halves that cannot see each other the one without a majority of Sentinels is gone.
    """
    cut_off = strike.sentinels(strike.targets) > strike.sentinels(strike.spared)
    return strike.spared if strike.cuts and cut_off else strike.targets


def _agree(strike: Strike) -> bool:
    left = sentinels_left(strike)
    return left > strike.sentinels() // 2 and left >= strike.quorum
