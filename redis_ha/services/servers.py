"""Servers that are not running, as their programs tell, and the refusal of those too old."""

from collections.abc import Iterable, Mapping

from redis_ha import version
from redis_ha.errors import TooOld
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each
from redis_ha.services.snapshot import Snapshot
from redis_ha.version import Version

Versions = Mapping[str, Version]
"""What a node has, by its name."""


def installed(environment: Environment, snapshot: Snapshot) -> Versions:
    """Ask the machines on which something does not answer what is installed there."""
    found = each(_silent(environment, snapshot), _installed)
    return {name: told for name, told in found.items() if told}


def require_supported(environment: Environment, found: Versions) -> None:
    """Refuse servers that are too old.

    Raises:
        TooOld: there are some; the message names each with its nodes.
    """
    if old := version.too_old(found):
        raise TooOld(f"{'; '.join(old)}: {way_on(environment)}")


def way_on(environment: Environment) -> str:
    """Return what is to be done about a server that is too old."""
    if all(node.is_machine for node in environment.nodes.values()):
        return "`./inv upgrade` installs what the distribution has, else it takes a newer release"
    return "`./inv up` starts a newer one"


def _silent(environment: Environment, snapshot: Snapshot) -> Iterable[Node]:
    names = {view.name for view in snapshot.nodes if view.is_down}
    names |= {view.node for view in snapshot.sentinels if view.error}
    return [environment.nodes[name] for name in names if environment.nodes[name].is_machine]


def _installed(node: Node) -> Version | None:
    return version.printed(node.run("redis-server", "--version", check=False).stdout)
