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
    """The master stays and acknowledges no write until the fault has healed: too few replicas."""
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
    if strike.leads_to == Expected.EITHER:
        return _of_the_weak(strike)
    if strike.leads_to is not None and strike.master in strike.targets:
        return Expected(strike.leads_to)
    return _of_sides(strike) if strike.cuts else _of_the_gone(strike)


def sentinels_left(strike: Strike) -> int:
    """Return how many Sentinels can still see each other, and no master that a fault took."""
    if strike.cuts:
        return strike.sentinels(_across(strike))
    gone = strike.targets if strike.takes_sentinels else ()
    return strike.sentinels() - strike.sentinels(gone)


def _of_the_weak(strike: Strike) -> Expected:
    """Return what comes of a fault that leaves the targets at work: flapping, losing packets.

    A master that is spared stays, unless Sentinels among the targets may take it for down.
    """
    doubts = strike.takes_sentinels and _can_elect(strike, strike.sentinels(strike.targets))
    if strike.master in strike.targets or (doubts and _has_candidate(strike, strike.targets)):
        return Expected.EITHER
    return Expected.STAYS


def _of_the_gone(strike: Strike) -> Expected:
    """Return what the others make of it that the targets are gone."""
    gone = strike.targets if strike.takes_redis else ()
    left = tuple(each.name for each in strike.redis_members if each.name not in gone)
    writable = _is_writable(strike, left)
    if strike.master in left:
        return Expected.STAYS if writable else Expected.REFUSES
    if not _can_elect(strike, sentinels_left(strike)) or not _has_candidate(strike, left):
        return Expected.OUTAGE
    return Expected.FAILOVER if writable else Expected.OUTAGE


def _of_sides(strike: Strike) -> Expected:
    """Return what becomes of two sides that cannot see each other, both at work.

    Sentinels that reach the quorum and no majority elect nobody while the cut lasts; once they see
    the others again, these may vote for what they had begun.
    """
    across = _across(strike)
    sentinels = strike.sentinels(across)
    has_candidate = _has_candidate(strike, across)
    if has_candidate and _can_elect(strike, sentinels):
        return Expected.FAILOVER if _is_writable(strike, across) else Expected.OUTAGE
    may_begin = has_candidate and sentinels >= strike.quorum
    if _is_writable(strike, _beside(strike)):
        return Expected.EITHER if may_begin else Expected.STAYS
    return Expected.OUTAGE if may_begin else Expected.REFUSES


def _beside(strike: Strike) -> tuple[str, ...]:
    """Return the nodes on the master's side of a cut."""
    return strike.targets if strike.master in strike.targets else strike.spared


def _across(strike: Strike) -> tuple[str, ...]:
    """Return the nodes on the other side."""
    return strike.spared if strike.master in strike.targets else strike.targets


def _can_elect(strike: Strike, sentinels: int) -> bool:
    return sentinels > strike.sentinels() // 2 and sentinels >= strike.quorum


def _has_candidate(strike: Strike, names: tuple[str, ...]) -> bool:
    return any(each.priority for each in strike.redis_members if each.name in names)


def _is_writable(strike: Strike, names: tuple[str, ...]) -> bool:
    """Say whether a master among these nodes has the replicas that writes need."""
    return sum(each.name in names for each in strike.redis_members) - 1 >= strike.min_replicas
