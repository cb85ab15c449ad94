"""Faults of the network, made inside the nodes: packets from and to the others are dropped.

Only what goes between the targets and the other nodes of the environment is touched, so that
this machine and every client still reach all of them. A timer on the node undoes the cut should
this machine not come back.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial

from redis_ha.faults.scene import Scene, Target
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each
from redis_ha.nodes.scripts import uploaded
from redis_ha.roles import web

SCRIPT = "provision/faults/network.sh"
LOST_PERCENT = 10
TABLE = ("inet", "redis_ha_drill")
"""Where the script puts what it drops, by nftables' family and name."""


def obstacle(scene: Scene) -> str | None:
    """Say why the targets cannot be cut off."""
    if not all(target.node.is_machine for target in scene.targets):
        return "local nodes are folders of processes: there is no network of their own to cut"
    if not all(target.is_whole for target in scene.targets):
        return "it takes a whole node: name it without a port"
    if not scene.others:
        return "all nodes are hit: there is nobody left to be cut off from"
    return None


def partition(*flags: str) -> Callable[[Scene], AbstractContextManager[float]]:
    """Return a fault that drops what goes between the targets and the others.

    Args:
        flags: what network.sh drops of it.
    """
    return lambda scene: _cut(scene, flags)


def loss(scene: Scene) -> AbstractContextManager[float]:
    """Drop a share of the packets between the targets and the others."""
    return _cut(scene, ("--percent", str(LOST_PERCENT)))


def sentinels(scene: Scene) -> AbstractContextManager[float]:
    """Drop what the Sentinels of one side say to the other side, and the answers."""
    nodes = scene.environment.sentinel_nodes
    ports = sorted({port for node in nodes for port in node.spec.sentinels})
    return _cut(scene, ("--ports", ",".join(map(str, ports))))


def web_obstacle(scene: Scene) -> str | None:
    """Say why the web nodes cannot be cut off together with the targets."""
    if not web_nodes(scene.environment):
        return "no node serves pages and nothing else (the role `web`)"
    return obstacle(scene)


def with_web(scene: Scene) -> AbstractContextManager[float]:
    """Drop what goes between the targets and the web nodes on one side, the others on the other.

    It is dropped on the smaller side: what one node drops it drops from one moment on. Replicas
    that lost their master one after the other would be another fault: what the later one confirmed
    meanwhile is lost where Sentinel prefers the earlier one.
    """
    near = [*scene.targets, *(Target(node, ()) for node in web_nodes(scene.environment))]
    far = [Target(node, ()) for node in scene.others]
    return _cut(scene, (), *sorted((near, far), key=len))


def web_nodes(environment: Environment) -> list[Node]:
    """Return the nodes that serve pages and are no target of other faults."""
    return [node for node in environment.nodes_with(web.NAME) if not node.servers]


@contextmanager
def _cut(
    scene: Scene,
    flags: tuple[str, ...],
    cut_off: Sequence[Target] = (),
    rest: Sequence[Target] = (),
) -> Iterator[float]:
    """Drop what goes between two sides.

    Args:
        cut_off: the side on which it is dropped, by default the targets.
        rest: the other one.
    """
    cut_off = cut_off or scene.targets
    others = ",".join(node.address for node in ([each.node for each in rest] or scene.others))
    with ExitStack() as healing:
        scripts = each(cut_off, lambda target: healing.enter_context(uploaded(target.node, SCRIPT)))

        def everywhere(*words: str) -> None:
            each(cut_off, lambda target: scripts[target.name].run(*words))

        places = ((target.name, others) for target in cut_off)
        intents = scene.environment.intents
        healing.callback(intents.undoing(partial(everywhere, "heal"), "cut", *places))
        everywhere("arm")
        cut = ("cut", "--others", others, *flags)
        yield scene.hit(lambda target: scripts[target.name].strike(*cut), cut_off)


def is_cut(node: Node) -> bool:
    """Say whether packets are dropped on a node."""
    if not node.is_machine:
        return False
    return node.run("nft", "list", "table", *TABLE, sudo=True, check=False).ok


def heal(node: Node) -> bool:
    """Undo every cut of a node; say whether there was one."""
    with uploaded(node, SCRIPT) as script:
        return ":: network changed" in script.run("heal").stdout
