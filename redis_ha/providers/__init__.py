"""Where nodes live. A provider brings them up and says how to reach them; no more."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol, runtime_checkable

from redis_ha import inventory, state
from redis_ha.errors import ProviderError
from redis_ha.nearest import unknown
from redis_ha.providers import engine

Tell = Callable[[str], None]
"""Takes one line of progress for the person who waits."""


def nobody(line: str) -> None:
    """Take a line of progress for which nobody waits."""
    del line


PROVIDERS = {
    "docker": "redis_ha.providers.docker:DockerProvider",
    "local": "redis_ha.providers.local:LocalProvider",
    "vagrant": "redis_ha.providers.vagrant:VagrantProvider",
}
AUTO = "auto"


@dataclass(frozen=True)
class Ssh:
    """How to log in to a node over SSH."""

    address: str
    user: str
    key: Path
    known_hosts: Path
    port: int = 22


@dataclass(frozen=True)
class Folder:
    """A node that is a folder of processes on this machine.

    Args:
        root: stands in for `/` of the node.
        supervisor: the configuration of the supervisord that keeps its processes.
        socket: where that supervisord answers.
        binaries: the folder of redis-server.
    """

    root: Path
    supervisor: Path
    socket: Path
    binaries: Path


@dataclass(frozen=True)
class Host:
    """A node that a provider knows: what it is, where it is, how to get in."""

    spec: inventory.NodeSpec
    address: str
    access: Ssh | Folder


class Provider(Protocol):
    """Brings the nodes of one inventory up and down."""

    name: str

    def hosts(self) -> tuple[Host, ...]:
        """Return every node, up or not."""

    def is_up(self) -> bool:
        """Say whether the nodes run."""

    def up(self, tell: Tell) -> None:
        """Bring every node up until it takes commands; does nothing where that holds."""

    def down(self, *, purge: bool, tell: Tell = nobody) -> None:
        """Stop every node; with `purge` remove it and its data as well.

        What does not end in time is killed, and told.
        """


@runtime_checkable
class Powered(Protocol):
    """What a provider can besides: take a node's power away, and give it back.

    Args:
        loses_cache: whether what a node wrote and did not flush goes with its power, as on every
            machine. The cache of a container is its host's, which keeps it.
    """

    loses_cache: bool

    def cut_power(self, names: Sequence[str]) -> None:
        """End these nodes at once, as if their plugs were pulled; nothing is saved."""

    def restore_power(self, names: Sequence[str]) -> None:
        """Start these nodes in this order, and return when all take commands.

        Does nothing to one that runs.
        """


def loses_cache(provider: Provider) -> bool:
    """Say whether a power that can be cut here takes along what a node did not flush."""
    return isinstance(provider, Powered) and provider.loses_cache


@dataclass(frozen=True)
class Choice:
    """Which provider was taken, and why."""

    name: str
    why: str


def choose(wanted: str, inventory_name: str) -> Choice:
    """Decide where the nodes live.

    Raises:
        ProviderError: there is no such provider.
    """
    if wanted != AUTO:
        if wanted not in PROVIDERS:
            raise ProviderError(unknown("provider", wanted, [AUTO, *PROVIDERS]))
        return Choice(wanted, "as asked")
    if (used := state.last_used(inventory_name)) in PROVIDERS:
        return Choice(str(used), "it was brought up with it")
    found = engine.find()
    if found.answers:
        return Choice("docker", f"a Docker engine answers on {found.socket}")
    return Choice("local", found.refusal)


def make(name: str, topology: inventory.Inventory) -> Provider:
    """Return the provider called `name` for one inventory."""
    module, _, kind = PROVIDERS[name].partition(":")
    provider: Provider = getattr(import_module(module), kind)(topology)
    return provider
