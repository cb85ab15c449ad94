"""Rules about time: how long until somebody else is master, and who waits so long."""

from collections.abc import Iterator
from math import ceil

from redis_ha.checkers import prediction
from redis_ha.checkers.configuration.finding import Finding, Severity
from redis_ha.checkers.configuration.settings import Settings
from redis_ha.inventory.client import Client
from redis_ha.services import recovery

PING_MS = 1_000
"""How often Sentinel pings, and tries to connect again. With a down-after as long, a drill saw a
second failover one second after the first: the new master had not answered a ping yet."""
LONGEST_MS = 10_000
"""A down-after beyond it is a surprise to everybody."""
ELECTION_S = 3
"""An election (up to a second's random delay), a promotion and the INFO that tells of it."""
TAIL_S = 60
"""What a failed election may cost at most: it is tried again after 2 × failover-timeout."""
COPY_BYTES_PER_S = 50 * 2**20
"""A full copy over a network of 1 Gbit/s, loading included."""
SPREAD_S = 1.0
"""By how much a single recovery may exceed the predicted median."""


def down_after(settings: Settings) -> Iterator[Finding]:
    """See that a hiccup is not taken for a failure, nor a failure for a hiccup."""
    if not settings.sentinels:
        return
    now, better = settings.down_after_ms, str((settings.max_lag_s + 1) * 1000)
    severity = Severity.NOTE
    if now <= PING_MS:
        severity = Severity.RISKY
        why = "Sentinels ping once a second: one late answer is a failure, of a new master as well"
    elif now > LONGEST_MS:
        why = f"writes fail for about {predicted_s(settings):.1f} s"
        better = str(min((settings.max_lag_s + 1) * 1000, LONGEST_MS))
    else:
        return
    yield Finding("down-after-milliseconds", severity, str(now), better, why)


def failover_timeout(settings: Settings) -> Iterator[Finding]:
    """Hold the retry tail against the time that elections and full copies take."""
    if not settings.sentinels:
        return
    now_s = settings.failover_timeout_ms / 1000
    copies_s = _copies_s(settings)
    least_s = max(ELECTION_S, copies_s)
    better = str(max(10, least_s) * 1000)
    if now_s < least_s:
        why = f"replicas that copy everything need about {copies_s} s in turn, then all do at once"
        if now_s < ELECTION_S:
            why = f"an election and a promotion may take {ELECTION_S} s: they are given up"
    elif 2 * now_s > max(TAIL_S, 2 * least_s):
        why = f"an election that fails is tried again after {2 * now_s:g} s, without a master"
    else:
        return
    now = str(settings.failover_timeout_ms)
    yield Finding("failover-timeout", Severity.RISKY, now, better, why)


def _copies_s(settings: Settings) -> int:
    """Return how long the replicas of a new master copy, so many at a time as is allowed."""
    others = max(0, len(settings.redis) - 2)
    at_once = max(1, min(each.parallel_syncs for each in settings.sentinels))
    largest = max(each.maxmemory for each in settings.redis)
    return ceil(ceil(others / at_once) * largest / COPY_BYTES_PER_S)


def retry_budget(settings: Settings) -> Iterator[Finding]:
    """Hold the client's patience against the predicted recovery from a hang."""
    if not settings.sentinels:
        return
    recovery_s = predicted_s(settings)
    budget_ms = settings.topology.table(Client).retry_budget_ms
    better_ms = ceil((recovery_s + SPREAD_S) * 2) * 500
    told = f"a hung master is replaced after about {recovery_s:.2f} s"
    if budget_ms is None:
        severity, now, why = Severity.NOTE, "not known", told
    elif budget_ms < recovery_s * 1000:
        severity, now = Severity.RISKY, str(budget_ms)
        why = f"{told}: by then the client has given up and the user sees an error"
    elif budget_ms < better_ms:
        severity, now = Severity.NOTE, str(budget_ms)
        why = f"{told} (median): half of all recoveries take longer"
    else:
        return
    yield Finding("client.retry_budget_ms", severity, now, str(better_ms), why)


def predicted_s(settings: Settings) -> float:
    """Return the predicted recovery from a hang, the slower of the faults."""
    topology = settings.topology
    hang = recovery.Situation(
        down_after_s=max(100, settings.down_after_ms) / 1000,
        quorum=topology.sentinel.quorum,
        is_silent=True,
        sentinels_left=sum(len(node.sentinels) for node in topology.nodes),
        min_replicas=settings.min_replicas,
    )
    return prediction.of(hang).first_write_s
