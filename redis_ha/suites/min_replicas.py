"""Another `min-replicas-to-write` for the time of a drill."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each
from redis_ha.services.client import ask, redis_of


@contextmanager
def during(environment: Environment, wanted: int | None) -> Iterator[None]:
    """Have every Redis take another `min-replicas-to-write` for a while.

    It is written down as well: a node that is restarted meanwhile would come back with the old one.
    """
    if wanted is None:
        yield
        return
    usual = environment.topology.redis.min_replicas_to_write
    places = ((node.name, str(wanted)) for node in environment.redis_nodes)
    undo = partial(_set, environment, usual)
    with ExitStack() as after:
        after.callback(environment.intents.undoing(undo, "min-replicas", *places))
        _set(environment, wanted)
        yield


def _set(environment: Environment, number: int) -> None:
    def change(node: Node) -> None:
        with redis_of(environment, node) as client:
            ask(client, "CONFIG", "SET", "min-replicas-to-write", str(number))
            ask(client, "CONFIG", "REWRITE")

    each(environment.redis_nodes, change)
