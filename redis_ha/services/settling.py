"""Wait until the cluster is as it should be: asked again and again, with a deadline."""

from collections.abc import Callable
from dataclasses import dataclass

from redis_ha.errors import TimedOut, Unhealthy
from redis_ha.nodes.environment import Environment
from redis_ha.services import cluster, health, stopped
from redis_ha.services.snapshot import Snapshot
from redis_ha.wait import last_seen

SETTLE_S = 60.0
"""How long a cluster may take to be whole again after a restart or another master: a node loads
its data or copies all of it, and Sentinels ask about a replica that came back every 10 s."""
STUCK_S = 5.0
"""How long a refusal that no time mends is waited for, should somebody be mending it."""
LEARNS_S = 15.0
"""How long Sentinels take to read a replica's priority: they ask for it every 10 s."""


@dataclass(frozen=True)
class _State:
    """What is waited for.

    Args:
        accept: whether it is there.
        is_stuck: whether no time brings it.
    """

    name: str
    accept: Callable[[Snapshot], bool]
    is_stuck: Callable[[Snapshot], bool]


def _never_settles(snapshot: Snapshot) -> bool:
    return health.is_stuck(snapshot) or health.is_drifted(snapshot)


HEALTHY = _State("healthy", health.is_whole, health.is_stuck)
SETTLED = _State("settled", health.is_settled, _never_settles)


def wait_healthy(
    environment: Environment, timeout_s: float = SETTLE_S, *, seen: Snapshot | None = None
) -> Snapshot:
    """Return the first snapshot that is healthy, or would be with newer servers.

    Args:
        seen: what was seen since the last change; nobody is asked while that will do.

    Raises:
        TimedOut: it did not get healthy in time; the message has the last problems.
        Unhealthy: a server refuses what it should do, and time will not mend that.
    """
    return _wait(environment, HEALTHY, timeout_s, seen)


def wait_settled(
    environment: Environment, timeout_s: float = SETTLE_S, *, seen: Snapshot | None = None
) -> Snapshot:
    """Return the first such snapshot that is known to every Sentinel; as `wait_healthy`.

    Raises:
        TimedOut: it did not get there in time; the message has what is missing.
        Unhealthy: as for `wait_healthy`.
    """
    return _wait(environment, SETTLED, timeout_s, seen)


def until(
    environment: Environment,
    accept: Callable[[Snapshot], bool],
    timeout_s: float = SETTLE_S,
    *,
    seen: Snapshot | None = None,
) -> Snapshot:
    """Return the first snapshot that `accept` likes, else the last one when the time is over."""
    return last_seen(_looks(environment, seen), accept=accept, timeout_s=timeout_s)


def _wait(
    environment: Environment,
    wanted: _State,
    timeout_s: float,
    seen: Snapshot | None,
) -> Snapshot:
    accept = wanted.accept
    now = until(environment, accept, min(timeout_s, STUCK_S), seen=seen)
    if not accept(now) and not wanted.is_stuck(now):
        now = until(environment, accept, timeout_s - STUCK_S, seen=now)
    if accept(now):
        return now
    missing = _missing(environment, now)
    if wanted.is_stuck(now):
        raise Unhealthy(f"the cluster does not get {wanted.name} by itself: {missing}")
    raise TimedOut(
        f"the cluster is {wanted.name}: not within {timeout_s:g} s, last seen: {missing}"
    )


def _missing(environment: Environment, now: Snapshot) -> str:
    """Return in words what is not as it should be, and why servers do not run."""
    outages = health.outages(now) or health.unsettled(now)
    return "; ".join([*outages, *stopped.reasons(environment, now)])


def _looks(environment: Environment, seen: Snapshot | None) -> Callable[[], Snapshot]:
    """Return what looks at the cluster; what was seen already is its first answer."""
    known = [] if seen is None else [seen]
    return lambda: known.pop() if known else cluster.look(environment)
