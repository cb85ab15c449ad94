"""Whose keys are looked at, and what changed between two looks."""

import pytest

from redis_ha.errors import Unhealthy
from redis_ha.measure.estimate import Estimate
from redis_ha.measure.purposes import Purpose
from redis_ha.services.snapshot import RedisView
from redis_ha.suites import memory
from redis_ha.suites.memory import GrowthRate
from tests.unit.builders import redis_view, snapshot

MASTER = redis_view("redis1", "master")
BEHIND = redis_view("redis3", lag_bytes=1 << 30)
NEVER = redis_view("redis2", priority=0)


@pytest.mark.parametrize(
    ("nodes", "name"),
    [
        ([MASTER, redis_view("redis2"), redis_view("redis3")], "redis3"),
        ([MASTER, redis_view("redis2"), BEHIND], "redis2"),
        ([MASTER, NEVER, redis_view("redis3")], "redis2"),
        ([MASTER], "redis1"),
    ],
    ids=["the last to be promoted", "one in sync", "one that never is", "no replica"],
)
def test_keys_are_read_where_that_disturbs_least(nodes: list[RedisView], name: str) -> None:
    assert memory.chosen(snapshot(nodes)) == name


@pytest.mark.parametrize(
    "nodes", [[MASTER, BEHIND], [redis_view("redis2", "down")]], ids=["none in sync", "none"]
)
def test_the_master_does_not_stand_in_for_replicas_that_ail(nodes: list[RedisView]) -> None:
    with pytest.raises(Unhealthy):
        memory.chosen(snapshot(nodes))


def test_what_grew_is_told_by_the_minute() -> None:
    old, new = Purpose(0, "a:*"), Purpose(0, "b:*")
    before = {old: Estimate(100, 1000, 0, 100, 0, 0, None)}
    after = {
        old: Estimate(160, 1600, 0, 160, 0, 0, None),
        new: Estimate(10, 100, 0, 10, 0, 0, None),
    }
    assert memory.changes(before, after, over_s=120) == {
        old: GrowthRate(30, 300),
        new: GrowthRate(5, 50),
    }


def test_only_databases_with_keys_are_looked_into() -> None:
    info = {"db0": {"keys": 3, "expires": 1}, "db15": {"keys": 1}, "used_memory": 5}
    assert memory.databases(info) == {0: 3, 15: 1}
