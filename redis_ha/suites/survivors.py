"""Which of a drill's keys every node has in the end."""

from collections.abc import Iterator
from functools import partial
from typing import cast

import redis

from redis_ha.measure.workload import Workload
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each
from redis_ha.services.client import redis_of
from redis_ha.wait import wait_until

CHUNK = 1000
REMOVAL_S = 30.0


def survivors(
    environment: Environment, master: str | None, load: Workload
) -> dict[str, frozenset[str]]:
    """Return which keys of a drill each node has in the end, and remove them.

    Replicas are asked once they have everything that the master has.
    """
    if master is None:
        return {}
    keys = [write.key for write in load.history.writes()]
    replicas = len(environment.redis_nodes) - 1
    with redis_of(environment, environment.node(master)) as client:
        client.wait(replicas, 5000)
        found = each(environment.redis_nodes, partial(_held, environment, keys))
        for chunk in _chunks(keys):
            wait_until(
                partial(_removed, client, chunk),
                what=f"{master} takes writes",
                timeout_s=REMOVAL_S,
            )
    return found


def _removed(client: redis.Redis, keys: list[str]) -> bool:
    """Remove keys; returns False where the master refuses, for replicas that lag for a moment."""
    try:
        client.unlink(*keys)
    except redis.ResponseError as error:
        if not str(error).startswith("NOREPLICAS"):
            raise
        return False
    return True


def _held(environment: Environment, keys: list[str], node: Node) -> frozenset[str]:
    held: set[str] = set()
    with redis_of(environment, node) as client:
        for chunk in _chunks(keys):
            values = cast(list[str | None], client.mget(chunk))
            held |= {key for key, value in zip(chunk, values, strict=True) if value == key}
    return frozenset(held)


def _chunks(keys: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]
