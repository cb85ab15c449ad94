"""Restart every Redis and Sentinel: all at once, or one node at a time without losing a write."""

from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each
from redis_ha.providers import Tell
from redis_ha.services import cluster, switchover

SETTLE_S = 60.0


def at_once(environment: Environment) -> None:
    """Restart everything side by side; writes fail meanwhile.

    Raises:
        TimedOut: the cluster did not get healthy again.
    """
    each(_nodes(environment), _restart)
    cluster.wait_healthy(environment, SETTLE_S)


def rolling(environment: Environment, tell: Tell) -> None:
    """Restart the replicas one by one, then change the master and restart the old one.

    Raises:
        Unhealthy: the cluster is not whole to begin with, or the switchover was refused.
        TimedOut: a node did not come back; the others were left alone.
    """
    master = str(cluster.wait_settled(environment, SETTLE_S).master)
    for node in _nodes(environment):
        if node.name != master:
            _one(environment, node, tell)
    done = switchover.run(environment)
    tell(f"{done.new_master} is master, it was {done.old_master}")
    _one(environment, environment.node(master), tell)


def _one(environment: Environment, node: Node, tell: Tell) -> None:
    _restart(node)
    cluster.wait_settled(environment, SETTLE_S)
    tell(f"{node.name} is back")


def _restart(node: Node) -> None:
    for process in node.spec.processes:
        node.units.restart(process)


def _nodes(environment: Environment) -> list[Node]:
    return [node for node in environment.nodes.values() if node.spec.processes]
