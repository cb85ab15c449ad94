"""The processes of a node: each has one name, from which all else that is known of it follows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import overload

from redis_ha.roles.trouble import Trouble

STOPS_S = 30
"""How long a process may take to save and end, in seconds; then it is killed."""


def killed(process: str) -> str:
    """Return the line that says so."""
    return f"{process} did not stop within {STOPS_S} s: killed"


@dataclass(frozen=True)
class Program:
    """How a process is started where no systemd starts it.

    Args:
        argv: the command. `{root}` is the folder that stands for the node's `/`, `{address}` the
            node's address; the first word is looked up on PATH.
        environment: variables besides; the same words may stand in them.
        ready_s: how long it has to run until it counts as started, in seconds.
        reload: the signal that makes it read its files again.
        also: names that the program has elsewhere; the first that is there is taken.
    """

    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    ready_s: int = 1
    reload: str = "HUP"
    also: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return every name that the program may have."""
        return (self.argv[0], *self.also)


@dataclass(frozen=True)
class Process:
    """One process of a node.

    Args:
        role: the name of the role that it belongs to.
        name: what it is called on its node: `redis`, `sentinel`, `sentinel-26380`.
        units: the names that its systemd unit may have. The first is known on every system, be it
            as an alias; the one whose unit file is there is the one to enable.
        port: where it listens, None for nowhere.
        port_key: the key of an inventory that says so.
        config: the path of its configuration file, empty for none.
        program: None where only systemd can start it.
        troubles: what keeps it from starting, by what its log says then.
        only_machines: whether a node that is a folder of processes does without.
    """

    role: str
    name: str
    units: tuple[str, ...]
    port: int | None = None
    port_key: str = ""
    config: str = ""
    program: Program | None = None
    troubles: tuple[Trouble, ...] = ()
    only_machines: bool = False

    @property
    def unit(self) -> str:
        """Return the name of its systemd unit that every system knows."""
        return self.units[0]

    @property
    def log(self) -> str:
        """Return the path of its log where no journal keeps it."""
        return f"/var/log/{self.name}.log"


class Processes(Sequence[Process]):
    """All processes of one node, in the order in which they start."""

    def __init__(self, processes: Sequence[Process] = ()) -> None:
        self._all = tuple(processes)

    @overload
    def __getitem__(self, index: int) -> Process: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Process, ...]: ...
    def __getitem__(self, index: int | slice) -> Process | tuple[Process, ...]:
        return self._all[index]

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Process]:
        return iter(self._all)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the name of each."""
        return tuple(process.name for process in self._all)

    def of(self, *roles: str) -> "Processes":
        """Return those that belong to these roles."""
        return Processes([process for process in self._all if process.role in roles])

    def of_folders(self) -> "Processes":
        """Return those that a node has which is no machine."""
        return Processes([process for process in self._all if not process.only_machines])

    def named(self, name: str) -> Process:
        """Return the process called `name`.

        Raises:
            KeyError: the node has none of that name.
        """
        for process in self._all:
            if process.name == name:
                return process
        raise KeyError(name)
