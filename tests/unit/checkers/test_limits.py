"""redis_ha/checkers/limits.py: what servers will refuse soon is said while they do not."""

from typing import Any

import pytest

from redis_ha.checkers import limits

MIB = 1 << 20
WELL: dict[str, Any] = {
    "connected_clients": 10,
    "maxclients": 100,
    "used_memory": 9 * MIB,
    "used_memory_dataset": 8 * MIB,
    "maxmemory": 10 * MIB,
    "maxmemory_policy": "volatile-ttl",
    "db0": {"keys": 50, "expires": 40, "avg_ttl": 0},
    "db1": {"keys": 50, "expires": 0, "avg_ttl": 0},
}

CASES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "at nine tenths with much to evict": ({}, []),
    "at nine tenths with little to evict": (
        {"db0": {"keys": 50, "expires": 12}},
        ["maxmemory: 9.0 of 10.0 MiB in use on redis1"],
    ),
    "a tenth and a bit to evict": ({"db0": {"keys": 50, "expires": 13}}, []),
    "below nine tenths with nothing to evict": (
        {"used_memory": 8 * MIB, "maxmemory_policy": "noeviction"},
        [],
    ),
    "at nine tenths without eviction": (
        {"maxmemory_policy": "noeviction"},
        ["maxmemory: 9.0 of 10.0 MiB in use on redis1"],
    ),
    "every key may go": ({"maxmemory_policy": "allkeys-lru", "db0": {"keys": 9, "expires": 0}}, []),
    "full of something else than keys": (
        {"used_memory_dataset": 0, "db0": {"keys": 0, "expires": 0}, "db1": {"keys": 0}},
        ["maxmemory: 9.0 of 10.0 MiB in use on redis1"],
    ),
    "no limit": ({"maxmemory": 0, "maxmemory_policy": "noeviction"}, []),
    "buffers of replicas do not count": (
        {"mem_not_counted_for_evict": MIB, "maxmemory_policy": "noeviction"},
        [],
    ),
    "one connection fewer than eight tenths": ({"connected_clients": 79}, []),
    "eight tenths of the connections": (
        {"connected_clients": 80},
        ["maxclients: 80 of 100 in use on redis1"],
    ),
}


@pytest.mark.parametrize(("told", "said"), CASES.values(), ids=CASES)
def test_limits_that_are_near_are_named(told: dict[str, Any], said: list[str]) -> None:
    found = limits.findings({"redis1": WELL | told})
    assert [f"{each.setting}: {each.now}" for each in found] == said
    assert not any(each.is_wrong for each in found)


def test_what_is_left_to_evict_is_estimated_by_the_share_of_keys() -> None:
    assert limits.evictable_bytes(WELL) == pytest.approx(3.2 * MIB)
