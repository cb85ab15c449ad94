"""Work on one node at a time without losing a write: the replicas first, the master last."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from redis_ha.errors import RedisHaError, Unhealthy
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.providers import Tell
from redis_ha.services import keeping, settling, switchover
from redis_ha.services.snapshot import Snapshot

Work = Callable[[Node], None]
"""What is done to a node; its Redis may be gone for as long as that takes."""


def node_by_node(
    environment: Environment,
    nodes: Collection[Node],
    work: Work,
    tell: Tell,
    *,
    seen: Snapshot | None = None,
) -> None:
    """Work on these nodes, each back in its place before the next.

    When the master is among them another one takes over before its turn.

    Args:
        seen: what was seen since the last change.

    Raises:
        Unhealthy: the cluster is not whole to begin with, a node did not come back, or the
            switchover was refused; the nodes after that were left alone.
    """
    seen = settling.wait_settled(environment, seen=seen)
    master = seen.master
    in_turn = sorted(nodes, key=lambda node: node.name == master)
    for number, node in enumerate(in_turn, 1):
        if node.name == master:
            keeping.keep(environment, node, tell)  # a switchover writes it down without a word
            done = switchover.run(environment, seen=seen)
            tell(str(done))
        with stopping_at(node, in_turn[number:]):
            work(node)
            seen = settling.wait_settled(environment)
        tell(f"{node.name} is back")


@contextmanager
def stopping_at(node: Node, rest: Collection[Node]) -> Iterator[None]:
    """Say of whatever fails where that was, and which nodes have not been touched.

    Raises:
        Unhealthy: something failed.
    """
    try:
        yield
    except RedisHaError as error:
        reason = str(error).removeprefix(f"{node.name}: ")
        left = f"; left alone: {', '.join(each.name for each in rest)}" if rest else ""
        raise Unhealthy(f"stopped at {node.name}: {reason}{left}") from None
