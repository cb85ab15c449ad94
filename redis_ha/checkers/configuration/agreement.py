"""Rules about nodes that are set differently."""

from collections import Counter
from collections.abc import Iterator

from redis_ha.checkers.configuration.finding import Finding, Severity
from redis_ha.checkers.configuration.settings import Process, Settings

OF_REDIS = {
    "min-replicas-to-write": "min_replicas",
    "min-replicas-max-lag": "max_lag_s",
    "maxmemory": "maxmemory",
    "maxmemory-policy": "policy",
}
OF_SENTINEL = {
    "quorum": "quorum",
    "down-after-milliseconds": "down_after_ms",
    "failover-timeout": "failover_timeout_ms",
    "parallel-syncs": "parallel_syncs",
}


def differing(settings: Settings) -> Iterator[Finding]:
    """See that it does not matter who is master, and which Sentinel was elected."""
    for name, attribute in OF_REDIS.items():
        yield from _differing(name, attribute, settings.redis)
    for name, attribute in OF_SENTINEL.items():
        yield from _differing(name, attribute, settings.sentinels)


def _differing(name: str, attribute: str, processes: tuple[Process, ...]) -> Iterator[Finding]:
    values = [(each.node, getattr(each, attribute)) for each in processes]
    counted = Counter(value for _, value in values).most_common()
    if len(counted) > 1:
        now = ", ".join(f"{node} {value}" for node, value in values)
        why = "what holds depends on who is master, or on which Sentinel was elected"
        yield Finding(name, Severity.RISKY, now, f"{counted[0][0]} everywhere", why)
