"""Which of a drill's keys every node has in the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

import redis

from redis_ha.errors import RedisHaError
from redis_ha.measure import visits
from redis_ha.measure.workload import Workload
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import outcomes
from redis_ha.services import web_sessions
from redis_ha.services.client import chunks, redis_of
from redis_ha.services.snapshot import Snapshot
from redis_ha.wait import wait_until

CATCH_UP_MS = 5000
REMOVAL_S = 30.0


@dataclass(frozen=True)
class Found:
    """The keys of a drill by node.

    Args:
        survivors: those that each node has.
        unasked: why the other nodes could not be asked.
    """

    survivors: dict[str, frozenset[str]]
    unasked: dict[str, str]


def find(environment: Environment, after: Snapshot, load: Workload) -> Found:
    """Ask every node that answers which keys of a drill it has, and remove them.

    Replicas are asked once they have everything that their master has. Where there is more than one
    master, or none, or the master refuses, the keys stay until they expire.
    """
    writes = load.history.writes()
    keys = [write.key for write in writes if write.kind not in visits.ALL]
    drill = load.prefix if len(keys) < len(writes) else None
    masters = [environment.node(view.name) for view in after.masters]
    outcomes(masters, partial(_catch_up, environment, len(after.replicas)))
    found = outcomes(environment.redis_nodes, partial(_held, environment, keys, drill))
    if after.master:
        outcomes(masters, partial(_remove, environment, keys, drill))
    return Found(
        {name: had for name, had in found.items() if not isinstance(had, RedisHaError)},
        {name: str(why) for name, why in found.items() if isinstance(why, RedisHaError)},
    )


def _catch_up(environment: Environment, replicas: int, master: Node) -> None:
    with redis_of(environment, master) as client:
        client.wait(replicas, CATCH_UP_MS)


def _remove(environment: Environment, keys: list[str], drill: str | None, master: Node) -> None:
    with redis_of(environment, master) as client:
        for chunk in chunks(keys):
            wait_until(
                partial(_removed, client, chunk),
                what=f"{master.name} takes writes",
                timeout_s=REMOVAL_S,
            )
    if drill:
        web_sessions.remove(environment, master, drill)


def _removed(client: redis.Redis, keys: Sequence[str]) -> bool:
    """Remove keys; returns False where the master refuses, for replicas that lag for a moment."""
    try:
        client.unlink(*keys)
    except redis.ResponseError as error:
        if not str(error).startswith("NOREPLICAS"):
            raise
        return False
    return True


def _held(
    environment: Environment, keys: list[str], drill: str | None, node: Node
) -> frozenset[str]:
    """Return what a node has of a drill: plain keys, and what sessions of that name remember."""
    held: set[str] = set()
    if drill:
        held.update(*web_sessions.of_drill(environment, node, drill).values())
    with redis_of(environment, node) as client:
        for chunk in chunks(keys):
            values = cast(list[str | None], client.mget(chunk))
            held |= {key for key, value in zip(chunk, values, strict=True) if value == key}
    return frozenset(held)
