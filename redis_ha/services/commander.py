"""The redis-commander console as seen from outside."""

from collections.abc import Iterator
from contextlib import contextmanager

from redis_ha.endpoint import endpoint
from redis_ha.nodes import Node, loopback
from redis_ha.nodes.environment import Environment
from redis_ha.roles.commander import Commander
from redis_ha.services.http import answers
from redis_ha.wait import wait_until

ANSWERS_S = 30
"""How long a start may take; Node.js reads some hundred files."""


def detail(environment: Environment, node: Node) -> str:
    """Return where a node's console listens."""
    return endpoint(address(environment, node), settings(environment).port)


def settings(environment: Environment) -> Commander:
    """Return what the inventory says of the console."""
    return environment.topology.table(Commander)


def address(environment: Environment, node: Node) -> str:
    """Return what a node's console listens on."""
    everywhere = "0.0.0.0"  # noqa: S104 - where the inventory says so
    listens = {"loopback": loopback(node), "node": node.address, "all": everywhere}
    return listens[settings(environment).listen]


@contextmanager
def reached(environment: Environment, node: Node) -> Iterator[str]:
    """Make a console reachable from this machine and return its URL.

    Raises:
        Unreachable: the node does not take connections.
    """
    chosen = settings(environment)
    target = node.address if chosen.listen == "node" else loopback(node)
    with node.forwarded(target, chosen.port) as (host, port):
        yield f"http://{endpoint(host, port)}{chosen.url_prefix}/"


def wait_answering(environment: Environment, node: Node) -> None:
    """Wait until a console serves its page.

    Raises:
        TimedOut: it does not.
    """
    with reached(environment, node) as url:
        wait_until(lambda: answers(url), what=f"the console answers on {url}", timeout_s=ANSWERS_S)
