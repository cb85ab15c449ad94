"""Ways to break an environment. Each heals itself, whatever happens while it lasts.

A fault is a context manager over a scene that yields the moment at which it struck.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from redis_ha.errors import NotApplicable, RedisHaError
from redis_ha.faults import planned, processes
from redis_ha.faults.scene import REDIS, SENTINEL, Scene

Inject = Callable[[Scene], AbstractContextManager[float]]


def anywhere(scene: Scene) -> str | None:
    """Return why a fault cannot strike here: this one always can."""
    del scene
    return None


@dataclass(frozen=True)
class Fault:
    """One entry of the catalogue.

    Args:
        summary: what it does, for people.
        inject: breaks the scene's targets; yields the moment; heals in the end.
        takes: what is gone of a target while it lasts: `redis`, `sentinel`.
        target: which target is meant when none is named.
        silent: connections stay open and nothing answers, so that only time-outs tell.
        cuts: the targets go on by themselves, cut off from the others.
        divides: clients are cut off as well: those on one side reach that side only.
        leads_to: what it should lead to, where that does not follow from what it takes
            (a word of `checkers.expectation.Expected`).
        obstacle: returns why it cannot strike a scene, None when it can.
    """

    summary: str
    inject: Inject
    takes: frozenset[str]
    target: str = "master"
    silent: bool = False
    cuts: bool = False
    divides: bool = False
    leads_to: str | None = None
    obstacle: Callable[[Scene], str | None] = anywhere


FAULTS: dict[str, Fault] = {
    "kill": Fault("Redis gets SIGKILL and stays down", processes.killed, frozenset({REDIS})),
    "hang": Fault(
        "Redis gets SIGSTOP: connections stay open, nothing answers",
        processes.paused,
        frozenset({REDIS}),
        silent=True,
    ),
    "host": Fault(
        "Redis and its Sentinel get SIGKILL together",
        processes.killed,
        frozenset({REDIS, SENTINEL}),
    ),
    "switchover": Fault(
        "the master is changed as planned",
        planned.switched,
        frozenset({REDIS}),
        leads_to="switchover",
    ),
    "rolling-restart": Fault(
        "every node is restarted, one at a time",
        planned.restarted,
        frozenset({REDIS}),
        leads_to="switchover",
    ),
    "sentinel-failover": Fault(
        "a bare SENTINEL FAILOVER, as if there were no `switchover`",
        planned.failed_over,
        frozenset({REDIS}),
        leads_to="failover",
    ),
}


def check(fault: Fault, scene: Scene) -> None:
    """Make sure that a fault can strike.

    Raises:
        NotApplicable: the provider has no means for it.
    """
    if reason := fault.obstacle(scene):
        raise NotApplicable(reason)


def named(name: str) -> Fault:
    """Return the fault called `name`.

    Raises:
        RedisHaError: there is none.
    """
    if name not in FAULTS:
        raise RedisHaError(f"no fault `{name}`; there are {', '.join(FAULTS)}")
    return FAULTS[name]
