"""Which replica Sentinel prefers: another one for the time of a switchover."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from redis_ha.errors import Unhealthy
from redis_ha.nodes.environment import Environment
from redis_ha.services import cluster, settling, strangers
from redis_ha.services.client import ask, redis_of
from redis_ha.services.snapshot import RedisView, Snapshot
from redis_ha.wait import wait_until

FIRST = 1
"""The `replica-priority` that a chosen node has for the moment."""


@contextmanager
def of(environment: Environment, before: Snapshot, new: RedisView) -> Iterator[None]:
    """See to it that Sentinel chooses this node, and put the priorities back.

    Raises:
        Unhealthy: a server that is not in the inventory would be chosen.
        TimedOut: not every Sentinel has read the priorities in time.
    """
    rivals = [view for view in before.replicas if view.name != new.name]
    others = strangers.promotable(before)
    priorities = [*(view.priority for view in rivals), *(each.priority for each in others)]
    if all(priority > new.priority or priority == 0 for priority in priorities):
        yield
        return
    if first := [each.address for each in others if each.priority <= FIRST]:
        raise Unhealthy(f"{first[0]} would be promoted, which is not in the inventory: stop it")

    def put_back() -> None:
        for view in [new, *rivals]:
            _set_priority(environment, view, view.priority)

    places = ((view.name, str(view.priority)) for view in [new, *rivals])
    with ExitStack() as after:
        after.callback(environment.intents.undoing(put_back, "priority", *places))
        _set_priority(environment, new, FIRST)
        for view in rivals:
            if 0 < view.priority <= FIRST:
                _set_priority(environment, view, FIRST + 1)
        wait_until(
            lambda: cluster.look(environment),
            accept=lambda now: all(_first(view.replicas) == new.name for view in now.sentinels),
            show=lambda now: [view.replicas for view in now.sentinels],
            what=f"every Sentinel prefers {new.name}",
            timeout_s=settling.LEARNS_S,
        )
        yield


def _first(replicas: tuple[tuple[str, int], ...]) -> str | None:
    ranked = sorted((priority, name) for name, priority in replicas if priority > 0)
    return ranked[0][1] if ranked else None


def _set_priority(environment: Environment, view: RedisView, priority: int) -> None:
    with redis_of(environment, environment.node(view.name)) as client:
        ask(client, "CONFIG", "SET", "replica-priority", str(priority))
