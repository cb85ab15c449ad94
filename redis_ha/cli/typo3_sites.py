"""Which TYPO3 site is meant: a folder here, one of another machine, the environment's own."""

from pathlib import Path

from redis_ha.cli.console import note
from redis_ha.cli.task import WantedEnvironment
from redis_ha.errors import RedisHaError
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.printable import short
from redis_ha.roles.typo3 import NAME
from redis_ha.services import typo3, typo3_site
from redis_ha.typo3 import far
from redis_ha.typo3.site import Site

PAGES = ("http://", "https://")


def read(wanted: WantedEnvironment, place: str) -> Site:
    """Return the settings of the site that was named.

    Args:
        place: a path or an address; empty for the environment's own site.

    Raises:
        RedisHaError: there is none, or its settings end in an error.
    """
    if place.lower().startswith(PAGES) or not place:
        return _own(wanted, place)
    if "://" in place:
        return typo3_site.over_ssh(far.read(place))
    return typo3_site.here(Path(place))


def _own(wanted: WantedEnvironment, address: str) -> Site:
    """Return those of the environment's own site; without one and an address, those of a folder."""
    with wanted.opened() as environment:
        nodes = environment.nodes_with(NAME)
        if address:
            nodes = [node for node in nodes if typo3.serves(environment, node, address)]
        for node in nodes:  # one at most
            return _of(environment, node)
        name = environment.topology.name
    if address:
        raise RedisHaError(
            f"{short(address)}: settings are not seen through HTTP, and that of `{name}` is not "
            f"there (--inventory names another): name its folder: {far.FORM}, or PATH if it is here"
        )
    note(f"no node of `{name}` has the role {NAME}: the site in the current folder")
    return typo3_site.here(Path())


def _of(environment: Environment, node: Node) -> Site:
    environment.require_up()
    return typo3_site.of_node(node)
