"""One environment in use: its topology, where it lives, its nodes and its passwords."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from redis_ha import inventory, providers, roles, secrets, state
from redis_ha.errors import Unreachable
from redis_ha.intents import Intents
from redis_ha.nodes import Node
from redis_ha.nodes.local import LocalNode
from redis_ha.once import once
from redis_ha.providers import Choice, Folder, Host, Provider, Ssh
from redis_ha.roles.process import Processes


@dataclass(frozen=True)
class Environment:
    """What every layer above nodes works on."""

    topology: inventory.Inventory
    choice: Choice
    provider: Provider
    folder: Path

    @property
    def intents(self) -> Intents:
        """Return where commands write down what they change for a while."""
        return Intents(self.folder, lambda: self.nodes)

    def having(self, *changed: object) -> "Environment":
        """Return the same environment, on the same nodes, as if its inventory had other tables."""
        made = replace(self, topology=self.topology.having(*changed))
        made.__dict__.update(nodes=self.nodes, secrets=self.secrets)
        return made

    @once
    def secrets(self) -> secrets.Secrets:
        return secrets.load(self.folder)

    @once
    def nodes(self) -> dict[str, Node]:
        """Return every node by name; none is touched yet."""
        hosts = self.provider.hosts()
        return {host.spec.name: _node(host, self.topology, Intents(self.folder)) for host in hosts}

    def nodes_with(self, role: str) -> list[Node]:
        """Return the nodes that have a role."""
        known = roles.registry()[role]
        return [node for node in self.nodes.values() if known.is_on(node.spec)]

    @property
    def redis_nodes(self) -> list[Node]:
        return self.nodes_with("redis")

    @property
    def sentinel_nodes(self) -> list[Node]:
        return self.nodes_with("sentinel")

    @property
    def server_nodes(self) -> list[Node]:
        """Return the nodes with a Redis or a Sentinel."""
        return [node for node in self.nodes.values() if node.servers]

    def node(self, name: str) -> Node:
        """Return the node called `name`.

        Raises:
            InventoryError: the inventory has no such node.
        """
        return self.nodes[self.topology.node(name).name]

    def node_at(self, address: str) -> Node | None:
        """Return the node with this address, None when it is nobody's here."""
        return next((node for node in self.nodes.values() if node.address == address), None)

    def require_up(self) -> None:
        """Check that the nodes run.

        Raises:
            Unreachable: they do not.
        """
        if not self.provider.is_up():
            raise Unreachable(
                f"the nodes of `{self.topology.name}` do not run ({self.choice.name}); "
                f"bring them up with `./inv up --provider {self.choice.name}`"
            )

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the environment for a command that changes it."""
        with state.exclusive(self.folder):
            yield


@contextmanager
def opened(inventory_name: str, provider: str) -> Iterator[Environment]:
    """Read an inventory, choose a provider, and close every connection in the end.

    Raises:
        RedisHaError: there is no such inventory or provider.
    """
    read = inventory.load(inventory_name)
    topology = replace(read, name=state.claimed(read.name, read.path))
    choice = providers.choose(provider, topology.name)
    provider_there = providers.make(choice.name, topology)
    folder = state.folder(topology.name, choice.name)
    state.claim(topology.name, topology.path)
    environment = Environment(topology, choice, provider_there, folder)
    try:
        yield environment
    finally:
        for node in environment.__dict__.get("nodes", {}).values():
            node.close()


def _node(host: Host, topology: inventory.Inventory, intents: Intents) -> Node:
    node = _made(host, host.access, topology.processes(host.spec))
    node.intents = intents
    return node


def _made(host: Host, access: Folder | Ssh, processes: Processes) -> Node:
    if isinstance(access, Folder):
        return LocalNode(host, access, processes)
    # Fabric takes 0.2 s to import; a local environment does without.
    from redis_ha.nodes.ssh import SshNode

    return SshNode(host, access, processes)
