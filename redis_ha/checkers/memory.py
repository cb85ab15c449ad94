"""What the memory of a Redis comes to: what it holds, what may go, what its limit should be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from redis_ha.checkers.configuration.finding import Finding, Severity
from redis_ha.measure.estimate import Estimate
from redis_ha.measure.keyspace import Key
from redis_ha.measure.purposes import BY_ENTRY, CACHE, ENTRIES, SESSIONS, Purpose
from redis_ha.services import writes
from redis_ha.services.writes import MIB

ROOMY = 0.75
"""The share of `maxmemory` that today's data may fill, so that it can grow by a third."""
FIXED = 0.5
"""The share of it that may be what nothing evicts: caches live in the rest."""
TOO_FIXED = 0.75
"""From this share on caches have no room, and soon writes are refused."""
FRAGMENTED = 1.5
WORTH_MIB = 64
"""How much memory makes fragmentation worth a word."""
ORPHANS = 0.05
"""The share of tag sets without an entry from which on garbage is not collected."""
FEW = 100
UNSEEN = 0.1
"""The share of all data that estimates may miss until that is said."""


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


def findings(memory: Memory) -> list[Finding]:
    """Return what is to be done about it."""
    return [found for rule in RULES for found in rule(memory)]


def _limit(memory: Memory) -> Iterator[Finding]:
    limits, better = memory.limits, advice(memory)
    fixed, most = memory.fixed, limits.maxmemory
    if not most:
        now = f"no limit, {mib(limits.counted)} in use"
        why = f"without one it takes all of the machine's memory; {better.why}"
        yield Finding("maxmemory", Severity.RISKY, now, sized(better.maxmemory), why)
    elif fixed >= TOO_FIXED * most:
        now = f"{mib(fixed)} of {mib(most)} can never be evicted ({limits.policy})"
        why = "nearly nothing is left for caches; once that is used up writes are refused (OOM)"
        yield Finding("maxmemory", Severity.WRONG, now, sized(better.maxmemory), why)
    elif better.maxmemory > most:
        now = f"{mib(limits.counted)} of {mib(most)} in use"
        yield Finding("maxmemory", Severity.RISKY, now, sized(better.maxmemory), better.why)


def _copy_on_write(memory: Memory) -> Iterator[Finding]:
    limits = memory.limits
    if limits.free is None or limits.free >= limits.resident:
        return
    yield Finding(
        "memory of the machine",
        Severity.RISKY,
        f"{mib(limits.free)} free, Redis has {mib(limits.resident)}",
        f"{mib(limits.resident - limits.free)} more, or a smaller `maxmemory`",
        "a snapshot, a rewrite or a new replica forks: each page that is written meanwhile is "
        "copied, in the worst case all",
    )


def _fragmentation(memory: Memory) -> Iterator[Finding]:
    limits = memory.limits
    lost = limits.resident - limits.counted
    if limits.fragmentation > FRAGMENTED and lost > WORTH_MIB * MIB:
        now = f"{limits.fragmentation:.2f}, {mib(lost)} more than is in use"
        why = "what was freed is in pieces that fit nothing"
        yield Finding("fragmentation", Severity.NOTE, now, "`activedefrag yes`", why)


def _orphans(memory: Memory) -> Iterator[Finding]:
    """See that tag sets go with their entries: only a task of TYPO3's scheduler does that."""
    entries = _keys_of(memory, ENTRIES)
    for cache, sets in _keys_of(memory, BY_ENTRY).items():
        orphans = sets - entries.get(cache, 0.0)
        if orphans > max(FEW, ORPHANS * sets):
            yield Finding(
                f"{cache[1]} in {cache[0]}",
                Severity.RISKY,
                f"{orphans:,.0f} tag sets at least are of entries that are gone",
                "TYPO3's scheduler task: caching framework garbage collection",
                "tag sets have no time to live: what is not collected fills the memory for good",
            )


def _keys_of(memory: Memory, kind: str) -> dict[tuple[int, str], float]:
    found = memory.purposes.items()
    return {(of.database, of.name): each.keys for of, each in found if of.kind == kind}


def _sessions(memory: Memory) -> Iterator[Finding]:
    """See that sessions are not what goes first."""
    policy, living = memory.limits.policy, _ttl_s(memory, SESSIONS)
    caches = _ttl_s(memory, CACHE)
    lasts = "sessions without a time to live, or a longer one than any cache's, with volatile-ttl"
    if policy.startswith("allkeys") and _sized(memory, SESSIONS):
        yield Finding("maxmemory-policy", Severity.RISKY, policy, lasts, "it evicts sessions")
    elif policy == "volatile-ttl" and living is not None and caches and living < caches:
        now = f"sessions live for {hours(living)}, cache entries for {hours(caches)} (medians)"
        why = "what ends soonest is evicted first: sessions, before the first page"
        yield Finding("sessions", Severity.RISKY, now, lasts, why)
    elif policy.startswith("volatile") and policy != "volatile-ttl" and living is not None:
        yield Finding("maxmemory-policy", Severity.RISKY, policy, lasts, "it evicts sessions")


def _tags(memory: Memory) -> Iterator[Finding]:
    if memory.limits.policy.startswith("allkeys") and _sized(memory, CACHE):
        why = "it evicts tag sets: entries are no longer found by their tags and stay stale"
        now = memory.limits.policy
        yield Finding("maxmemory-policy", Severity.WRONG, now, "volatile-ttl", why)


def _shared(memory: Memory) -> Iterator[Finding]:
    """See that no cache without a prefix shares its database: to flush it is FLUSHDB."""
    flushed = {of.database for of in memory.purposes if of.use == CACHE and not of.prefix}
    for database in sorted(flushed):
        others = {of.use for of in memory.purposes if of.database == database}
        if SESSIONS in others:
            yield Finding(
                f"database {database}",
                Severity.WRONG,
                "has a cache and sessions",
                "a database for each",
                "to flush the cache empties the whole database: everybody is logged out",
            )


def _unseen(memory: Memory) -> Iterator[Finding]:
    missed = memory.limits.data - memory.size
    if missed > max(UNSEEN * memory.limits.data, 8 * MIB):
        yield Finding(
            "estimate",
            Severity.NOTE,
            f"{mib(missed)} of {mib(memory.limits.data)} are in no key that was measured",
            "`./inv memory --every`",
            "a few keys may be far larger than the others; that measures each one",
        )


def _ttl_s(memory: Memory, use: str) -> float | None:
    """Return the shortest median of purposes of one use, None where all last for ever."""
    found = [each.ttl_s for of, each in memory.purposes.items() if of.use == use]
    return min((each for each in found if each is not None), default=None)


def _sized(memory: Memory, use: str) -> float:
    return sum(each.size for of, each in memory.purposes.items() if of.use == use)


RULES: tuple[Callable[[Memory], Iterator[Finding]], ...] = (
    _limit,
    _tags,
    _sessions,
    _shared,
    _orphans,
    _copy_on_write,
    _fragmentation,
    _unseen,
)


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


def as_json(memory: Memory) -> dict[str, Any]:
    """Return the record; sizes in bytes."""
    better = advice(memory)
    return {
        "seen_on": memory.seen_on,
        "role": memory.role,
        "verdict": verdict(memory),
        "keys": round(memory.keys),
        "bytes": round(memory.size),
        "unevictable_bytes": round(memory.fixed),
        "overhead_bytes": round(memory.overhead),
        "without_ttl_bytes": round(memory.lasting_size),
        "fragmentation": round(memory.limits.fragmentation, 2),
        "server": asdict(memory.limits),
        "growth": {
            "over_s": round(memory.over_s, 1),
            "bytes": memory.grown,
            "evicted": memory.evictions,
        },
        "purposes": [_purpose(of, each) for of, each in memory.purposes.items()],
        "largest": [asdict(each) for each in memory.largest],
        "advice": {"maxmemory": better.maxmemory, "why": better.why},
        "findings": [each.as_json() for each in findings(memory)],
    }


def _purpose(of: Purpose, each: Estimate) -> dict[str, Any]:
    return {
        "database": of.database,
        "name": of.name,
        "kind": of.kind,
        "prefix": of.prefix,
        "keys": round(each.keys),
        "bytes": round(each.size),
        "error": round(each.error, 4),
        "measured": each.measured,
        "without_ttl": round(each.lasting),
        "without_ttl_bytes": round(each.lasting_size),
        "ttl_median_s": None if each.ttl_s is None else round(each.ttl_s, 1),
    }


def mib(size: float) -> str:
    """Return an amount for people."""
    return f"{size / MIB:,.1f} MiB"


def sized(size: int) -> str:
    """Return an amount as an inventory takes it."""
    return f"{size // MIB}mb"


def hours(seconds: float) -> str:
    """Return a time for people."""
    return f"{seconds / 3600:.1f} h"
