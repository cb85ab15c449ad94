"""Where a fault strikes: the targets by the words that people use for them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from redis_ha.errors import RedisHaError
from redis_ha.inventory.words import TARGETS
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each
from redis_ha.roles import redis, sentinel
from redis_ha.services import clock
from redis_ha.wait import now_s

REDIS, SENTINEL = redis.NAME, sentinel.NAME
"""What a fault may take of a node: the servers of these roles."""


@dataclass(frozen=True)
class Target:
    """A node and those of its services that a fault takes.

    Args:
        is_whole: whether the node itself is meant, not one Sentinel of it.
    """

    node: Node
    units: tuple[str, ...]
    is_whole: bool = True

    @property
    def name(self) -> str:
        """Return the node's name."""
        return self.node.name


@dataclass(frozen=True)
class Scene:
    """One strike of a fault.

    Args:
        targets: what is hit, the master's node first where it is among them.
        master: the name of the node that is master.
        number: which strike of a row this is, from 0: faults that vary do so by it.
    """

    environment: Environment
    targets: tuple[Target, ...]
    master: str
    number: int = 0

    @property
    def names(self) -> list[str]:
        """Return the names of the nodes that are hit."""
        return [target.name for target in self.targets]

    @property
    def others(self) -> list[Node]:
        """Return the nodes with Redis or a Sentinel that are not hit."""
        nodes = self.environment.server_nodes
        return [node for node in nodes if node.name not in self.names]

    def hit(self, blow: Callable[[Target], float], where: Sequence[Target] = ()) -> float:
        """Strike all targets at once; return when the first was, by this machine's clock.

        Args:
            blow: breaks one and returns when it did, by the node's own clock. What it takes to
                get a command to a node is no part of the fault.
            where: what it strikes in place of the targets; a node without Redis and Sentinel has
                no say in when that was.
        """
        offsets_s, sent_s = clock.offsets_s(self.environment), now_s()
        told = each(where or self.targets, blow)
        at_s = min(offsets_s[name] + told[name] for name in told if name in offsets_s)
        return sorted((sent_s, at_s, now_s()))[1]  # a clock that was set meanwhile changes nothing


def make(
    environment: Environment, spec: str, takes: Collection[str], master: str, number: int = 0
) -> Scene:
    """Find what `spec` means while `master` is master.

    Args:
        spec: `master`, `replica` (the one that Sentinel prefers), `replicas` (all of them), `one`
            (another one every time), `minority` and `majority` (of the nodes, the master among
            them), `all`, a node's name, or a Sentinel's (`NODE:PORT`).
        takes: which services are hit there, of `redis` and `sentinel`.

    Raises:
        RedisHaError: that is nobody here, or has no such service.
    """
    name, _, port = spec.partition(":")
    nodes = _nodes(environment, name, takes, master, number)
    targets = tuple(Target(node, _units(node, takes, port), is_whole=not port) for node in nodes)
    if not targets or not all(target.units for target in targets):
        raise RedisHaError(f"--target: `{spec}` has no {' or '.join(sorted(takes))} here")
    return Scene(environment, targets, master, number)


def _nodes(
    environment: Environment, word: str, takes: Collection[str], master: str, number: int
) -> list[Node]:
    if word not in TARGETS:
        return [environment.node(word)]
    having = [node for node in environment.nodes.values() if _units(node, takes, "")]
    ranked = sorted(having, key=lambda node: (node.name != master, node.spec.priority, node.name))
    replicas = [node for node in ranked if node.name != master and node.processes.of(REDIS)]
    count = len(ranked) or 1
    return {
        "master": [node for node in ranked if node.name == master],
        "replica": replicas[:1],
        "replicas": replicas,
        "one": having[number % count :][:1],
        "minority": ranked[: (count - 1) // 2],
        "majority": ranked[: count // 2 + 1],
        "all": ranked,
    }[word]


def _units(node: Node, takes: Collection[str], port: str) -> tuple[str, ...]:
    """Return the services of a node that are hit; a Sentinel's port means that one alone."""
    return tuple(
        process.name
        for process in node.processes.of(*takes)
        if not port or (process.role == SENTINEL and str(process.port) == port)
    )
