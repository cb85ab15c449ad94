"""Faults of whole machines: the power is gone, and comes back."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from math import factorial
from typing import TypeVar

from redis_ha.errors import NotApplicable
from redis_ha.faults.processes import hold, kill, on_units, start
from redis_ha.faults.scene import Scene, Target
from redis_ha.providers import Powered
from redis_ha.wait import now_s

Item = TypeVar("Item")


def obstacle(scene: Scene) -> str | None:
    """Say why the targets cannot lose their power."""
    if not isinstance(scene.environment.provider, Powered):
        name = scene.environment.choice.name
        return f"{name} nodes have no power to cut: `host` kills all of a node's processes"
    return _part(scene)


def cold_obstacle(scene: Scene) -> str | None:
    """Say why the targets cannot start from cold: processes can, where there is no power."""
    return _part(scene)


def _part(scene: Scene) -> str | None:
    if all(target.is_whole for target in scene.targets):
        return None
    return "it takes a whole node: name it without a port"


def lost(scene: Scene) -> AbstractContextManager[float]:
    """Take the targets' power away."""
    provider = scene.environment.provider
    if not isinstance(provider, Powered):
        raise NotApplicable(str(obstacle(scene)))
    return _dark(scene, provider, scene.targets)


def cold(scene: Scene) -> AbstractContextManager[float]:
    """Take everything down and let it come back in an order that differs with each strike."""
    order = permutation(scene.targets, scene.number)
    provider = scene.environment.provider
    if isinstance(provider, Powered):
        return _dark(scene, provider, order)
    return _ended(scene, order)


def permutation(items: Sequence[Item], number: int) -> list[Item]:
    """Return one of all orders of `items`; the first is the one they have."""
    rest, order = list(items), []
    number %= factorial(len(rest))
    while rest:
        index, number = divmod(number, factorial(len(rest) - 1))
        order.append(rest.pop(index))
    return order


@contextmanager
def _dark(scene: Scene, provider: Powered, order: Sequence[Target]) -> Iterator[float]:
    """Cut the power of machines, and give it back in this order."""
    names = [target.name for target in order]
    with ExitStack() as healing:
        healing.callback(on_units, scene, start)
        places = ((name, "") for name in names)
        restore = partial(provider.restore_power, names)
        healing.callback(scene.environment.intents.undoing(restore, "power", *places))
        for target in order:
            target.node.close()  # the other end of the connection will be gone
        at_s = now_s()
        provider.cut_power(names)
        yield at_s


@contextmanager
def _ended(scene: Scene, order: Sequence[Target]) -> Iterator[float]:
    """Kill all processes, and start them node by node in this order."""
    with ExitStack() as healing:
        for target in reversed(order):
            for unit in reversed(target.units):
                undo = partial(target.node.units.start, unit)
                place = (target.name, unit)
                healing.callback(scene.environment.intents.undoing(undo, "held", place))
        on_units(scene, hold)
        yield scene.hit(kill)
