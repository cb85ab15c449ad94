"""What the memory of a Redis comes to: what it holds, what may go, what its limit should be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from redis_ha.measure.estimate import Estimate
from redis_ha.measure.keyspace import Key
from redis_ha.measure.purposes import Purpose
from redis_ha.services import writes
from redis_ha.services.writes import MIB

ROOMY = 0.75
"""The share of `maxmemory` that today's data may fill, so that it can grow by a third."""
FIXED = 0.5
"""The share of it that may be what nothing evicts: caches live in the rest."""


@dataclass(frozen=True)
class Server:
    """What a Redis tells of its memory, in bytes.

    Args:
        counted: what it compares with `maxmemory`.
        resident: what the system has given it.
        overhead: what is no data: its own structures and the buffers of clients.
        data: values, and what holds them together.
        backlog: what it keeps for replicas that come back.
        copied: what the last snapshot or rewrite had to copy, while clients wrote.
        machine: all memory of its machine; 0 where it does not say.
        free: what the machine still has; None where that is not known.
        evicted: keys, since it started.
    """

    node: str
    counted: int
    resident: int
    overhead: int
    data: int
    backlog: int
    peak: int
    maxmemory: int
    policy: str
    copied: int
    machine: int
    evicted: int
    expired: int
    free: int | None = None

    @property
    def fragmentation(self) -> float:
        """Return what the system gave as a share of what is in use."""
        return self.resident / max(self.counted, 1)


def server(node: str, info: Mapping[str, Any], free: int | None = None) -> Server:
    """Read what INFO says."""

    def number(key: str) -> int:
        return int(info.get(key, 0) or 0)

    return Server(
        node=node,
        counted=writes.memory_counted(info),
        resident=number("used_memory_rss"),
        overhead=number("used_memory_overhead") - number("mem_not_counted_for_evict"),
        data=number("used_memory_dataset"),
        backlog=number("mem_replication_backlog"),
        peak=number("used_memory_peak"),
        maxmemory=number("maxmemory"),
        policy=str(info.get("maxmemory_policy", "noeviction")),
        copied=max(number("rdb_last_cow_size"), number("aof_last_cow_size")),
        machine=number("total_system_memory"),
        evicted=number("evicted_keys"),
        expired=number("expired_keys"),
        free=free,
    )


@dataclass(frozen=True)
class Memory:
    """A look at the memory of one Redis.

    Args:
        seen_on: the node whose keys were looked at.
        limits: the server whose limit counts: the master, or the same where there is none.
        before: the same when the look began; `over_s` seconds ago.
        purposes: what the keys of each purpose come to, the largest first.
    """

    seen_on: str
    role: str
    limits: Server
    before: Server
    over_s: float
    purposes: Mapping[Purpose, Estimate]
    largest: tuple[Key, ...]

    @property
    def keys(self) -> float:
        return sum(each.keys for each in self.purposes.values())

    @property
    def size(self) -> float:
        """Return the bytes of all keys."""
        return sum(each.size for each in self.purposes.values())

    @property
    def lasting_size(self) -> float:
        """Return the bytes of keys without a time to live."""
        return sum(each.lasting_size for each in self.purposes.values())

    @property
    def fixed(self) -> float:
        """Return the bytes that nothing may evict under the policy, overhead among them."""
        policy = self.limits.policy
        if policy == "noeviction":
            return float(self.limits.counted)
        lasting = self.lasting_size if policy.startswith("volatile") else 0.0
        return min(float(self.limits.counted), lasting + self.overhead)

    @property
    def overhead(self) -> float:
        """Return what is in use beside the keys."""
        return max(0.0, self.limits.counted - self.size)

    @property
    def grown(self) -> int:
        """Return how many bytes came during the look."""
        return self.limits.counted - self.before.counted

    @property
    def evictions(self) -> int:
        """Return how many keys were evicted during the look."""
        return self.limits.evicted - self.before.evicted


@dataclass(frozen=True)
class Advice:
    """What `maxmemory` should be, in bytes, and the reason."""

    maxmemory: int
    why: str


def advice(memory: Memory) -> Advice:
    """Return what `maxmemory` should be: what asks for most decides; never less than it is."""
    limits = memory.limits
    asked = [
        Advice(int(limits.counted / ROOMY), f"data fills {ROOMY:.0%} of it then, and may grow"),
        Advice(int(memory.fixed / FIXED), f"what nothing evicts takes {FIXED:.0%} of it then"),
    ]
    if limits.policy == "noeviction":
        asked.pop()
    elif limits.evicted and limits.maxmemory:
        full = f"{limits.evicted:,} keys were evicted: caches need half as much again"
        asked = [asked[1], Advice(int(limits.maxmemory * 1.5), full)]
    most = max(asked, key=lambda each: each.maxmemory)
    if limits.maxmemory >= most.maxmemory:
        return Advice(limits.maxmemory, "it is enough")
    return Advice(rounded(most.maxmemory), most.why)


def rounded(size: float) -> int:
    """Return the next of 64, 96, 128, 192, … MiB."""
    step = 64 * MIB
    while True:
        for made in (step, step * 3 // 2):
            if size <= made:
                return made
        step *= 2


def verdict(memory: Memory) -> str:
    """Return what it comes to, in a line."""
    limits, share = memory.limits, memory.fixed / max(memory.limits.counted, 1)
    keeps = f"{share:.0%} of that nothing may evict ({limits.policy})"
    if not limits.maxmemory:
        return f"{mib(limits.counted)} in use without a limit, {keeps}"
    used = f"{mib(limits.counted)} of {mib(limits.maxmemory)} in use, {keeps}"
    better = advice(memory)
    if better.maxmemory > limits.maxmemory:
        return f"{used}; `redis.maxmemory` should be {sized(better.maxmemory)}"
    return f"{used}; `redis.maxmemory` is enough"


def mib(size: float) -> str:
    """Return an amount for people."""
    return f"{size / MIB:,.1f} MiB"


def sized(size: int) -> str:
    """Return an amount as an inventory takes it."""
    return f"{size // MIB}mb"


def hours(seconds: float) -> str:
    """Return a time for people."""
    return f"{seconds / 3600:.1f} h"
