"""A full disk under a running Redis: it goes on, and refuses every write (MISCONF).

A small file system is put over the folder of the append-only file, where Redis alone sees it. A
rewrite makes Redis open its next file there; then the last byte is taken. Who refuses writes
answers no PING either, so the Sentinels act. A Redis that ends over it stays down until healed.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import partial

from redis_ha.errors import Refused, Unreachable
from redis_ha.faults.scene import REDIS, Scene, Target
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each
from redis_ha.nodes.scripts import uploaded
from redis_ha.services.client import ask, redis_of
from redis_ha.wait import wait_until

SCRIPT = "provision/faults/disk.sh"
IDLE = {"loading": 0, "aof_rewrite_in_progress": 0}
STARTED = {**IDLE, "aof_rewrite_scheduled": 0}
WRITES = {**IDLE, "aof_last_write_status": "ok"}
WELL = {**STARTED, **WRITES, "aof_last_bgrewrite_status": "ok"}
REWRITE_S = 60
"""How long Redis may take to load its data, or to write them anew."""
CHANGED = ":: disk changed"


def obstacle(scene: Scene) -> str | None:
    """Say why the targets' disks cannot be full."""
    if all(target.node.is_machine for target in scene.targets):
        return None
    return "local nodes are folders of processes: there is no disk of their own to fill"


@contextmanager
def full(scene: Scene) -> Iterator[float]:
    """Leave the targets' Redis no room to write."""

    def prepare(target: Target) -> None:
        target.node.units.hold(REDIS)
        _run(target.node, "mount")
        _rewrite(scene.environment, target.node)

    with ExitStack() as healing:
        places = ((name, "") for name in scene.names)
        undo = partial(each, scene.targets, lambda it: heal(scene.environment, it.node))
        healing.callback(scene.environment.intents.undoing(undo, "disk", *places))
        each(scene.targets, prepare)
        yield scene.hit(_fill)


def _fill(target: Target) -> float:
    with uploaded(target.node, SCRIPT) as script:
        return script.strike("fill")


def is_mounted(node: Node) -> bool:
    """Say whether the small file system is there."""
    return node.is_machine and _run(node, "look")


def heal(environment: Environment, node: Node) -> bool:
    """Give a Redis its real disk back, whatever is left of the drill; say whether there was any.

    Raises:
        RedisHaError: a step failed; the others were taken all the same.
    """
    left = []
    with ExitStack() as steps:
        steps.callback(lambda: left.append(_to_real_disk(environment, node)))
        steps.callback(node.units.start, REDIS)
        steps.callback(_run, node, "empty")
    return any(left)


def _to_real_disk(environment: Environment, node: Node) -> bool:
    if node.units.is_active(REDIS):
        _wait(environment, node, WRITES)  # what is left to write is on the small disk
    if not _run(node, "unmount"):
        return False
    _rewrite(environment, node)
    _wait(environment, node, WELL)
    return True


def _rewrite(environment: Environment, node: Node) -> None:
    """Have Redis begin its append-only file anew, in the folder that it sees now."""
    # One may stand scheduled for minutes where several failed; this one does not wait for that.
    _wait(environment, node, IDLE)
    with redis_of(environment, node) as client:
        ask(client, "BGREWRITEAOF")
    _wait(environment, node, STARTED)


def _wait(environment: Environment, node: Node, wanted: Mapping[str, object]) -> None:
    """Wait until Redis says this of its files."""
    wait_until(
        lambda: _persistence(environment, node),
        accept=lambda seen: wanted.items() <= seen.items(),
        show=lambda seen: {key: seen.get(key) for key in wanted},
        what=f"{node.name} writes its append-only file",
        timeout_s=REWRITE_S,
    )


def _persistence(environment: Environment, node: Node) -> dict[str, object]:
    """Return what Redis says of its files; nothing while it does not answer."""
    with suppress(Unreachable, Refused), redis_of(environment, node) as client:
        return dict(client.info("persistence"))
    return {}


def _run(node: Node, word: str) -> bool:
    """Run one step of the script; say whether it changed anything."""
    with uploaded(node, SCRIPT) as script:
        return CHANGED in script.run(word).stdout
