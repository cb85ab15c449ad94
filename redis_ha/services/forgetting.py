"""Have Sentinels forget strangers that are gone: SENTINEL RESET, on one after the other.

A Sentinel that was reset knows no replica and no other Sentinel until it has found them anew (up to
10 s) and cannot fail over meanwhile: so one at a time, each whole again before the next, and never
while the master is down or changes, when it would find nobody.
"""

from redis_ha.nodes.environment import Environment
from redis_ha.providers import Tell, nobody
from redis_ha.services import health, settling, strangers
from redis_ha.services.sentinel import sentinel_of
from redis_ha.services.snapshot import SentinelView, Snapshot

CALM = ("master",)
"""The flags of a master that answers and that no failover concerns."""


def run(environment: Environment, seen: Snapshot, tell: Tell = nobody) -> Snapshot:
    """Have the Sentinels forget who is gone; where nobody is, nothing is asked.

    Args:
        seen: what was seen since the last change.

    Raises:
        TimedOut: the cluster is not whole, or a Sentinel did not find all others again; the
            Sentinels after it were left alone.
        Unhealthy: as for `settling.wait_healthy`.
    """
    names = [view.name for view in strangers.knowing(seen)]
    for name in names:
        seen = settling.until(environment, is_safe)
        if not is_safe(seen):
            break
        for view in strangers.knowing(seen):
            if view.name == name:
                tell(f"Sentinel {name} forgets {_gone(view, seen)}")
                _reset(environment, view)
    return settling.wait_healthy(environment) if names else seen


def is_safe(snapshot: Snapshot) -> bool:
    """Say whether a Sentinel that is reset now finds everybody again."""
    return health.is_whole(snapshot) and all(
        view.master_seen and view.master_seen.flags == CALM for view in snapshot.sentinels
    )


def _gone(view: SentinelView, snapshot: Snapshot) -> str:
    known = {each.address for each in view.strangers}
    return ", ".join(each.address for each in strangers.gone(snapshot) if each.address in known)


def _reset(environment: Environment, view: SentinelView) -> None:
    with sentinel_of(environment, environment.node(view.node), view.port) as sentinel:
        sentinel.reset()
