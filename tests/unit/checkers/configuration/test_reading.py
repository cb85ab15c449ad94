"""Settings from files: rendered ones, rewritten ones, and those made by hand."""

import pytest

from redis_ha import inventory
from redis_ha.checkers.configuration import Severity, findings, together
from redis_ha.checkers.configuration.finding import Finding
from redis_ha.checkers.configuration.reading import read
from redis_ha.checkers.configuration.settings import RedisSettings, SentinelSettings
from redis_ha.provision import configuration

TOPOLOGY = inventory.load("default")


def redis(text: str) -> RedisSettings:
    return read(TOPOLOGY, {"redis1": {"redis": text}}).redis[0]


def sentinel(text: str) -> SentinelSettings | None:
    found = read(TOPOLOGY, {"redis1": {"sentinel": text}}).sentinels
    return found[0] if found else None


def test_an_inventory_is_what_its_files_will_be() -> None:
    settings = read(TOPOLOGY, configuration.planned(TOPOLOGY))
    assert [(each.node, each.priority) for each in settings.redis] == [
        ("redis1", 50),
        ("redis2", 75),
        ("redis3", 100),
    ]
    assert {each.min_replicas for each in settings.redis} == {1}
    assert {(each.quorum, each.down_after_ms) for each in settings.sentinels} == {(2, 2000)}
    assert settings.sentinels_of == {"redis1": 1, "redis2": 1, "redis3": 1}


REDIS: dict[str, tuple[str, dict[str, object]]] = {
    "an empty file": ("", {"min_replicas": 0, "policy": "noeviction", "appendonly": False}),
    "sizes": ("maxmemory 1gb", {"maxmemory": 1 << 30}),
    "quoted by a rewrite": ('appendonly "yes"', {"appendonly": True}),
    "names of before": (
        "min-slaves-to-write 2\nslave-priority 7",
        {"min_replicas": 2, "priority": 7},
    ),
    "no lag allowed switches it off": (
        "min-replicas-to-write 1\nmin-replicas-max-lag 0",
        {"min_replicas": 0},
    ),
    "snapshots by default": ("port 1", {"has_snapshots": True}),
    "no snapshots": ('save ""', {"has_snapshots": False}),
    "no snapshots but some": ('save ""\nsave 60 1', {"has_snapshots": True}),
    "a password": ("requirepass secret", {"has_password": True}),
    "a password of a user": ("user default on #a1b2 ~* +@all", {"has_password": True}),
    "a user without": ("user default on nopass ~* +@all", {"has_password": False}),
    "another user's": ("user bench on #a1b2 ~* +@all", {"has_password": False}),
    "a name": ("replicaof db1.example 6379", {"names": ("db1.example",)}),
    "an address": ("replicaof 10.0.0.1 6379\nreplica-announce-ip ::1", {"names": ()}),
    "no number": ("min-replicas-to-write some", {"min_replicas": 0}),
}


@pytest.mark.parametrize(("text", "values"), REDIS.values(), ids=REDIS)
def test_a_file_of_redis_is_read(text: str, values: dict[str, object]) -> None:
    found = redis(text)
    assert {name: getattr(found, name) for name in values} == values


def test_a_file_of_sentinel_is_read_with_its_defaults() -> None:
    found = sentinel("sentinel monitor mymaster db1 6379 3\nsentinel resolve-hostnames yes\n")
    assert found == SentinelSettings("redis1", quorum=3, resolve_hostnames=True, names=("db1",))
    assert (found.down_after_ms, found.failover_timeout_ms) == (30_000, 180_000)


def test_a_sentinel_of_another_master_is_none_of_ours() -> None:
    assert sentinel("sentinel monitor other 10.0.0.1 6379 2\n") is None


SHIPPED = {
    "default": {("client.retry_budget_ms", "note")},
    "fast": {("client.retry_budget_ms", "note"), ("down-after-milliseconds", "risky")},
    "site": {("client.retry_budget_ms", "note")},
    "two-nodes": {
        ("client.retry_budget_ms", "note"),
        ("Sentinels", "note"),
        ("Sentinels per node", "risky"),
        ("proxy", "risky"),
        ("min-replicas-to-write", "risky"),
    },
}


@pytest.mark.parametrize(("name", "said"), SHIPPED.items(), ids=SHIPPED)
def test_the_projects_own_inventories_have_no_surprise(
    name: str, said: set[tuple[str, str]]
) -> None:
    topology = inventory.load(name)
    found = findings(read(topology, configuration.planned(topology)))
    assert {(each.setting, str(each.severity)) for each in found} == said


def test_every_inventory_of_the_project_is_looked_at() -> None:
    assert {path.stem for path in inventory.INVENTORIES.glob("*.toml")} == set(SHIPPED)


def test_findings_of_several_sources_are_told_once_the_worst_first() -> None:
    note = Finding("a", Severity.NOTE, "1", "2", "so")
    wrong = Finding("b", Severity.WRONG, "1", "2", "so")
    merged = together({"inventory": [note], "nodes": [wrong, note]})
    assert [(each.setting, each.where) for each in merged] == [
        ("b", "nodes"),
        ("a", "inventory, nodes"),
    ]


def test_a_finding_is_recorded_with_the_keys_of_a_program() -> None:
    record = Finding("a", Severity.WRONG, "1", "2", "so", "nodes").as_json()
    wanted = {
        "name": "a",
        "ok": False,
        "detail": "so",
        "needed": True,
        "mend": "2",
        "kind": "setting",
        "severity": "wrong",
        "now": "1",
        "where": "nodes",
    }
    assert record | wanted == record
