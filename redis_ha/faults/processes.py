"""Faults of processes: killed, killed for a moment, or stopped in their tracks."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from redis_ha.faults.scene import Scene, Target
from redis_ha.nodes import Node
from redis_ha.nodes.group import each
from redis_ha.wait import pause_until

MOMENT = 0.25
"""When the start of a flap begins, as a share of down-after: it takes its time as well."""

Work = Callable[[Node, str], None]


@contextmanager
def killed(scene: Scene) -> Iterator[float]:
    """Kill the targets' services (SIGKILL) and keep them down."""
    with ExitStack() as healing:
        healing.callback(undoing(scene, start, "held"))
        on_units(scene, hold)
        yield scene.hit(kill)


@contextmanager
def flapped(scene: Scene) -> Iterator[float]:
    """Kill the targets' services and start them again before a Sentinel holds them for down."""
    with killed(scene) as at_s:
        pause_until(at_s + MOMENT * scene.environment.topology.sentinel.down_after_s)
        on_units(scene, start)
        yield at_s


@contextmanager
def paused(scene: Scene) -> Iterator[float]:
    """Stop the targets' services (SIGSTOP): connections stay, nothing answers."""
    with ExitStack() as healing:
        healing.callback(undoing(scene, resume, "stopped"))
        yield scene.hit(pause)


def undoing(scene: Scene, work: Work, kind: str) -> Callable[[], None]:
    """Write down that every service that is hit is about to be changed; return what undoes it."""
    places = ((target.name, unit) for target in scene.targets for unit in target.units)
    return scene.environment.intents.undoing(partial(on_units, scene, work), kind, *places)


def on_units(scene: Scene, work: Work) -> None:
    """Do something to every service that is hit, the nodes side by side.

    Raises:
        RedisHaError: it failed somewhere; it was done to all the others.
    """

    def on_target(target: Target) -> None:
        with ExitStack() as steps:
            for unit in reversed(target.units):
                steps.callback(work, target.node, unit)

    each(scene.targets, on_target)


def hold(node: Node, unit: str) -> None:
    """Keep a service down once it is killed."""
    node.units.hold(unit)


def kill(target: Target) -> float:
    """End what is hit with SIGKILL; return when, by the node's own clock."""
    return target.node.units.kill(*target.units)


def start(node: Node, unit: str) -> None:
    """Start a service, held or not; does nothing to one that runs."""
    node.units.start(unit)


def pause(target: Target) -> float:
    """Stop what is hit with SIGSTOP; return when, by the node's own clock."""
    return target.node.units.pause(*target.units)


def resume(node: Node, unit: str) -> None:
    """Let a stopped service go on."""
    node.units.resume(unit)
