"""Records of `invoke memory`, as a program reads them."""

from typing import Any

MIB = 1 << 20


def part(database: int, name: str, kind: str, mib: float, **changes: Any) -> dict[str, Any]:
    """Return what the keys of one purpose come to; they have a time to live."""
    return {
        "database": database,
        "name": name,
        "kind": kind,
        "prefix": "",
        "keys": 1000,
        "bytes": round(mib * MIB),
        "error": 0.021,
        "measured": 500,
        "without_ttl": 0,
        "without_ttl_bytes": 0,
        "ttl_median_s": 7200.0,
        **changes,
    }


def lasting(mib: float) -> dict[str, Any]:
    """Return what makes a purpose one whose keys have no time to live."""
    without = {"without_ttl": 1000, "without_ttl_bytes": round(mib * MIB)}
    return {**without, "ttl_median_s": None}


def grown(keys: float, size: float) -> dict[str, Any]:
    """Return what a second look adds to a purpose."""
    return {"keys_a_minute": keys, "bytes_a_minute": size}


def record(**changes: Any) -> dict[str, Any]:
    """Return two looks at a site: 100 of 128 MiB in use, 30 of them may not be evicted."""
    return {
        "provider": "local",
        "inventory": "default",
        "seen_on": "redis3",
        "role": "replica",
        "verdict": "100.0 MiB of 128.0 MiB in use; `redis.maxmemory` should be 192mb",
        "unevictable_bytes": 30 * MIB,
        "server": {
            "node": "redis1",
            "counted": 100 * MIB,
            "maxmemory": 128 * MIB,
            "policy": "volatile-ttl",
        },
        "growth": {"over_s": 60.0, "bytes": MIB, "evicted": 0},
        "purposes": [
            part(3, "TYPO3 cache", "entries", 60, **grown(120, 512_000)),
            part(3, "TYPO3 cache", "tags by entry", 20, **lasting(20), **grown(120, 90_000)),
            part(2, "TYPO3 sessions", "frontend", 10, **grown(-30, -80_000)),
            part(0, "a name that is longer than a phone is wide", "", 0.1, **grown(0, 0)),
        ],
        "advice": {"maxmemory": 192 * MIB, "why": "data fills 75% of it then, and may grow"},
        **changes,
    }
