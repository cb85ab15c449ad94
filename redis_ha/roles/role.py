"""What a node can be for: one value that says all of it as data."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from redis_ha.roles.file import File
from redis_ha.roles.process import Process, Processes
from redis_ha.tool import Tool

Table = TypeVar("Table")


class Spec(Protocol):
    """A node as the inventory has it."""

    @property
    def name(self) -> str: ...
    @property
    def roles(self) -> tuple[str, ...]: ...
    @property
    def priority(self) -> int: ...
    @property
    def sentinels(self) -> tuple[int, ...]: ...


class Topology(Protocol):
    """An inventory, as far as roles need to know it."""

    @property
    def nodes(self) -> Sequence[Spec]: ...
    def table(self, kind: type[Table]) -> Table:
        """Return the table of this class."""

    def processes(self, spec: Any) -> Processes:
        """Return what runs on a node."""


MakesProcesses = Callable[[Spec, Topology], tuple[Process, ...]]
Contradictions = Callable[[Any], Iterator[str]]
"""Yields in words what cannot be in an inventory, each beginning with the key it is about."""


def in_list(role: str) -> Callable[[Spec], bool]:
    """Return what is true of nodes whose `roles` name this one."""
    return lambda spec: role in spec.roles


def nothing(spec: Spec, topology: Topology) -> tuple[Process, ...]:
    """Return no process."""
    del spec, topology
    return ()


CONFIGURE = "provision/common/2-configure.sh"


@dataclass(frozen=True)
class Role:
    """What a node can be for.

    Args:
        name: as in `roles` of a node, in the inventory's table, and in every layer.
        table: the class of its table in the inventory, None for none.
        contradictions: what its table may not say beside the rest of the inventory.
        after: roles that come first.
        stands_on: the nodes that have it; None for those that name it in `roles`.
        processes: what runs on such a node.
        files: what is put there.
        prepare: scripts that bring packages, accounts and folders, in order.
        in_image: whether images of containers have what `prepare` brings, where the node is to be
            up soon.
        configure: the script that installs the files and sees to it that the processes run; roles
            with the same one share a run of it.
        secrets: the passwords that it needs, each generated once per environment.
        tools: programs of this machine that it makes use of.
        is_clustered: whether its processes depend on each other across nodes: then they are
            configured node by node, in an order that hurts nobody.
        optional: what `up` calls it where it cannot be had and all else goes on; empty for a role
            that nothing works without.
    """

    name: str
    table: type[Any] | None = None
    contradictions: Contradictions | None = None
    after: tuple[str, ...] = ()
    stands_on: Callable[[Spec], bool] | None = None
    processes: MakesProcesses = nothing
    files: tuple[File, ...] = ()
    prepare: tuple[str, ...] = ()
    in_image: bool = False
    configure: str = CONFIGURE
    secrets: tuple[str, ...] = ()
    tools: tuple[Tool, ...] = ()
    is_clustered: bool = False
    optional: str = ""

    @property
    def is_listed(self) -> bool:
        """Say whether a node has it by naming it in `roles`."""
        return self.stands_on is None

    @property
    def has_processes(self) -> bool:
        """Say whether something runs where it is."""
        return self.processes is not nothing

    def is_on(self, spec: Spec) -> bool:
        """Say whether a node has this role."""
        return (self.stands_on or in_list(self.name))(spec)
