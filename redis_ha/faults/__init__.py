"""Ways to break a node. Each heals itself, whatever happens while it lasts."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from redis_ha.errors import RedisHaError
from redis_ha.nodes import Node
from redis_ha.wait import now_s

REDIS = "redis"


@contextmanager
def kill(node: Node) -> Iterator[float]:
    """Kill Redis (SIGKILL) and keep it down; yields the moment of the kill."""
    try:
        node.units.hold(REDIS)
        at_s = now_s()
        node.units.kill(REDIS)
        yield at_s
    finally:
        node.units.start(REDIS)


@contextmanager
def hang(node: Node) -> Iterator[float]:
    """Stop Redis (SIGSTOP): its connections stay, nothing answers; yields the moment."""
    try:
        at_s = now_s()
        node.units.pause(REDIS)
        yield at_s
    finally:
        node.units.resume(REDIS)


Fault = Callable[[Node], AbstractContextManager[float]]

FAULTS: dict[str, Fault] = {"kill": kill, "hang": hang}


def named(name: str) -> Fault:
    """Return the fault called `name`.

    Raises:
        RedisHaError: there is none.
    """
    if name not in FAULTS:
        raise RedisHaError(f"no fault `{name}`; there are {', '.join(FAULTS)}")
    return FAULTS[name]
