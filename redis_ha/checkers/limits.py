"""Limits that a running Redis is near: what will be refused, while nothing is yet."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from redis_ha.checkers.configuration.finding import Finding, Severity
from redis_ha.services import writes
from redis_ha.services.writes import MIB

Info = Mapping[str, Any]
MEMORY = 0.9
"""The share of `maxmemory` in use from which on too little to evict is worth a warning."""
EVICTABLE = 0.1
"""The share of `maxmemory` that should make room then."""
CLIENTS = 0.8
"""The share of `maxclients` in use from which on that is worth a warning."""


def findings(told: Mapping[str, Info]) -> list[Finding]:
    """Return what is said of servers that run.

    Args:
        told: what INFO of each node's Redis says, by the node's name.
    """
    return [found for name, info in told.items() for rule in RULES for found in rule(name, info)]


def evictable_bytes(info: Info) -> float:
    """Estimate how much its policy lets it evict: the evictable keys' share of all its data.

    INFO counts keys and those that expire, by database, and no bytes: all are taken to be of one
    size on average. MEMORY USAGE of every key would tell, and would hold up a server that is full.
    """
    keys = writes.keys(info, "keys")
    return int(info.get("used_memory_dataset", 0)) * writes.evictable(info) / keys if keys else 0.0


def memory(node: str, info: Info) -> Iterator[Finding]:
    """See that there is something to evict once memory runs out."""
    most, used = int(info.get("maxmemory", 0)), writes.memory_counted(info)
    room = evictable_bytes(info)
    if most and used >= MEMORY * most and room < EVICTABLE * most:
        yield Finding(
            "maxmemory",
            Severity.RISKY,
            f"{used / MIB:.1f} of {most / MIB:.1f} MiB in use on {node}",
            "more memory, or keys that expire",
            f"about {room / MIB:.1f} MiB may be evicted ({info.get('maxmemory_policy')}): "
            "it will soon refuse writes (OOM)",
        )


def clients(node: str, info: Info) -> Iterator[Finding]:
    """See that there is room for more connections."""
    most, used = int(info.get("maxclients", 0)), int(info.get("connected_clients", 0))
    if most and used >= CLIENTS * most:
        yield Finding(
            "maxclients",
            Severity.RISKY,
            f"{used} of {most} in use on {node}",
            "more, or fewer connections",
            "once all are in use it turns away applications, Sentinels and this tool",
        )


RULES: tuple[Callable[[str, Info], Iterator[Finding]], ...] = (memory, clients)
