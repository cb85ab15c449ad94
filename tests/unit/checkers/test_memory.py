"""What memory comes to: advice that says more, advice that says enough, and each finding."""

from typing import Any

import pytest

from redis_ha.checkers import memory as checker
from redis_ha.checkers import memory_record, memory_rules
from redis_ha.checkers.memory import Memory
from redis_ha.measure.estimate import Estimate
from redis_ha.measure.keyspace import Key
from redis_ha.measure.purposes import Purpose
from redis_ha.services.writes import MIB
from tests.unit.builders import memory_server as server

HOUR_S = 3600.0
ENTRIES = Purpose(3, "TYPO3 cache", "entries", "cache")
TAGS = Purpose(3, "TYPO3 cache", "tags by entry", "cache")
SESSIONS = Purpose(1, "TYPO3 sessions", "frontend", "sessions")


def estimate(
    keys: int, mib: float, *, lasting: bool = False, ttl_s: float | None = None
) -> Estimate:
    size = mib * MIB
    return Estimate(keys, size, 0.01, keys, lasting * keys, lasting * size, ttl_s)


GOOD = {
    ENTRIES: estimate(1000, 70, ttl_s=24 * HOUR_S),
    TAGS: estimate(1000, 10, lasting=True),
    SESSIONS: estimate(500, 10, lasting=True),
}


def memory(purposes: dict[Purpose, Estimate] | None = None, **changes: Any) -> Memory:
    limits = server(**changes)
    before = server(counted=limits.counted - MIB)
    largest = (Key(5000, 3, "identData:1", "string"),)
    return Memory("redis3", "replica", limits, before, 10.0, GOOD | (purposes or {}), largest)


def found(of: Memory) -> list[tuple[str, str]]:
    return [(each.setting, str(each.severity)) for each in memory_rules.findings(of)]


def test_a_site_with_room_is_told_that_it_is_enough() -> None:
    assert found(memory()) == []
    assert checker.advice(memory()).maxmemory == 256 * MIB
    assert checker.verdict(memory()) == (
        "100.0 MiB of 256.0 MiB in use, 30% of that nothing may evict (volatile-ttl); "
        "`redis.maxmemory` is enough"
    )


LIMIT = "maxmemory"
POLICY = "maxmemory-policy"
SHORT = {SESSIONS: estimate(500, 10, ttl_s=HOUR_S)}
FEWER = {ENTRIES: estimate(700, 70, ttl_s=24 * HOUR_S)}
SHARED = {Purpose(3, "PHP sessions", "redis-ha", "sessions"): estimate(5, 0, lasting=True)}
PREFIXED = Purpose(1, "shop", "entries", "cache", "shop-")


@pytest.mark.parametrize(
    ("of", "wanted"),
    [
        (memory(maxmemory=0), [(LIMIT, "risky")]),
        (memory(maxmemory=120 * MIB), [(LIMIT, "risky")]),
        (memory({TAGS: estimate(1000, 75, lasting=True)}, maxmemory=110 * MIB), [(LIMIT, "wrong")]),
        (memory(policy="noeviction"), []),
        (memory(policy="noeviction", counted=200 * MIB, data=90 * MIB), [(LIMIT, "wrong")]),
        (memory(evicted=5000), [(LIMIT, "risky")]),
        (memory(policy="allkeys-lru"), [(POLICY, "wrong"), (POLICY, "risky")]),
        (memory(SHORT), [("sessions", "risky")]),
        (memory({SESSIONS: estimate(500, 10, ttl_s=48 * HOUR_S)}), []),
        (memory(SHORT, policy="volatile-lru"), [(POLICY, "risky")]),
        (memory(policy="volatile-lru"), []),
        (memory(SHARED), [("database 3", "wrong")]),
        (memory({PREFIXED: estimate(10, 0, ttl_s=24 * HOUR_S)}), []),
        (memory(FEWER), [("TYPO3 cache in 3", "risky")]),
        (memory(free=60 * MIB), [("memory of the machine", "risky")]),
        (memory(free=None), []),
        (memory(resident=200 * MIB), [("fragmentation", "note")]),
        (memory(data=180 * MIB), [("estimate", "note")]),
    ],
)
def test_what_is_unwise_is_found(of: Memory, wanted: list[tuple[str, str]]) -> None:
    assert found(of) == wanted


@pytest.mark.parametrize(
    ("of", "mib"),
    [
        (memory(maxmemory=100 * MIB), 192),  # 100 / 0.75 = 134
        (memory({TAGS: estimate(9, 70, lasting=True)}, maxmemory=100 * MIB), 192),  # 2 x 90
        (memory(evicted=1, maxmemory=256 * MIB), 384),
        (memory(maxmemory=1024 * MIB), 1024),
    ],
)
def test_what_asks_for_most_decides(of: Memory, mib: int) -> None:
    assert checker.advice(of).maxmemory == mib * MIB


@pytest.mark.parametrize(("size", "mib"), [(1, 64), (64, 64), (65, 96), (97, 128), (1600, 2048)])
def test_sizes_are_round(size: int, mib: int) -> None:
    assert checker.rounded(size * MIB) == mib * MIB


def test_the_record_has_bytes_and_the_findings() -> None:
    record = memory_record.as_json(memory(FEWER))
    wanted = {
        "seen_on": "redis3",
        "role": "replica",
        "keys": 2200,
        "bytes": 90 * MIB,
        "unevictable_bytes": 30 * MIB,
        "growth": {"over_s": 10.0, "bytes": MIB, "evicted": 0},
    }
    assert record | wanted == record
    assert record["purposes"][0]["ttl_median_s"] == 24 * HOUR_S
    assert [each["name"] for each in record["findings"]] == ["TYPO3 cache in 3"]


def test_info_is_read_as_the_server_counts() -> None:
    info = {
        "used_memory": 1000,
        "mem_not_counted_for_evict": 100,
        "used_memory_overhead": 400,
        "maxmemory": 5000,
        "maxmemory_policy": "volatile-ttl",
        "rdb_last_cow_size": 7,
        "aof_last_cow_size": 9,
    }
    read = checker.server("redis1", info)
    assert (read.counted, read.overhead, read.copied, read.free) == (900, 300, 9, None)
