"""Restart every Redis and Sentinel: all at once, or one node at a time without losing a write."""

from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each
from redis_ha.providers import Tell, nobody
from redis_ha.roles.process import killed
from redis_ha.services import keeping, rolling, settling


def at_once(environment: Environment, tell: Tell = nobody) -> None:
    """Restart everything side by side; writes fail meanwhile.

    Raises:
        Refused: a server cannot write down what it has only in memory; it was not restarted.
        TimedOut: the cluster did not get healthy again.
    """
    each(_nodes(environment), lambda node: _restart(environment, node, tell))
    settling.wait_healthy(environment)


def in_turn(environment: Environment, tell: Tell) -> None:
    """Restart the replicas one by one, then change the master and restart the old one.

    Raises:
        Unhealthy: the cluster is not whole to begin with, a node did not come back, or the
            switchover was refused; the nodes after that were left alone.
    """

    def restarted(node: Node) -> None:
        _restart(environment, node, tell)

    rolling.node_by_node(environment, _nodes(environment), restarted, tell)


def _restart(environment: Environment, node: Node, tell: Tell) -> None:
    keeping.keep(environment, node, tell)
    for process in node.servers.names:
        with environment.intents.during("restart", node.name, process):
            if node.units.restart(process):
                tell(killed(f"{node.name}: {process}"))


def _nodes(environment: Environment) -> list[Node]:
    return environment.server_nodes
