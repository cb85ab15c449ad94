"""What is done on purpose, under the same load and the same checks as a fault."""

from collections.abc import Iterator
from contextlib import contextmanager

from redis_ha.errors import RedisHaError
from redis_ha.faults.scene import Scene
from redis_ha.providers import nobody
from redis_ha.provision import upgrade
from redis_ha.services import cluster, restart, switchover
from redis_ha.wait import now_s


def obstacle(scene: Scene) -> str | None:
    """Say why it cannot be done: it changes the master, whoever else is named."""
    if scene.master in scene.names:
        return None
    return f"it changes the master, which is {scene.master}: leave out `--target`"


@contextmanager
def switched(scene: Scene) -> Iterator[float]:
    """Change the master as planned."""
    yield switchover.run(scene.environment).timing.at_s


@contextmanager
def restarted(scene: Scene) -> Iterator[float]:
    """Restart every node, one at a time."""
    at_s = now_s()
    restart.in_turn(scene.environment, nobody)
    yield at_s


@contextmanager
def upgraded(scene: Scene) -> Iterator[float]:
    """Bring newer packages to every node that has some waiting, one at a time."""
    todo = upgrade.pending(scene.environment)
    at_s = now_s()
    upgrade.run(scene.environment, todo, lambda _: None, nobody)
    yield at_s


def upgrade_obstacle(scene: Scene) -> str | None:
    """Say why there is nothing to upgrade."""
    if why := obstacle(scene):
        return why
    try:
        upgrade.require_packages(scene.environment)
    except RedisHaError as error:
        return str(error)
    todo = upgrade.pending(scene.environment)
    if not todo:
        return "no newer packages for any node"
    return None if scene.master in todo else f"nothing newer for the master, {scene.master}"


@contextmanager
def failed_over(scene: Scene) -> Iterator[float]:
    """Ask a Sentinel for a failover and take no other precaution."""
    seen = cluster.look(scene.environment)
    at_s = now_s()
    switchover.ask_sentinel(scene.environment, seen)
    yield at_s
