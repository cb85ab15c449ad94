"""What cannot be in one inventory, in words."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from redis_ha.inventory.node import Node
from redis_ha.inventory.tables import tables
from redis_ha.inventory.topology import Inventory


def contradictions(inventory: Inventory) -> Iterator[str]:
    """Yield everything that cannot be, each beginning with the key it is about."""
    yield from _twice("nodes.name", [node.name for node in inventory.nodes])
    yield from _twice("nodes.host", [node.host for node in inventory.nodes])
    yield from _outside(inventory)
    for table in tables().values():
        if table.contradictions:
            yield from table.contradictions(inventory)
    for node in inventory.nodes:
        yield from _ports_twice(inventory, node)


def _ports_twice(inventory: Inventory, node: Node) -> Iterator[str]:
    """Say which ports of a node more than one process would listen on."""
    taken: set[int] = set()
    for process in inventory.processes(node):
        if process.port in taken:
            yield f"{process.port_key}: {node.name} uses port {process.port} already"
        elif process.port is not None:
            taken.add(process.port)


def _outside(inventory: Inventory) -> Iterator[str]:
    """Say which nodes have no address in a provider's network."""
    for table in tables().values():
        if table.network is None:
            continue
        network = getattr(inventory.table(table.kind), table.network)
        last = network.num_addresses - 2
        for node in inventory.nodes:
            if node.host > last:
                key = f"{table.name}.{table.network}"
                yield f"{key}: {network} has no host {node.host} for {node.name}, at most {last}"


def _twice(key: str, values: list[Any]) -> Iterator[str]:
    for value, count in Counter(values).items():
        if count > 1:
            yield f"{key}: `{value}` is used {count} times, every node needs its own"
