"""Planned work on a setting: one that Redis takes while it runs, one that needs a restart.

Each round sets another value, by the way that `provision` goes; in the end the inventory's is back.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from functools import partial

from redis_ha.faults.scene import REDIS, Scene
from redis_ha.nodes.environment import Environment
from redis_ha.provision import provisioning, selection
from redis_ha.roles.redis import Redis
from redis_ha.services import directives, settling
from redis_ha.wait import now_s

Change = Callable[[Redis, int], Redis]
"""Returns the table with another value of one setting, for the number of a round."""
VALUES = 2
"""So many take turns, none of them the inventory's."""
MEBIBYTE = 1 << 20
LIMIT = 1 << 40
"""In place of no limit, which a small one would be far from."""


def memory(table: Redis, number: int) -> Redis:
    """Have a little more `maxmemory`, which a running Redis takes."""
    ((words,),) = directives.parse(f"maxmemory {table.maxmemory}").values()
    size = (int(words[0]) or LIMIT) + _step(number) * MEBIBYTE
    return replace(table, maxmemory=str(size))


def databases(table: Redis, number: int) -> Redis:
    """Have some more databases, for which Redis has to start anew."""
    return replace(table, databases=table.databases + _step(number))


def _step(number: int) -> int:
    return 1 + number % VALUES


@contextmanager
def changed(scene: Scene, change: Change) -> Iterator[float]:
    """Bring another value of a setting to every Redis."""
    environment = scene.environment
    at_s = now_s()
    _provision(environment.having(change(environment.topology.redis, scene.number)))
    yield at_s


@contextmanager
def put_back(environment: Environment, setting: str) -> Iterator[None]:
    """Have the inventory's value of a setting in the end, whatever was set meanwhile."""
    with ExitStack() as after:
        places = ((node.name, setting) for node in environment.redis_nodes)
        undo = partial(_back, environment)
        after.callback(environment.intents.undoing(undo, "setting", *places))
        yield


def _back(environment: Environment) -> None:
    _provision(environment)
    settling.wait_healthy(environment)


def _provision(environment: Environment) -> None:
    provisioning.provision(environment, selection.together_with(REDIS), lambda _: None)


def live(scene: Scene) -> AbstractContextManager[float]:
    """Set what a running Redis takes."""
    return changed(scene, memory)


def with_restart(scene: Scene) -> AbstractContextManager[float]:
    """Set what Redis has to be restarted for."""
    return changed(scene, databases)
