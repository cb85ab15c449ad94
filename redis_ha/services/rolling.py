"""Work on one node at a time without losing a write: the replicas first, the master last."""

from collections.abc import Callable, Collection

from redis_ha.errors import RedisHaError, Unhealthy
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.providers import Tell
from redis_ha.services import cluster, switchover

SETTLE_S = 60.0

Work = Callable[[Node], None]
"""What is done to a node; its Redis may be gone for as long as that takes."""


def node_by_node(environment: Environment, nodes: Collection[Node], work: Work, tell: Tell) -> None:
    """Work on these nodes, each back in its place before the next.

    When the master is among them another one takes over before its turn.

    Raises:
        Unhealthy: the cluster is not whole to begin with, a node did not come back, or the
            switchover was refused; the nodes after that were left alone.
    """
    master = str(cluster.wait_settled(environment, SETTLE_S).master)
    in_turn = sorted(nodes, key=lambda node: node.name == master)
    for number, node in enumerate(in_turn, 1):
        if node.name == master:
            done = switchover.run(environment)
            tell(f"{done.new_master} is master, it was {done.old_master}")
        _one(environment, node, work, [each.name for each in in_turn[number:]])
        tell(f"{node.name} is back")


def _one(environment: Environment, node: Node, work: Work, rest: list[str]) -> None:
    try:
        work(node)
        cluster.wait_settled(environment, SETTLE_S)
    except RedisHaError as error:
        left = f"; left alone: {', '.join(rest)}" if rest else ""
        raise Unhealthy(f"stopped at {node.name}: {error}{left}") from None
