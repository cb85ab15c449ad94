"""An environment as its inventory has it: complete, and consistent."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from redis_ha import roles
from redis_ha.errors import InventoryError
from redis_ha.inventory.node import NodeSpec
from redis_ha.nearest import hint
from redis_ha.roles.process import Processes
from redis_ha.roles.redis import Redis
from redis_ha.roles.sentinel import Sentinel

Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Inventory:
    """One environment.

    Args:
        name: what its nodes, its state and all messages about it go by.
        tables: every table of it by its class, those that the file does not name as well.
        path: the file that it was read from.
    """

    name: str
    nodes: tuple[NodeSpec, ...]
    tables: Mapping[type[Any], Any]
    path: Path = field(default=Path(), compare=False)

    def table(self, kind: type[Kind]) -> Kind:
        """Return the table of this class."""
        found: Kind = self.tables[kind]
        return found

    def having(self, *changed: object) -> "Inventory":
        """Return the same environment with other tables."""
        tables = {**self.tables, **{type(each): each for each in changed}}
        return replace(self, tables=MappingProxyType(tables))

    @property
    def redis(self) -> Redis:
        return self.table(Redis)

    @property
    def sentinel(self) -> Sentinel:
        return self.table(Sentinel)

    @property
    def redis_nodes(self) -> tuple[NodeSpec, ...]:
        return self.nodes_with("redis")

    @property
    def server_nodes(self) -> tuple[NodeSpec, ...]:
        """Return the nodes with a Redis or a Sentinel."""
        names = roles.clustered()
        return tuple(node for node in self.nodes if self.processes(node).of(*names))

    def nodes_with(self, role: str) -> tuple[NodeSpec, ...]:
        """Return the nodes that have a role."""
        known = roles.registry()[role]
        return tuple(node for node in self.nodes if known.is_on(node))

    @property
    def last_host(self) -> int:
        """Return the highest number of a node in the network of a provider."""
        return max(node.host for node in self.nodes)

    @property
    def first_master(self) -> NodeSpec:
        """Return the node that starts as master: the one that Sentinel would prefer."""
        candidates = [node for node in self.redis_nodes if node.priority > 0]
        return min(candidates, key=lambda node: (node.priority, node.name))

    def processes(self, node: NodeSpec) -> Processes:
        """Return what runs on a node, in the order in which it starts."""
        return self._processes[node.name]

    @cached_property
    def _processes(self) -> dict[str, Processes]:
        return {
            node.name: Processes(
                [made for role in roles.of(node) for made in role.processes(node, self)]
            )
            for node in self.nodes
        }

    def node(self, name: str) -> NodeSpec:
        """Return the node called `name`.

        Raises:
            InventoryError: there is none.
        """
        for node in self.nodes:
            if node.name == name:
                return node
        names = [node.name for node in self.nodes]
        where = f"in inventory `{self.name}`{hint(name, names)}"
        raise InventoryError(f"no node `{name}` {where}; it has {', '.join(names)}")
