"""The settings of an environment, read from configuration files: rendered ones or the nodes'."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from ipaddress import ip_address
from typing import TypeVar

from redis_ha.checkers.configuration.finding import Finding
from redis_ha.inventory import Inventory
from redis_ha.provision.directives import Key, Values, parse

Texts = Mapping[str, Mapping[str, str]]
"""The files of every node: by its name, then by process."""

FORMER = {
    "min-replicas-to-write": "min-slaves-to-write",
    "min-replicas-max-lag": "min-slaves-max-lag",
    "replica-priority": "slave-priority",
    "replica-announce-ip": "slave-announce-ip",
    "replica-read-only": "slave-read-only",
    "replicaof": "slaveof",
}
"""Names that settings had before Redis 5 and still have in files made by hand."""


class _File:
    """One file's settings, each with what the server takes for granted where it is not set."""

    def __init__(self, text: str) -> None:
        self._found: dict[Key, Values] = parse(text)

    def words(self, *key: str) -> tuple[str, ...]:
        """Return the words of a setting, () when it is not set; the last line of several counts."""
        name = (key[0],) if key[0] in FORMER else key
        former = (FORMER[key[0]],) if key[0] in FORMER else key
        return (self._found.get(name) or self._found.get(former) or ((),))[-1]

    def text(self, *key: str, default: str = "") -> str:
        return " ".join(self.words(*key)) or default

    def number(self, *key: str, default: int) -> int:
        text = self.text(*key)
        return int(text) if text.isdigit() else default

    def yes(self, *key: str, default: bool) -> bool:
        return self.text(*key, default="yes" if default else "no").lower() == "yes"

    @property
    def has_password(self) -> bool:
        """Say whether clients need a password; a rewrite keeps it as an ACL user as well."""
        users = [words for words in self._found.get(("user",), ()) if words[:1] == ("default",)]
        by_user = any(word[:1] in "#>" for words in users for word in words[1:] if word)
        return by_user or bool(self.text("requirepass") or self.text("aclfile"))

    @property
    def takes_snapshots(self) -> bool:
        saves = self._found.get(("save",))
        return saves is None or saves[-1] != ("",)


@dataclass(frozen=True)
class Redis:
    """What one Redis is set to, with Redis's own defaults; times in seconds, sizes in bytes.

    Args:
        min_replicas: how many a write waits for; 0 also where no lag is allowed, as Redis has it.
        names: the hostnames among its addresses.
    """

    node: str
    priority: int = 100
    min_replicas: int = 0
    max_lag_s: int = 10
    maxmemory: int = 0
    policy: str = "noeviction"
    appendonly: bool = False
    appendfsync: str = "everysec"
    snapshots: bool = True
    read_only: bool = True
    protected: bool = True
    password: bool = False
    master_password: bool = False
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sentinel:
    """What one Sentinel is set to for the master that it watches."""

    node: str
    quorum: int = 2
    down_after_ms: int = 30_000
    failover_timeout_ms: int = 180_000
    parallel_syncs: int = 1
    resolve_hostnames: bool = False
    announce_hostnames: bool = False
    password: bool = False
    master_password: bool = False
    names: tuple[str, ...] = ()


Process = Redis | Sentinel
Kind = TypeVar("Kind", Redis, Sentinel)


def judged(processes: Sequence[Kind], judge: Callable[[Kind], Finding | None]) -> Iterator[Finding]:
    """Yield what a rule says of single processes, each once, with the nodes it is true of.

    What is true of all needs no names.
    """
    nodes: dict[Finding, list[str]] = {}
    for process in processes:
        if finding := judge(process):
            nodes.setdefault(finding, []).append(process.node)
    for finding, names in nodes.items():
        some = f" ({', '.join(dict.fromkeys(names))})" if len(names) < len(processes) else ""
        yield replace(finding, now=finding.now + some)


@dataclass(frozen=True)
class Settings:
    """Everything that rules compare; where processes differ, the value that counts.

    Args:
        topology: the inventory: its nodes, and what is known of the client.
        sentinels: those that watch this environment's master.
    """

    topology: Inventory
    redis: tuple[Redis, ...]
    sentinels: tuple[Sentinel, ...]

    @property
    def min_replicas(self) -> int:
        return min(each.min_replicas for each in self.redis)

    @property
    def max_lag_s(self) -> int:
        return max(each.max_lag_s for each in self.redis)

    @property
    def quorum(self) -> int:
        return max(each.quorum for each in self.sentinels)

    @property
    def majority(self) -> int:
        return len(self.sentinels) // 2 + 1

    @property
    def needed(self) -> int:
        """Return how many Sentinels have to be there for a failover."""
        return max(self.majority, self.quorum)

    @property
    def down_after_ms(self) -> int:
        """Return when the quorum is full: that of its last Sentinel."""
        ordered = sorted(each.down_after_ms for each in self.sentinels)
        return ordered[min(self.quorum, len(ordered)) - 1]

    @property
    def failover_timeout_ms(self) -> int:
        return max(each.failover_timeout_ms for each in self.sentinels)

    @cached_property
    def sentinels_of(self) -> dict[str, int]:
        """Return how many Sentinels each node carries that has any."""
        names = [each.node for each in self.sentinels]
        return {name: names.count(name) for name in dict.fromkeys(names)}


def read(topology: Inventory, texts: Texts) -> Settings:
    """Return the settings that the files of all nodes have."""
    redis, sentinels = [], []
    for node, files in texts.items():
        for process, text in files.items():
            if process == "redis":
                redis.append(_redis(node, _File(text)))
            elif watching := _sentinel(node, _File(text), topology.sentinel.master_name):
                sentinels.append(watching)
    return Settings(topology, tuple(redis), tuple(sentinels))


def _redis(node: str, file: _File) -> Redis:
    lag = file.number("min-replicas-max-lag", default=Redis.max_lag_s)
    return Redis(
        node,
        priority=file.number("replica-priority", default=Redis.priority),
        min_replicas=file.number("min-replicas-to-write", default=0) if lag else 0,
        max_lag_s=lag,
        maxmemory=file.number("maxmemory", default=Redis.maxmemory),
        policy=file.text("maxmemory-policy", default=Redis.policy),
        appendonly=file.yes("appendonly", default=Redis.appendonly),
        appendfsync=file.text("appendfsync", default=Redis.appendfsync),
        snapshots=file.takes_snapshots,
        read_only=file.yes("replica-read-only", default=Redis.read_only),
        protected=file.yes("protected-mode", default=Redis.protected),
        password=file.has_password,
        master_password=bool(file.text("masterauth")),
        names=_names(file.words("replicaof")[:1], file.words("replica-announce-ip")),
    )


def _sentinel(node: str, file: _File, master: str) -> Sentinel | None:
    monitor = file.words("sentinel", "monitor", master)
    if len(monitor) < len(("address", "port", "quorum")):
        return None

    def number(word: str, default: int) -> int:
        return file.number("sentinel", word, master, default=default)

    return Sentinel(
        node,
        quorum=int(monitor[2]) if monitor[2].isdigit() else Sentinel.quorum,
        down_after_ms=number("down-after-milliseconds", Sentinel.down_after_ms),
        failover_timeout_ms=number("failover-timeout", Sentinel.failover_timeout_ms),
        parallel_syncs=number("parallel-syncs", Sentinel.parallel_syncs),
        resolve_hostnames=file.yes("sentinel", "resolve-hostnames", default=False),
        announce_hostnames=file.yes("sentinel", "announce-hostnames", default=False),
        password=file.has_password,
        master_password=bool(file.text("sentinel", "auth-pass", master)),
        names=_names(monitor[:1], file.words("sentinel", "announce-ip")),
    )


def _names(*addresses: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for words in addresses for word in words if word and not _is_address(word))


def _is_address(word: str) -> bool:
    try:
        ip_address(word)
    except ValueError:
        return False
    return True
