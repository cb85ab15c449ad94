"""Rules about replicas: what a write waits for, and who may take over."""

from collections.abc import Iterator
from math import ceil

from redis_ha.checkers.configuration.finding import Finding, Severity
from redis_ha.checkers.configuration.settings import Settings

LAG_ROUNDS_S = 2
"""How much later than max-lag an isolated master stops: lag is whole seconds, of a 1 s cron."""
ACCEPTS_S = 1.25
"""From down-after to the first write of a new master that needs a replica of its own."""
PAIR = 2
"""Nodes with which nothing can wait for a replica and lose a node as well."""


def two_masters(settings: Settings) -> Iterator[Finding]:
    """Compare when an isolated master stops with when the new one begins."""
    if not settings.min_replicas or not settings.sentinels:
        return
    lag, down_after_s = settings.max_lag_s, settings.down_after_ms / 1000
    stops, begins = lag + LAG_ROUNDS_S, down_after_s + ACCEPTS_S
    if begins > stops:
        return
    shorter = min(lag, ceil(begins - LAG_ROUNDS_S) - 1)
    yield Finding(
        "down-after-milliseconds",
        Severity.RISKY,
        f"{settings.down_after_ms} with min-replicas-max-lag {lag}",
        f"{(lag + 1) * 1000}" + (f", or min-replicas-max-lag {shorter}" if shorter > 0 else ""),
        f"an isolated master acknowledges for up to {stops} s, the new one from {begins:.2f} s on: "
        f"for up to {stops - begins:.2f} s there are two, and what the old one takes is lost",
    )


def enough_replicas(settings: Settings) -> Iterator[Finding]:
    """See that a write waits for as many replicas as a partition demands and a loss allows."""
    now, spare = settings.min_replicas, len(settings.redis) - 2
    if spare < 0:
        yield Finding("nodes", Severity.RISKY, "1 Redis", "3", "nobody can take over from it")
        return
    least = min(cut_off(settings), spare)
    if now > spare:
        why = "the loss of one node stops all writes: the master that is left has too few replicas"
        better = str(spare) if spare else "0, or a third Redis node"
    elif now == 0:
        why = "an isolated master goes on acknowledging what the new one never sees"
        if not spare:
            why += "; with two nodes 1 would stop writes whenever one is lost"
        better = str(max(least, 1)) if spare else "1, with a third Redis node"
    elif now < least:
        why = f"a master that is cut off with {least - 1} of its replicas goes on acknowledging"
        better = str(least)
    else:
        return
    yield Finding("min-replicas-to-write", Severity.RISKY, str(now), better, why)


def cut_off(settings: Settings) -> int:
    """Return how many Redis nodes a partition can hold apart from Sentinels that still elect.

    With a Sentinel on each of n nodes that is a minority of them, (n - 1) / 2 rounded down.
    """
    if not settings.sentinels:
        return (len(settings.redis) - 1) // 2
    left, apart = len(settings.sentinels) - settings.needed, 0
    for weight in sorted(settings.sentinels_of.get(each.node, 0) for each in settings.redis):
        left -= weight
        apart += left >= 0
    return min(apart, len(settings.redis) - 1)


def priorities(settings: Settings) -> Iterator[Finding]:
    """See that somebody may take over, and that settings say who."""
    by_priority = sorted((each.priority, each.node) for each in settings.redis)
    may = [(priority, node) for priority, node in by_priority if priority]
    shown = ", ".join(f"{node} {priority}" for priority, node in by_priority)
    if len(may) < PAIR <= len(by_priority):
        free = max(priority for priority, _ in by_priority) + 25
        better = ", ".join(f"{node} {free}" for priority, node in by_priority if not priority)
        why = "0 is never promoted: nobody takes over from the only node that may be master"
        yield Finding("replica-priority", Severity.WRONG, shown, better, why)
    elif len({priority for priority, _ in may}) < len(may):
        better = ", ".join(f"{node} {priority}" for priority, node in _apart(may))
        why = "between equals the offset decides, then chance: nobody can say who takes over"
        yield Finding("replica-priority", Severity.NOTE, shown, better, why)


def _apart(ranked: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield the same order with a priority of its own for each."""
    last = 0
    for priority, node in ranked:
        last = max(priority, last + 1)
        yield last, node
