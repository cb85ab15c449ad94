"""What provisioning a web node takes besides its files and its scripts."""

import getpass
import os
import re
from collections.abc import Mapping
from urllib.parse import quote

from redis_ha.endpoint import endpoint
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.providers import Tell, programs
from redis_ha.provision import hashes
from redis_ha.render import read_source
from redis_ha.roles.proxy import Proxy
from redis_ha.roles.web import (
    ACCOUNT,
    FOLDER,
    MOST_CHILDREN,
    NAME,
    NGINX_ACCOUNT,
    PROGRAM,
    SOURCES,
    Web,
)
from redis_ha.services import proxy, web, web_waits

HTPASSWD = f"{FOLDER}/htpasswd"
MEMORY = "/proc/meminfo"
CHILD_MB = 64
"""What a process of PHP takes that has a TYPO3 in it."""
FEWEST_CHILDREN, OF_FOLDERS = 4, 8
RUN = "/run/redis-web-php"
RUN_OF_FOLDERS = "../../../run/redis-web-php"
"""From where a folder's processes start, /var/lib/redis: a socket's path has 107 bytes at most."""


def obstacle(environment: Environment) -> str | None:
    """Return why there can be no site here, None where nothing is in the way."""
    nodes = [node for node in environment.nodes_with(NAME) if not node.is_machine]
    missing = [
        process.program.argv[0]
        for process in (nodes[0].processes.of(NAME) if nodes else ())
        if process.program and not programs.installed(process.program)
    ]
    if not missing:
        return None
    packages = "`apt-get install nginx-light php-fpm php-redis php-apcu`"
    return f"{' and '.join(missing)} not installed on this machine (Debian: {packages})"


def payloads(
    environment: Environment, nodes: list[Node], tell: Tell, *, is_check: bool
) -> Mapping[str, Mapping[str, bytes]]:
    """Return the first page of a site that has none."""
    del environment, tell, is_check
    return {node.name: {"index.html": read_source("web/index.html").encode()} for node in nodes}


def variables(
    environment: Environment, node: Node, held: Mapping[str, str | None]
) -> Mapping[str, object]:
    """Return what the templates of a web node know besides."""
    return {
        "root": node.path(""),
        "run": RUN if node.is_machine else RUN_OF_FOLDERS,
        "log": "syslog" if node.is_machine else node.path("/var/log/php.log"),
        "program": PROGRAM,
        "account": _account(node, ACCOUNT),
        "nginx_account": _account(node, NGINX_ACCOUNT),
        "node_is_machine": node.is_machine,
        "children": children(environment, node, held.get(MEMORY)),
        "listens": web.addresses(environment, node),
        "waits": web_waits.of(environment.topology),
        "redis_nodes": environment.redis_nodes,
        "prepend": (SOURCES / "prepend.php").exists(),
        "confirm_replicas": min(1, len(environment.redis_nodes) - 1),
        "password_hash": hashes.kept(environment.secrets[NAME], _hash(held.get(HTPASSWD))),
        **_proxy(environment, node),
    }


def facts(environment: Environment, node: Node) -> dict[str, str | None]:
    """Return what a machine says of its memory, where that decides how many pages it makes.

    Raises:
        Unreachable: it does not take commands.
    """
    if not node.is_machine or environment.topology.table(Web).children:
        return {}
    return {MEMORY: node.run("cat", MEMORY).stdout}


def children(environment: Environment, node: Node, memory: str | None) -> int:
    """Return how many pages PHP makes at a time: what the inventory says, else the node's memory.

    Half of the memory is for that; the other half is MariaDB's, nginx's, the system's. Nodes that
    are folders share their machine with all others.

    Args:
        memory: what the machine says of it; None where it was not asked.
    """
    if wanted := environment.topology.table(Web).children:
        return wanted
    if not node.is_machine:
        return OF_FOLDERS
    said = re.search(r"^MemTotal: +(\d+) kB", memory or "", re.MULTILINE)
    memory_mb = int(said[1]) // 1024 if said else 0
    return min(max(FEWEST_CHILDREN, memory_mb // 2 // CHILD_MB), MOST_CHILDREN)


def settle(environment: Environment, node: Node) -> None:
    """Wait until a web node serves.

    Raises:
        TimedOut: it runs and does not.
    """
    web.wait_answering(environment, node)


def _account(node: Node, name: str) -> str:
    """Return whom a process becomes: on machines an account; elsewhere root stays who it is."""
    if node.is_machine:
        return name
    return "" if os.geteuid() else getpass.getuser()


def _hash(held: str | None) -> str:
    """Return the hash in an htpasswd file."""
    return (held or "").strip().partition(":")[2]


def _proxy(environment: Environment, node: Node) -> Mapping[str, object]:
    """Return where the node reaches Redis: its proxy, and how php-redis is told."""
    topology = environment.topology
    address, port = proxy.address(node), topology.table(Proxy).port
    known, times = topology.table(Web), web_waits.of(topology)
    password = quote(environment.secrets.redis, safe="")
    save_path = (
        f"tcp://{endpoint(address, port)}?auth={password}&database={known.session_database}"
        f"&timeout={times.connect_s:g}&read_timeout={times.read_s:g}&prefix=session:"
    )
    return {"proxy_address": address, "proxy_port": port, "save_path": save_path}
