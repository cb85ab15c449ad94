"""The words that options take: for their help, and for the completion of a command line.

Each is worked out when it is asked for: what a fault or a node is takes time to read.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

Names = Callable[[str], Iterable[str]]
"""Returns the words, given the inventory: its name or its path."""


@dataclass(frozen=True)
class Choices:
    """The words that an option takes.

    Args:
        more: what it takes besides, in words; empty for nothing.
    """

    names: Names
    more: str = ""


def _providers(_: str) -> Iterable[str]:
    from redis_ha.providers import AUTO, PROVIDERS

    return (AUTO, *PROVIDERS)


def _inventories(_: str) -> Iterable[str]:
    from redis_ha.inventory import sources

    return sources.names()


def _faults(_: str) -> Iterable[str]:
    from redis_ha.faults import FAULTS

    return FAULTS


def _clients(_: str) -> Iterable[str]:
    from redis_ha.measure.load import KINDS

    return KINDS


def _rows(inventory: str) -> Iterable[str]:
    from redis_ha.suites.drill import ALL

    return (ALL, *_faults(inventory))


def _nodes(inventory: str) -> Iterable[str]:
    from redis_ha.inventory import load

    return [node.name for node in load(inventory).nodes]


def nodes_with(role: str) -> Choices:
    """Return the names of the nodes that have a role."""

    def names(inventory: str) -> Iterable[str]:
        from redis_ha.inventory import load

        return [node.name for node in load(inventory).nodes_with(role)]

    return Choices(names)


def _targets(inventory: str) -> Iterable[str]:
    from redis_ha.inventory import load
    from redis_ha.inventory.words import TARGETS

    nodes = load(inventory).server_nodes
    sentinels = [f"{node.name}:{port}" for node in nodes for port in node.sentinels]
    return (*TARGETS, *(node.name for node in nodes), *sentinels)


def _of_typo3(_: str) -> Iterable[str]:
    from redis_ha.typo3.versions import VERSIONS

    return VERSIONS


def _caches(_: str) -> Iterable[str]:
    from redis_ha.typo3.versions import LIFETIMES

    return LIFETIMES


def _extensions(_: str) -> Iterable[str]:
    from redis_ha.typo3.versions import GRACEFUL, LOCKS

    return (LOCKS, GRACEFUL)


def _modes(_: str) -> Iterable[str]:
    from redis_ha.provision.typo3_settings import MODES

    return MODES


SEVERAL = "several with commas between them"
PROVIDERS = Choices(_providers)
INVENTORIES = Choices(_inventories, "the path of a .toml file")
FAULTS = Choices(_faults)
ROWS = Choices(_rows, f"FAULT:TARGET; {SEVERAL}")
CLIENTS = Choices(_clients, SEVERAL)
COMPARED = Choices(_rows, SEVERAL)
NODES = Choices(_nodes)
REDIS_NODES = nodes_with("redis")
TARGETS = Choices(_targets)
TYPO3 = Choices(_of_typo3)
MODES = Choices(_modes)
CACHES = Choices(_caches, SEVERAL)
EXTENSIONS = Choices(_extensions, SEVERAL)
