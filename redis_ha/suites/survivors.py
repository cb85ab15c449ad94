"""Which of a drill's keys every node has in the end."""

from collections.abc import Iterator
from functools import partial
from typing import cast

from redis_ha.measure.workload import Workload
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each
from redis_ha.services.client import redis_of

CHUNK = 1000


def survivors(environment: Environment, master: str | None, load: Workload) -> dict[str, set[str]]:
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
            client.unlink(*chunk)
    return found


def _held(environment: Environment, keys: list[str], node: Node) -> set[str]:
    held: set[str] = set()
    with redis_of(environment, node) as client:
        for chunk in _chunks(keys):
            values = cast(list[str | None], client.mget(chunk))
            held |= {key for key, value in zip(chunk, values, strict=True) if value == key}
    return held


def _chunks(keys: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]
