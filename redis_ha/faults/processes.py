"""Faults of processes: killed, killed for a moment, or stopped in their tracks."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from redis_ha.faults.scene import Scene, Target
from redis_ha.nodes import Node
from redis_ha.nodes.group import each
from redis_ha.wait import now_s, pause_until

MOMENT = 0.25
"""When the start of a flap begins, as a share of down-after: it takes its time as well."""

Work = Callable[[Node, str], None]


@contextmanager
def killed(scene: Scene) -> Iterator[float]:
    """Kill the targets' services (SIGKILL) and keep them down."""
    with ExitStack() as healing:
        healing.callback(on_units, scene, start)
        on_units(scene, hold)
        at_s = now_s()
        on_units(scene, kill)
        yield at_s


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
        reach(scene)
        healing.callback(on_units, scene, resume)
        at_s = now_s()
        on_units(scene, pause)
        yield at_s


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


def reach(scene: Scene) -> None:
    """Connect to every target, so that the blow itself need not wait for that."""
    each(scene.targets, lambda target: target.node.run("true"))


def hold(node: Node, unit: str) -> None:
    """Keep a service down once it is killed."""
    node.units.hold(unit)


def kill(node: Node, unit: str) -> None:
    """End a service with SIGKILL."""
    node.units.kill(unit)


def start(node: Node, unit: str) -> None:
    """Start a service, held or not; does nothing to one that runs."""
    node.units.start(unit)


def pause(node: Node, unit: str) -> None:
    """Stop a service with SIGSTOP."""
    node.units.pause(unit)


def resume(node: Node, unit: str) -> None:
    """Let a stopped service go on."""
    node.units.resume(unit)
