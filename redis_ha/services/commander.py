"""The redis-commander console as seen from outside."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from redis_ha.errors import RedisHaError
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import outcomes
from redis_ha.wait import wait_until

UNIT = "commander"
LOOPBACK = "127.0.0.1"
ANSWERS_S = 30
"""How long a start may take; Node.js reads some hundred files."""


@dataclass(frozen=True)
class View:
    """The console of one node: `running`, `stopped` or `unknown` where the node is silent."""

    node: str
    state: str
    listens: str


def nodes(environment: Environment) -> list[Node]:
    """Return the nodes that the inventory gives a console."""
    return [environment.nodes[spec.name] for spec in environment.topology.commander_nodes]


def look(environment: Environment) -> list[View]:
    """Say of every console whether it runs; a node that is down says nothing."""
    port = environment.topology.commander.port
    return [
        View(name, _word(active), f"{address(environment, environment.nodes[name])}:{port}")
        for name, active in outcomes(
            nodes(environment), lambda it: it.units.is_active(UNIT)
        ).items()
    ]


def _word(active: bool | RedisHaError) -> str:
    if isinstance(active, RedisHaError):
        return "unknown"
    return "running" if active else "stopped"


def address(environment: Environment, node: Node) -> str:
    """Return what a node's console listens on."""
    everywhere = "0.0.0.0"  # noqa: S104 - where the inventory says so
    listens = {"loopback": _loopback(node), "node": node.address, "all": everywhere}
    return listens[environment.topology.commander.listen]


def _loopback(node: Node) -> str:
    """Return a node's own loopback address; a folder has one of this machine's."""
    return LOOPBACK if node.is_machine else node.address


@contextmanager
def reached(environment: Environment, node: Node) -> Iterator[str]:
    """Make a console reachable from this machine and return its URL.

    Raises:
        Unreachable: the node does not take connections.
    """
    settings = environment.topology.commander
    target = node.address if settings.listen == "node" else _loopback(node)
    with node.forwarded(target, settings.port) as (host, port):
        yield f"http://{host}:{port}{settings.url_prefix}/"


def wait_answering(environment: Environment, node: Node) -> None:
    """Wait until a console serves its page.

    Raises:
        TimedOut: it does not.
    """
    with reached(environment, node) as url:
        wait_until(lambda: _answers(url), what=f"the console answers on {url}", timeout_s=ANSWERS_S)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - a URL made here
            return bool(answer.status == 200)  # noqa: PLR2004 - HTTP's word for it
    except (OSError, urllib.error.URLError):
        return False
