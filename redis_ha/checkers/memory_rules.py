"""What is to be done about the memory of a Redis: a rule a trouble."""

from collections.abc import Callable, Iterator

from redis_ha.checkers.configuration.finding import Finding, Severity
from redis_ha.checkers.memory import Memory, advice, hours, mib, sized
from redis_ha.measure.purposes import BY_ENTRY, CACHE, ENTRIES, SESSIONS
from redis_ha.services.writes import MIB

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
