"""What changed from one look at a cluster to the next, in words."""

from collections.abc import Iterator

from redis_ha.services.snapshot import RedisView, SentinelView, Snapshot


def between(before: Snapshot, after: Snapshot) -> Iterator[str]:
    """Yield a line for each change; both are of the same environment."""
    for was, now in zip(before.nodes, after.nodes, strict=True):
        yield from (f"{now.name}: {said}" for said in _of_redis(was, now))
    for told, tells in zip(before.sentinels, after.sentinels, strict=True):
        yield from (f"Sentinel {tells.name}: {said}" for said in _of_sentinel(told, tells))


def _of_redis(was: RedisView, now: RedisView) -> Iterator[str]:
    if was.role != now.role:
        yield f"{was.role} -> {now.role}"
    elif was.link != now.link:
        yield f"link to its master {was.link} -> {now.link}"
    if was.refusal != now.refusal:
        yield (now.refusal or "refuses nothing any more").removeprefix(f"{now.name} ")


def _of_sentinel(was: SentinelView, now: SentinelView) -> Iterator[str]:
    if (was.error is None) != (now.error is None):
        yield "answers again" if now.error is None else now.refusal or "does not answer"
    elif was.master != now.master:
        yield f"names {now.master} as master, before {was.master}"
    elif was.is_in_tilt != now.is_in_tilt:
        yield "is in TILT" if now.is_in_tilt else "is no longer in TILT"
    elif was.quorum_ok != now.quorum_ok:
        yield "sees a quorum again" if now.quorum_ok else "sees no quorum"
