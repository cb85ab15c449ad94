"""What provisioning the redis-commander console takes besides its files and its script."""

import json
import shutil
from collections.abc import Mapping

from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each
from redis_ha.providers import Tell
from redis_ha.provision import commander_package as package
from redis_ha.provision import hashes
from redis_ha.roles.commander import NAME, PROGRAM, SETTINGS
from redis_ha.services import commander

DIGEST = f"{PROGRAM}/.digest"


def obstacle(environment: Environment) -> str | None:
    """Return why there can be no console here, None where nothing is in the way."""
    nodes = environment.nodes_with(NAME)
    if not all(node.is_machine for node in nodes) and not shutil.which("node"):
        return "Node.js is not installed on this machine (Debian: `apt-get install nodejs`)"
    return package.obstacle()


def payloads(
    environment: Environment, nodes: list[Node], tell: Tell, *, is_check: bool
) -> Mapping[str, Mapping[str, bytes]]:
    """Return what goes to each node: the digest of its package, and that where it has another."""
    del environment
    made = None if is_check else package.ensure(tell)
    digest = package.digest()
    held = each(nodes, lambda node: next(iter(node.read(node.path(DIGEST)).values())))
    content = {"digest": f"{digest}\n".encode()}
    whole = {**content, "package.tgz": made.path.read_bytes()} if made else content
    return {
        name: content if (text or "").strip() == digest else whole for name, text in held.items()
    }


def variables(
    environment: Environment, node: Node, held: Mapping[str, str | None]
) -> Mapping[str, object]:
    """Return what the console's templates know besides."""
    return {
        "listen": commander.address(environment, node),
        "password_hash": password_hash(environment.secrets[NAME], held.get(SETTINGS)),
        "sentinels": [
            {"host": each.address, "port": process.port}
            for each in environment.sentinel_nodes
            for process in each.processes.of("sentinel")
        ],
    }


def settle(environment: Environment, node: Node) -> None:
    """Wait until a console serves its page.

    Raises:
        TimedOut: it runs and does not.
    """
    commander.wait_answering(environment, node)


def password_hash(password: str, held: str | None) -> str:
    """Return a bcrypt hash of the password: the one in the settings held, if it is of this one."""
    try:
        known = str(json.loads(held or "")["server"]["httpAuth"]["passwordHash"])
    except (ValueError, KeyError, TypeError):  # there are none, or not ours
        known = ""
    return hashes.kept(password, known)
