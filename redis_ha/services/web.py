"""The web node as seen from outside."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from redis_ha.endpoint import endpoint
from redis_ha.errors import RedisHaError
from redis_ha.nodes import Node, loopback
from redis_ha.nodes.environment import Environment
from redis_ha.providers import programs
from redis_ha.roles.web import LINKED, PHP, PHP_FPM, Web
from redis_ha.services.http import answers
from redis_ha.wait import wait_until

PING = "ha/ping"
"""What PHP's processes answer themselves, to the node alone; no page of the site is made."""
EVERYWHERE = "0.0.0.0"  # noqa: S104 - where the inventory says so
ANSWERS_S = 15
USER = "operator"
"""Whom the page lets in from elsewhere, with the password that the environment generated."""
PAGE = "ha/"
CONNECTS_S = 3


def detail(environment: Environment, node: Node) -> str:
    """Return where a web node serves."""
    port = environment.topology.table(Web).port
    return endpoint(addresses(environment, node)[-1], port)


def addresses(environment: Environment, node: Node) -> list[str]:
    """Return what nginx listens on: its own loopback address always, others as is chosen."""
    own = loopback(node)
    listens = {"loopback": [own], "node": [own, node.address], "all": [EVERYWHERE]}
    return list(dict.fromkeys(listens[environment.topology.table(Web).listen]))


@contextmanager
def reached(environment: Environment, node: Node) -> Iterator[str]:
    """Make a web node reachable from this machine as its own loopback does; return its URL.

    Raises:
        Unreachable: the node does not take connections.
    """
    own = loopback(node)
    with node.forwarded(own, environment.topology.table(Web).port) as (host, port):
        yield f"http://{endpoint(host, port)}/"


def direct(environment: Environment, node: Node) -> str | None:
    """Return the URL of a machine's page where this machine reaches it without a tunnel.

    nginx takes it for a stranger then and asks for the password. None where it is not reached so,
    and for a folder, whose address is a loopback one.
    """
    known = environment.topology.table(Web)
    if known.listen == "loopback" or not node.is_machine:
        return None
    try:
        socket.create_connection((node.address, known.port), CONNECTS_S).close()
    except OSError:
        return None
    return f"http://{endpoint(node.address, known.port)}/{PAGE}"


def wait_answering(environment: Environment, node: Node) -> None:
    """Wait until a web node serves, and its PHP answers.

    Raises:
        TimedOut: it does not.
    """
    with reached(environment, node) as url:
        ping = f"{url}{PING}"
        wait_until(
            lambda: answers(ping), what=f"{node.name}: PHP answers on {ping}", timeout_s=ANSWERS_S
        )


def found_on(node: Node) -> int:
    """Return how long PHP waits for others by itself: `default_socket_timeout` of its php.ini.

    Raises:
        RedisHaError: its PHP does not say so.
    """
    said = node.run(_pool(node), "-i").stdout
    found = re.search(r"^default_socket_timeout => (\d+)", said, re.MULTILINE)
    if not found:
        raise RedisHaError(f"{node.name}: PHP does not say its default_socket_timeout")
    return int(found[1])


def php(node: Node) -> str:
    """Return the program of PHP's command line on a node."""
    return f"{LINKED}/php" if node.is_machine else "php"


def _pool(node: Node) -> str:
    """Return the program of PHP's pool on a node."""
    if node.is_machine:
        return f"{LINKED}/{PHP_FPM}"
    program = node.processes.named(PHP).program
    return str(program and programs.installed(program))
