"""The TYPO3 site as seen from outside."""

from urllib.parse import urlsplit

from redis_ha.endpoint import endpoint
from redis_ha.errors import RedisHaError
from redis_ha.nodes import LOOPBACK, Node, loopback
from redis_ha.nodes.environment import Environment
from redis_ha.roles.typo3 import Typo3
from redis_ha.roles.web import Web
from redis_ha.services import web
from redis_ha.services.http import answers
from redis_ha.services.running import Told
from redis_ha.services.snapshot import Snapshot
from redis_ha.wait import wait_until

ANSWERS_S = 30
"""How long the first page may take after all caches were emptied."""
PORT = 80
"""Of an address that names none."""
ADMIN = "admin"
BACKEND = "typo3/"


def detail(environment: Environment, node: Node) -> str:
    """Return which TYPO3 it is, and where."""
    return f"TYPO3 {environment.topology.table(Typo3).version} on {web.detail(environment, node)}"


def url(environment: Environment, node: Node) -> str:
    """Return where others reach the site, where they do at all."""
    known = environment.topology.table(Web)
    host = loopback(node) if known.listen == "loopback" else node.address
    return f"http://{endpoint(host, known.port)}/"


def serves(environment: Environment, node: Node, address: str) -> bool:
    """Say whether an address is of the site: where others reach it, or this machine by a tunnel."""
    own = loopback(node)
    hosts = {node.address, own, *(["localhost"] if own == LOOPBACK else [])}
    try:
        asked = urlsplit(address)
        port = asked.port or PORT
    except ValueError:  # no number, or brackets that do not close
        return False
    known = environment.topology.table(Web).port
    return asked.scheme == "http" and asked.hostname in hosts and port == known


def tell(environment: Environment, node: Node, seen: Snapshot) -> Told:
    """Return the same, and whether its first page is good."""
    del seen
    where = detail(environment, node)
    try:
        with web.reached(environment, node) as page:
            good = answers(page)
    except RedisHaError:
        good = False
    return Told(where, None if good else f"{node.name}: the first page of the site is not good")


def wait_answering(environment: Environment, node: Node) -> None:
    """Wait until the first page of the site is good.

    Raises:
        TimedOut: it is not.
    """
    with web.reached(environment, node) as page:
        wait_until(
            lambda: answers(page),
            what=f"{node.name}: the first page of the site is good",
            timeout_s=ANSWERS_S,
        )
