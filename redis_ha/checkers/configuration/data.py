"""Rules about what each Redis does with its data."""

from collections.abc import Iterator

from redis_ha.checkers.configuration.finding import Finding, Severity
from redis_ha.checkers.configuration.settings import RedisSettings, Settings, judged

NOT_FIT = {
    "noeviction": "when memory is full every write fails, those of sessions and locks as well",
    "allkeys": "it may evict sessions, and tags of TYPO3's caches: their pages are stale for good",
}
LOST = {
    True: "a master that starts again before it is replaced has its last snapshot and no more, "
    "and its replicas copy that",
    False: "a master that starts again before it is replaced is empty, and its replicas copy that",
}


def memory(settings: Settings) -> Iterator[Finding]:
    """See that there is a limit, and that what goes first harms no tagged cache."""
    yield from judged(settings.redis, _limit)
    yield from judged(settings.redis, _policy)


def _limit(redis: RedisSettings) -> Finding | None:
    if redis.maxmemory:
        return None
    why = "it grows until the kernel ends it; the better one is the inventory's default"
    return Finding("maxmemory", Severity.RISKY, "no limit", "256mb", why)


def _policy(redis: RedisSettings) -> Finding | None:
    why = NOT_FIT.get(redis.policy.partition("-")[0])
    if not why:
        return None
    return Finding("maxmemory-policy", Severity.RISKY, redis.policy, "volatile-ttl", why)


def persistence(settings: Settings) -> Iterator[Finding]:
    """See that a master that starts again has its data: its replicas copy what it has."""
    yield from judged(settings.redis, _log)
    yield from judged(settings.redis, _flush)


def _log(redis: RedisSettings) -> Finding | None:
    if redis.appendonly:
        return None
    severity = Severity.RISKY if redis.has_snapshots else Severity.WRONG
    now = "no" if redis.has_snapshots else 'no, with save ""'
    return Finding("appendonly", severity, now, "yes", LOST[redis.has_snapshots])


def _flush(redis: RedisSettings) -> Finding | None:
    if not redis.appendonly or redis.appendfsync != "no":
        return None
    why = "a machine that goes down takes up to half a minute of writes with it, not a second"
    return Finding("appendfsync", Severity.NOTE, "no", "everysec", why)


def replicas_that_take_writes(settings: Settings) -> Iterator[Finding]:
    """See that nobody writes where the next copy overwrites it."""
    yield from judged(settings.redis, _read_only)


def _read_only(redis: RedisSettings) -> Finding | None:
    if redis.is_read_only:
        return None
    why = "a client that is left on a former master is told OK, and its writes vanish"
    return Finding("replica-read-only", Severity.RISKY, "no", "yes", why)
