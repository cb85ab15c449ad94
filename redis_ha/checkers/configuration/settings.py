"""The settings of an environment that rules compare."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from redis_ha.checkers.configuration.finding import Finding
from redis_ha.inventory import Inventory


@dataclass(frozen=True)
class RedisSettings:
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
    has_snapshots: bool = True
    is_read_only: bool = True
    is_protected: bool = True
    has_password: bool = False
    has_master_password: bool = False
    names: tuple[str, ...] = ()
    maxclients: int = 10_000


@dataclass(frozen=True)
class SentinelSettings:
    """What one Sentinel is set to for the master that it watches."""

    node: str
    quorum: int = 2
    down_after_ms: int = 30_000
    failover_timeout_ms: int = 180_000
    parallel_syncs: int = 1
    resolve_hostnames: bool = False
    announce_hostnames: bool = False
    has_password: bool = False
    has_master_password: bool = False
    names: tuple[str, ...] = ()


Process = RedisSettings | SentinelSettings
Kind = TypeVar("Kind", RedisSettings, SentinelSettings)


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
    redis: tuple[RedisSettings, ...]
    sentinels: tuple[SentinelSettings, ...]

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
