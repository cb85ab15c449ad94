"""The proxy that follows the master: how long it waits for one, and where it listens."""

from math import ceil

from redis_ha.inventory import Inventory
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.roles.proxy import Proxy
from redis_ha.services import recovery

LOOPBACK = "127.0.0.1"
ENOUGH = 1.5
"""How many times the slowest recovery that is predicted a connection is held: the disk is busy, an
answer is late. Held without an end, connections fill up the web server while Redis is away."""
LONGEST_S = 15.0
"""Nobody waits longer for a page."""
STEP_S = 0.25


def detail(environment: Environment, node: Node) -> str:
    """Return where a node's proxy listens."""
    return f"{address(node)}:{environment.topology.table(Proxy).port}"


def address(node: Node) -> str:
    """Return what a node's proxy listens on: its loopback; a folder has one of this machine's."""
    return LOOPBACK if node.is_machine else node.address


def grace_s(topology: Inventory) -> float:
    """Return for how long connections are held while there is no master."""
    slowest_s = recovery.of_lost_machine(topology).high_s
    return min(ceil(ENOUGH * slowest_s / STEP_S) * STEP_S, LONGEST_S)


def majority(topology: Inventory) -> int:
    """Return how many Sentinels have to name a master: more than half of all that there are."""
    return sum(len(node.sentinels) for node in topology.nodes) // 2 + 1
