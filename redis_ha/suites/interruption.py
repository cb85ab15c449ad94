"""A drill that is interrupted (Ctrl-C) while the old master is gone: healed at the right moment.

About down-after a fault began some Sentinels hold the master for down and another is about to be
promoted. An old master that came back just then would take writes, and confirm them with replicas
that have not turned away yet; they are gone once it is demoted. So the fault goes on until that
is decided.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from redis_ha.checkers.prediction import PING_S
from redis_ha.checkers.strike import Strike
from redis_ha.errors import RedisHaError
from redis_ha.nodes.environment import Environment
from redis_ha.providers import Tell
from redis_ha.services.client import asking
from redis_ha.services.sentinel import SentinelClient
from redis_ha.wait import last_seen, now_s

MORE_S = 5.0
"""How long it may take beyond down-after: Sentinels elect and promote within 2 s."""
HELD = "s_down"
"""In the flags of what a Sentinel holds for down."""


@contextmanager
def decided_first(
    environment: Environment, strike: Strike, fault_s: float, tell: Tell
) -> Iterator[None]:
    """Let an interrupt wait until the Sentinels have decided; a second one does not wait."""
    try:
        yield
    except KeyboardInterrupt:
        if strike.takes_redis and strike.master in strike.targets:
            _wait(environment, strike, fault_s, tell)
        raise


def _wait(environment: Environment, strike: Strike, fault_s: float, tell: Tell) -> None:
    limit_s = strike.down_after_s + MORE_S
    tell(
        f"interrupted: healing once the Sentinels have decided about {strike.master}, within "
        f"{limit_s:g} s; a second Ctrl-C heals at once and may cost writes that were confirmed"
    )
    last_seen(lambda: _is_decided(environment, strike, fault_s), timeout_s=limit_s)


def _is_decided(environment: Environment, strike: Strike, fault_s: float) -> bool:
    """Say whether no Sentinel holds the old master for down, nor is about to, or all moved on."""
    told = list(_told(environment))
    if not told or strike.master not in (name for name, _ in told):
        return True
    is_near = now_s() - fault_s > strike.down_after_s - PING_S
    return not is_near and not any(held for _, held in told)


def _told(environment: Environment) -> Iterator[tuple[str | None, bool]]:
    """Yield whom each Sentinel that answers names as master, and whether it holds it for down."""
    topology, password = environment.topology, environment.secrets.sentinel
    for node in environment.sentinel_nodes:
        for port in node.spec.sentinels:
            with (
                suppress(RedisHaError),
                asking(node.name, node.address, port, password) as client,
            ):
                sentinel = SentinelClient(client, topology.sentinel.master_name, node.name)
                state = sentinel.told().master
                named = environment.node_at(state["ip"])
                yield named.name if named else None, HELD in state["flags"].split(",")
