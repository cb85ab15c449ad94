"""Faults of processes: killed, or stopped in their tracks."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from redis_ha.faults.scene import Scene
from redis_ha.wait import now_s


@contextmanager
def killed(scene: Scene) -> Iterator[float]:
    """Kill the targets' services (SIGKILL) and keep them down."""
    with ExitStack() as healing:
        for node, unit in scene.units:
            healing.callback(node.units.start, unit)
            node.units.hold(unit)
        at_s = now_s()
        for node, unit in scene.units:
            node.units.kill(unit)
        yield at_s


@contextmanager
def paused(scene: Scene) -> Iterator[float]:
    """Stop the targets' services (SIGSTOP): connections stay, nothing answers."""
    with ExitStack() as healing:
        at_s = now_s()
        for node, unit in scene.units:
            healing.callback(node.units.resume, unit)
            node.units.pause(unit)
        yield at_s
