"""What cannot be in one inventory, in words."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from redis_ha.inventory.node import NodeSpec
from redis_ha.inventory.tables import tables
from redis_ha.inventory.topology import Inventory


def contradictions(inventory: Inventory) -> Iterator[str]:
    """Yield everything that cannot be, each beginning with the key it is about."""
    yield from _twice("nodes.name", [node.name for node in inventory.nodes])
    yield from _twice("nodes.host", [node.host for node in inventory.nodes])
    for table in tables().values():
        if table.contradictions:
            yield from table.contradictions(inventory)
    for node in inventory.nodes:
        yield from _ports_twice(inventory, node)


def _ports_twice(inventory: Inventory, node: NodeSpec) -> Iterator[str]:
    """Say which ports of a node more than one process would listen on."""
    taken: set[int] = set()
    for process in inventory.processes(node):
        if process.port in taken:
            yield f"{process.port_key}: {node.name} uses port {process.port} already"
        elif process.port is not None:
            taken.add(process.port)


def _twice(key: str, values: list[Any]) -> Iterator[str]:
    for value, count in Counter(values).items():
        if count > 1:
            yield f"{key}: `{value}` is used {count} times, every node needs its own"
