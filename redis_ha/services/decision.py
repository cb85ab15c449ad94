"""When an old master may come back: once the Sentinels have decided about it.

About down-after a master was lost some Sentinels hold it for down and another is about to be
promoted. One that came back just then would take writes, and have them confirmed by replicas that
have not turned away yet; they are gone once it is demoted.
"""

from collections.abc import Iterator
from contextlib import suppress

from redis_ha.errors import RedisHaError
from redis_ha.nodes.environment import Environment
from redis_ha.services.sentinel import PING_S, sentinel_of
from redis_ha.wait import last_seen, now_s

MORE_S = 5.0
"""How long it may take beyond down-after: Sentinels elect and promote within 2 s."""
HELD = "s_down"
"""In the flags of what a Sentinel holds for down."""


def limit_s(environment: Environment) -> float:
    """Return how long is waited for it at most, in seconds."""
    return environment.topology.sentinel.down_after_s + MORE_S


def is_due(environment: Environment, master: str, lost_s: float, unsure_s: float = 0.0) -> bool:
    """Say whether no Sentinel holds a lost master for down, nor is about to, or all moved on.

    Args:
        lost_s: when it was lost.
        unsure_s: how much earlier that may have been.
    """
    told = list(_told(environment))
    if not told or master not in (name for name, _ in told):
        return True
    age_s, down_after_s = now_s() - lost_s, environment.topology.sentinel.down_after_s
    is_near = down_after_s - PING_S - unsure_s < age_s < limit_s(environment)
    return not is_near and not any(held for _, held in told)


def wait(environment: Environment, master: str, lost_s: float, unsure_s: float = 0.0) -> None:
    """Wait until that is so, for `limit_s` at most."""
    last_seen(lambda: is_due(environment, master, lost_s, unsure_s), timeout_s=limit_s(environment))


def _told(environment: Environment) -> Iterator[tuple[str | None, bool]]:
    """Yield whom each Sentinel that answers names as master, and whether it holds it for down."""
    for node in environment.sentinel_nodes:
        for port in node.spec.sentinels:
            with (
                suppress(RedisHaError),
                sentinel_of(environment, node, port) as sentinel,
            ):
                state = sentinel.told().master
                named = environment.node_at(state["ip"])
                yield named.name if named else None, HELD in state["flags"].split(",")
