"""The record of a look at memory; sizes in bytes."""

from dataclasses import asdict
from typing import Any

from redis_ha.checkers.memory import Memory, advice, verdict
from redis_ha.checkers.memory_rules import findings
from redis_ha.measure.estimate import Estimate
from redis_ha.measure.purposes import Purpose


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
