"""The topology as data: one TOML file per environment, validated before anything is touched."""

import json
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import field, fields
from ipaddress import IPv4Network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from redis_ha.errors import InventoryError
from redis_ha.refusal import Loc, in_words
from redis_ha.render import PROJECT

INVENTORIES = PROJECT / "inventories"
LOOPBACK = IPv4Network("127.0.0.0/8")

Role = Literal["redis", "web", "commander"]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
Port = Annotated[int, Field(ge=1, le=65535)]
Positive = Annotated[int, Field(ge=1)]
Natural = Annotated[int, Field(ge=0)]
Size = Annotated[str, Field(pattern=r"^[0-9]+(kb|mb|gb)?$")]
Megabytes = Annotated[int, Field(ge=256)]
Roles = Annotated[tuple[Role, ...], Field(min_length=1)]

_strict = dataclass(frozen=True, config=ConfigDict(extra="forbid", strict=True))


@_strict
class Node:
    """One machine of the environment.

    Args:
        host: the last part of its address in the provider's network.
        priority: `replica-priority`; the lowest number is preferred, 0 is never promoted.
        sentinels: the ports of the Sentinels that run on it.
        memory_mb: what it has as a virtual machine; None for `vagrant.memory_mb`.
    """

    name: Name
    host: Annotated[int, Field(ge=2, le=254)]
    roles: Roles
    priority: Annotated[int, Field(ge=0, le=1000)] = 100
    sentinels: tuple[Port, ...] = ()
    memory_mb: Megabytes | None = None

    @property
    def processes(self) -> tuple[str, ...]:
        """Return what runs here, by the names of configuration files and services."""
        redis = ("redis",) if "redis" in self.roles else ()
        return (*redis, *(self.sentinel_process(port) for port in self.sentinels))

    @property
    def services(self) -> tuple[str, ...]:
        """Return every service that belongs here: the processes, and the console."""
        return (*self.processes, *(["commander"] if "commander" in self.roles else []))

    def sentinel_process(self, port: int) -> str:
        """Return what the Sentinel at `port` is called: the first one has the plain name."""
        return "sentinel" if port == self.sentinels[0] else f"sentinel-{port}"


@_strict
class Redis:
    """What every Redis of the environment is configured with; times in seconds."""

    port: Port = 6379
    maxmemory: Size = "256mb"
    maxmemory_policy: Literal[
        "noeviction",
        "volatile-ttl",
        "volatile-lru",
        "volatile-lfu",
        "volatile-random",
        "allkeys-lru",
        "allkeys-lfu",
        "allkeys-random",
    ] = "volatile-ttl"
    databases: Annotated[int, Field(ge=1, le=1024)] = 16
    min_replicas_to_write: Natural = 1
    min_replicas_max_lag: Positive = 1


@_strict
class Sentinel:
    """What every Sentinel watches and when it acts; times in milliseconds."""

    quorum: Positive = 2
    master_name: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+$")] = "mymaster"
    down_after_ms: Annotated[int, Field(ge=100)] = 2000
    failover_timeout_ms: Annotated[int, Field(ge=1000)] = 10000
    parallel_syncs: Positive = 1

    @property
    def down_after_s(self) -> float:
        return self.down_after_ms / 1000


@_strict
class Commander:
    """The redis-commander console: where it listens and what it may do.

    Args:
        listen: `loopback` of its node, its address in the environment's network (`node`), or
            `all` of its addresses.
        allow_from: networks that reach its port besides the node itself; a node that is a
            folder has no firewall.
        user: whom it lets in, with the password that the environment generated.
        read_only: whether it refuses every command that writes.
        databases: those it shows, a connection each.
        url_prefix: the path below which it answers, for a reverse proxy.
        trusted_proxies: whose X-Forwarded-* headers it believes.
    """

    port: Port = 8081
    listen: Literal["loopback", "node", "all"] = "loopback"
    allow_from: tuple[IPv4Network, ...] = ()
    user: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+$")] = "operator"
    read_only: bool = True
    databases: Annotated[tuple[Natural, ...], Field(min_length=1)] = (0,)
    url_prefix: Annotated[str, Field(pattern=r"^(/[A-Za-z0-9._-]+)*$")] = ""
    trusted_proxies: tuple[IPv4Network, ...] = ()


@_strict
class Client:
    """What is known of the application's own client.

    Args:
        retry_budget_ms: how long it goes on trying an operation that fails; None for unknown.
    """

    retry_budget_ms: Natural | None = None


@_strict
class Docker:
    """The compose network. A subnet wider than /24 is a pool: each checkout takes a /24 of it."""

    subnet: IPv4Network = IPv4Network("10.213.0.0/16")


@_strict
class Local:
    """The loopback network that local processes listen on."""

    network: IPv4Network = IPv4Network("127.0.0.0/24")


@_strict
class Vagrant:
    """The virtual machines.

    Args:
        provider: the hypervisor; `auto` is VirtualBox, or libvirt where only that is installed.
            VAGRANT_DEFAULT_PROVIDER goes before it.
        system: the family of distributions, for which a box is known.
        box: another box than that, with `box_version` if not the newest is meant.
        network: their own network. One wider than /24 is a pool: each checkout takes a /24 of it.
            The default is what VirtualBox allows without being told.
        bridge: an interface of this machine by which they get into its network, which `network`
            then names; empty for a network that only this machine sees.
    """

    provider: Literal["auto", "virtualbox", "libvirt"] = "auto"
    system: Literal["debian-13", "enterprise-linux-9"] = "debian-13"
    box: Annotated[str, Field(pattern=r"^([A-Za-z0-9._-]+/[A-Za-z0-9._-]+)?$")] = ""
    box_version: Annotated[str, Field(pattern=r"^[0-9A-Za-z.-]*$")] = ""
    network: IPv4Network = IPv4Network("192.168.56.0/21")
    bridge: Annotated[str, Field(pattern=r"^[A-Za-z0-9 ._:-]*$")] = ""
    memory_mb: Megabytes = 768
    cpus: Positive = 1


@_strict
class Inventory:
    """One environment, complete and consistent."""

    nodes: Annotated[tuple[Node, ...], Field(min_length=1)]
    redis: Redis = field(default_factory=Redis)
    sentinel: Sentinel = field(default_factory=Sentinel)
    commander: Commander = field(default_factory=Commander)
    client: Client = field(default_factory=Client)
    docker: Docker = field(default_factory=Docker)
    local: Local = field(default_factory=Local)
    vagrant: Vagrant = field(default_factory=Vagrant)
    name: Name = "default"

    @property
    def redis_nodes(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if "redis" in node.roles)

    @property
    def commander_nodes(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if "commander" in node.roles)

    @property
    def first_master(self) -> Node:
        """Return the node that starts as master: the one that Sentinel would prefer."""
        candidates = [node for node in self.redis_nodes if node.priority > 0]
        return min(candidates, key=lambda node: (node.priority, node.name))

    def node(self, name: str) -> Node:
        """Return the node called `name`.

        Raises:
            InventoryError: there is none.
        """
        for node in self.nodes:
            if node.name == name:
                return node
        known = ", ".join(node.name for node in self.nodes)
        raise InventoryError(f"no node `{name}` in inventory `{self.name}`; it has {known}")


_ADAPTER = TypeAdapter(Inventory)


def load(name: str) -> Inventory:
    """Read `inventories/NAME.toml`, or the file at the path NAME when it ends in .toml.

    Raises:
        InventoryError: no such file, not TOML, or not a usable environment.
    """
    path = Path(name) if name.endswith(".toml") else INVENTORIES / f"{name}.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        known = ", ".join(sorted(file.stem for file in INVENTORIES.glob("*.toml")))
        raise InventoryError(f"{path}: no such inventory; there are {known}") from None
    except OSError as error:
        raise InventoryError(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InventoryError(f"{path}: not valid TOML: {error}") from None
    return parse(data, path)


def parse(data: dict[str, Any], path: Path) -> Inventory:
    """Turn the content of an inventory file into an `Inventory` named after the file.

    Raises:
        InventoryError: a key is unknown, missing or out of range, or keys contradict each other.
    """
    if "name" in data:  # the file's name is the environment's
        keys = ", ".join(_keys_beside(("name",)))
        raise InventoryError(f"{path}: name: unknown key; allowed are {keys}")
    try:
        named = json.dumps({**data, "name": path.name.split(".")[0]}, default=str)
        inventory = _ADAPTER.validate_json(named)
    except ValidationError as error:
        raise InventoryError(f"{path}: {in_words(error, _keys_beside)}") from None
    if problems := list(_contradictions(inventory)):
        raise InventoryError(f"{path}: {'; '.join(problems)}")
    return inventory


def _keys_beside(loc: Loc) -> list[str]:
    top: Any = Inventory
    tables = {item.name: item.type for item in fields(top)} | {"nodes": Node}
    table: Any = tables[str(loc[0])] if len(loc) > 1 else top
    return sorted(item.name for item in fields(table) if (table, item.name) != (Inventory, "name"))


def _contradictions(inventory: Inventory) -> Iterator[str]:
    yield from _twice("nodes.name", [node.name for node in inventory.nodes])
    yield from _twice("nodes.host", [node.host for node in inventory.nodes])
    yield from _outside(inventory)
    if not any(node.priority > 0 for node in inventory.redis_nodes):
        yield "nodes: at least one with the role redis needs a priority above 0"
        return
    sentinels = sum(len(node.sentinels) for node in inventory.nodes)
    if inventory.sentinel.quorum > sentinels:
        yield f"sentinel.quorum: at most {sentinels} (the number of Sentinels)"
    for node in inventory.nodes:
        yield from _ports_twice(inventory, node)
    yield from _databases_beyond(inventory)
    replicas = len(inventory.redis_nodes) - 1
    if inventory.redis.min_replicas_to_write > replicas:
        yield f"redis.min_replicas_to_write: at most {replicas} (the number of replicas)"


def _ports_twice(inventory: Inventory, node: Node) -> Iterator[str]:
    """Say which ports of a node more than one process would listen on."""
    ports = [*node.sentinels, *([inventory.redis.port] if "redis" in node.roles else [])]
    if "commander" in node.roles and inventory.commander.port in ports:
        yield f"commander.port: {node.name} uses port {inventory.commander.port} already"
    for port, count in Counter(ports).items():
        if count > 1:
            yield f"nodes.sentinels: {node.name} uses port {port} {count} times"


def _databases_beyond(inventory: Inventory) -> Iterator[str]:
    """Say which databases of the console Redis does not have."""
    last = inventory.redis.databases - 1
    for database in inventory.commander.databases:
        if database > last:
            yield f"commander.databases: at most {last} (redis.databases), not `{database}`"
    yield from _twice("commander.databases", list(inventory.commander.databases), why="")


def _outside(inventory: Inventory) -> Iterator[str]:
    """Say which nodes have no address in a provider's network."""
    networks = {
        "docker.subnet": inventory.docker.subnet,
        "local.network": inventory.local.network,
        "vagrant.network": inventory.vagrant.network,
    }
    for key, network in networks.items():
        last = network.num_addresses - 2
        for node in inventory.nodes:
            if node.host > last:
                yield f"{key}: {network} has no host {node.host} for {node.name}, at most {last}"
    if not inventory.local.network.subnet_of(LOOPBACK):
        yield f"local.network: needs to be within {LOOPBACK}, not `{inventory.local.network}`"


def _twice(key: str, values: list[Any], why: str = ", every node needs its own") -> Iterator[str]:
    for value, count in Counter(values).items():
        if count > 1:
            yield f"{key}: `{value}` is used {count} times{why}"
