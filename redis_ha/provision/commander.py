"""Provision the redis-commander console on the nodes that have the role."""

import json
import shutil
from collections.abc import Mapping

import bcrypt

from redis_ha.errors import NotApplicable
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each
from redis_ha.providers import Tell
from redis_ha.provision import package, steps
from redis_ha.provision.package import Package
from redis_ha.provision.steps import OnStep
from redis_ha.render import FILES, render
from redis_ha.services import commander

SCRIPT = "provision/redis/3-redis-commander.sh"
SETTINGS = "/etc/redis-commander/local-development.json"
FIREWALL = "/etc/redis-commander/firewall.nft"
UNIT_FILE = "/etc/systemd/system/redis-commander.service"
DIGEST = "/opt/redis-commander/.digest"


def obstacle(environment: Environment) -> str | None:
    """Return why there can be no console here, None where nothing is in the way."""
    nodes = commander.nodes(environment)
    if not nodes:
        return f"no node of `{environment.topology.name}` has the role commander"
    if not all(node.is_machine for node in nodes) and not shutil.which("node"):
        return "Node.js is not installed on this machine (Debian: `apt-get install nodejs`)"
    return package.obstacle()


def provision(environment: Environment, on_step: OnStep, tell: Tell) -> None:
    """Bring the console of every node with the role to what the inventory says; wait for it.

    Raises:
        NotApplicable: there can be no console here.
        CommandFailed: the script failed; the next run goes on from there.
        TimedOut: it runs and does not serve its page.
    """
    if why := obstacle(environment):
        raise NotApplicable(why)
    made = package.ensure(tell)
    each(commander.nodes(environment), lambda node: _node(environment, node, made, on_step))


def _node(environment: Environment, node: Node, made: Package, on_step: OnStep) -> None:
    settings, digest = node.read(node.path(SETTINGS), node.path(DIGEST)).values()
    files = rendered(environment, node, password_hash(environment.secrets.commander, settings))
    upload = {f"rendered{path}": text.encode() for path, text in files.items()}
    if (digest or "").strip() != made.digest:
        upload["rendered/package.tgz"] = made.path.read_bytes()
    with node.upload({**steps.scripts(), **upload}) as folder:
        flags = (
            *("--files", f"{folder}/rendered", "--package", made.digest),
            *node.provision_flags(),
            *node.service_flags(),
        )
        steps.run(node, f"{folder}/{SCRIPT}", flags, on_step)
    commander.wait_answering(environment, node)


def rendered(environment: Environment, node: Node, password_hash: str) -> Mapping[str, str]:
    """Return the text of every file of the console by its path."""
    topology = environment.topology
    settings = render(
        "redis-commander/local-development.json.j2",
        commander=topology.commander,
        sentinel=topology.sentinel,
        secrets=environment.secrets,
        listen=commander.address(environment, node),
        password_hash=password_hash,
        sentinels=[
            {"host": each.address, "port": port}
            for each in environment.sentinel_nodes
            for port in each.spec.sentinels
        ],
    )
    unit = (FILES / "redis-commander" / "redis-commander.service").read_text(encoding="utf-8")
    firewall = render("redis-commander/firewall.nft.j2", commander=topology.commander)
    return {SETTINGS: settings, FIREWALL: firewall, UNIT_FILE: unit}


def password_hash(password: str, held: str | None) -> str:
    """Return a bcrypt hash of the password: the one in the settings held, if it is of this one.

    A hash is another one each time; made anew on every run it would be a change on every run.
    """
    try:
        known = str(json.loads(held or "")["server"]["httpAuth"]["passwordHash"])
        if bcrypt.checkpw(password.encode(), known.encode()):
            return known
    except (ValueError, KeyError, TypeError):
        pass  # there are none, or not ours
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt()).decode()
