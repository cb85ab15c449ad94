"""Every rule says no where it should, names a value, and is silent right beside that."""

from dataclasses import replace
from typing import Any

import pytest

from redis_ha import inventory
from redis_ha.checkers.configuration import RULES, Finding, Severity, findings
from redis_ha.checkers.configuration.settings import RedisSettings, SentinelSettings, Settings
from redis_ha.inventory.client import Client
from tests.unit.builders import changed

RISKY, WRONG, NOTE = Severity.RISKY, Severity.WRONG, Severity.NOTE


def client(retry_budget_ms: int | None) -> inventory.Inventory:
    topology = inventory.load("default")
    return changed(topology, client=Client(retry_budget_ms))


TOPOLOGY = client(60_000)


def redis(number: int, **values: Any) -> RedisSettings:
    sound: dict[str, Any] = {
        "priority": 25 * number,
        "min_replicas": 1,
        "max_lag_s": 1,
        "maxmemory": 256 << 20,
        "policy": "volatile-ttl",
        "appendonly": True,
        "has_snapshots": False,
        "has_password": True,
        "has_master_password": True,
    }
    return RedisSettings(f"redis{number}", **{**sound, **values})


def sentinel(node: str, **values: Any) -> SentinelSettings:
    sound: dict[str, Any] = {
        "down_after_ms": 2000,
        "failover_timeout_ms": 10_000,
        "has_password": True,
        "has_master_password": True,
    }
    return SentinelSettings(node, **{**sound, **values})


def cluster(nodes: int = 3, carried: tuple[int, ...] = (), **values: Any) -> Settings:
    """Return so many Redis nodes, each with as many Sentinels as `carried` says, else with one.

    What `carried` has more is on nodes without Redis. Values go to the processes that have them.
    """
    of_redis = {key: value for key, value in values.items() if key in vars(redis(1))}
    of_sentinel = {key: value for key, value in values.items() if key in vars(sentinel(""))}
    assert {*of_redis, *of_sentinel} == {*values}
    weights = carried or (1,) * nodes
    names = [f"redis{number}" if number <= nodes else f"web{number}" for number in range(1, 20)]
    quorum = {"quorum": sum(weights) // 2 + 1, **of_sentinel}
    return Settings(
        TOPOLOGY,
        tuple(redis(number, **of_redis) for number in range(1, nodes + 1)),
        tuple(
            sentinel(name, **quorum)
            for name, count in zip(names, weights, strict=False)
            for _ in range(count)
        ),
    )


def budget(retry_budget_ms: int | None, **values: Any) -> Settings:
    return replace(cluster(**values), topology=client(retry_budget_ms))


def using(library: str, *options: str) -> Settings:
    """Return the sound cluster with an application that uses a library."""
    known = Client(60_000, library=library, options=options)  # type: ignore[arg-type]
    return replace(cluster(), topology=changed(TOPOLOGY, client=known))


def one_redis(number: int, **values: Any) -> Settings:
    """Return the sound cluster with one Redis that is different."""
    sound = cluster()
    changed = tuple(replace(r, **values) if r.node == f"redis{number}" else r for r in sound.redis)
    return replace(sound, redis=changed)


def one_sentinel(**values: Any) -> Settings:
    sound = cluster()
    return replace(sound, sentinels=(*sound.sentinels[:2], replace(sound.sentinels[2], **values)))


def ranked(*priorities: int) -> Settings:
    sound = cluster(len(priorities))
    pairs = zip(sound.redis, priorities, strict=True)
    return replace(sound, redis=tuple(replace(each, priority=value) for each, value in pairs))


DOWN, REPLICAS, LAG = "down-after-milliseconds", "min-replicas-to-write", "min-replicas-max-lag"
TIMEOUT, BUDGET, PRIORITY = "failover-timeout", "client.retry_budget_ms", "replica-priority"
PER_NODE = "Sentinels per node"

SAYS: dict[str, tuple[Settings, str, Severity, str]] = {
    "two masters for a while": (cluster(down_after_ms=1000), DOWN, RISKY, "2000"),
    "two masters, just so": (cluster(down_after_ms=1750), DOWN, RISKY, "2000"),
    "two masters by a long lag": (
        cluster(down_after_ms=2500, max_lag_s=10),
        DOWN,
        RISKY,
        "11000, or min-replicas-max-lag 1",
    ),
    "writes wait for nobody": (cluster(min_replicas=0), REPLICAS, RISKY, "1"),
    "of five for nobody": (cluster(5, min_replicas=0), REPLICAS, RISKY, "2"),
    "of two for nobody": (
        cluster(2, carried=(1, 1, 1), min_replicas=0),
        REPLICAS,
        RISKY,
        "1, with a third Redis node",
    ),
    "of five for one": (cluster(5, min_replicas=1), REPLICAS, RISKY, "2"),
    "of seven for two": (cluster(7, min_replicas=2), REPLICAS, RISKY, "3"),
    "of four for one, with a fifth Sentinel": (
        cluster(4, carried=(1, 1, 1, 1, 1), min_replicas=1),
        REPLICAS,
        RISKY,
        "2",
    ),
    "for all": (cluster(min_replicas=2), REPLICAS, RISKY, "1"),
    "of two for the other": (
        cluster(2, carried=(1, 1, 1), min_replicas=1),
        REPLICAS,
        RISKY,
        "0, or a third Redis node",
    ),
    "ioredis with its timeout alone": (
        using("ioredis", "commandTimeout"),
        "client.options",
        RISKY,
        "failoverDetector true",
    ),
    "redis-py as it comes": (
        using("redis-py"),
        "client.options",
        RISKY,
        "socket_timeout 0.5 (s)",
    ),
    "a single node": (cluster(1, carried=(1, 1, 1)), "nodes", RISKY, "3"),
    "nobody may take over": (ranked(50, 0, 0), PRIORITY, WRONG, "redis2 75, redis3 75"),
    "two are equal": (ranked(50, 75, 75), PRIORITY, NOTE, "redis1 50, redis2 75, redis3 76"),
    "no Sentinel": (cluster(carried=(0, 0, 0)), "Sentinels", WRONG, "3"),
    "two Sentinels": (cluster(carried=(1, 1)), "Sentinels", RISKY, "3"),
    "four Sentinels": (cluster(carried=(1, 1, 1, 1)), "Sentinels", NOTE, "3 or 5"),
    "a quorum that is never full": (cluster(quorum=4), "quorum", WRONG, "2"),
    "a quorum above the majority": (cluster(quorum=3), "quorum", RISKY, "2"),
    "a quorum of one": (cluster(quorum=1), "quorum", RISKY, "2"),
    "two nodes with two Sentinels each": (
        cluster(2, carried=(2, 2), min_replicas=0),
        PER_NODE,
        RISKY,
        "one each on redis1, redis2, redis3",
    ),
    "one node with most of them": (
        cluster(carried=(3, 1, 1)),
        PER_NODE,
        RISKY,
        "one each on redis1, redis2, redis3",
    ),
    "Sentinels elsewhere": (
        cluster(carried=(0, 0, 0, 1, 1, 1)),
        PER_NODE,
        RISKY,
        "one each on redis1, redis2, redis3",
    ),
    "names without resolving": (cluster(names=("db1",)), "resolve-hostnames", WRONG, "yes"),
    "names without announcing": (
        cluster(names=("db1",), resolve_hostnames=True),
        "announce-hostnames",
        RISKY,
        "yes",
    ),
    "down after a hiccup": (cluster(down_after_ms=300), DOWN, RISKY, "2000"),
    "down after one ping": (cluster(down_after_ms=1000, min_replicas=0), DOWN, RISKY, "2000"),
    "down after half a minute": (cluster(down_after_ms=30_000), DOWN, NOTE, "2000"),
    "the stock timeout": (cluster(failover_timeout_ms=180_000), TIMEOUT, RISKY, "10000"),
    "a timeout below an election": (cluster(failover_timeout_ms=1000), TIMEOUT, RISKY, "10000"),
    "a timeout below the copies": (
        cluster(5, min_replicas=2, maxmemory=1 << 30),
        TIMEOUT,
        RISKY,
        "62000",
    ),
    "patience unknown": (budget(None), BUDGET, NOTE, "5000"),
    "patience below the recovery": (budget(3000), BUDGET, RISKY, "5000"),
    "patience for half of them": (budget(4000), BUDGET, NOTE, "5000"),
    "no limit of memory": (cluster(maxmemory=0), "maxmemory", RISKY, "256mb"),
    "tags evicted": (cluster(policy="allkeys-lru"), "maxmemory-policy", RISKY, "volatile-ttl"),
    "writes refused when full": (
        cluster(policy="noeviction"),
        "maxmemory-policy",
        RISKY,
        "volatile-ttl",
    ),
    "empty after a restart": (cluster(appendonly=False), "appendonly", WRONG, "yes"),
    "old after a restart": (
        cluster(appendonly=False, has_snapshots=True),
        "appendonly",
        RISKY,
        "yes",
    ),
    "never flushed": (cluster(appendfsync="no"), "appendfsync", NOTE, "everysec"),
    "writes to replicas": (cluster(is_read_only=False), "replica-read-only", RISKY, "yes"),
    "open": (
        one_redis(1, has_password=False),
        "requirepass",
        RISKY,
        "a generated password, as `./inv provision` sets it",
    ),
    "open to the world": (
        one_redis(1, has_password=False, is_protected=False),
        "requirepass",
        WRONG,
        "a generated password, as `./inv provision` sets it",
    ),
    "open Sentinels": (
        one_sentinel(has_password=False),
        "requirepass (Sentinel)",
        RISKY,
        "a generated password, as `./inv provision` sets it",
    ),
    "a replica without the password": (
        one_redis(2, has_master_password=False),
        "masterauth",
        WRONG,
        "the value of requirepass of Redis",
    ),
    "a Sentinel without the password": (
        one_sentinel(has_master_password=False),
        "auth-pass",
        WRONG,
        "the value of requirepass of Redis",
    ),
    "nodes that differ": (
        one_redis(3, maxmemory=128 << 20),
        "maxmemory",
        RISKY,
        f"{256 << 20} everywhere",
    ),
    "Sentinels that differ": (
        one_sentinel(down_after_ms=3000),
        DOWN,
        RISKY,
        "2000 everywhere",
    ),
}


@pytest.mark.parametrize(("settings", "setting", "severity", "better"), SAYS.values(), ids=SAYS)
def test_a_rule_says_no_and_what_is_better(
    settings: Settings, setting: str, severity: Severity, better: str
) -> None:
    said = [(each.setting, each.severity, each.better) for each in findings(settings)]
    assert (setting, severity, better) in said


SILENT: dict[str, tuple[Settings, str]] = {
    "one master at a time, just so": (cluster(down_after_ms=1760), DOWN),
    "no lag is compared where nothing waits": (
        cluster(down_after_ms=1001, min_replicas=0),
        DOWN,
    ),
    "ioredis with both": (
        using("ioredis", "failoverDetector", "commandTimeout"),
        "client.options",
    ),
    "phpredis as it comes": (using("phpredis"), "client.options"),
    "of four for one": (cluster(4, carried=(1, 1, 1, 1), min_replicas=1), REPLICAS),
    "of five for two": (cluster(5, min_replicas=2), REPLICAS),
    "of five for three": (cluster(5, min_replicas=3), REPLICAS),
    "of seven for three": (cluster(7, min_replicas=3), REPLICAS),
    "one that is never promoted": (ranked(50, 75, 0), PRIORITY),
    "several that are never promoted": (ranked(50, 75, 0, 0), PRIORITY),
    "five Sentinels": (cluster(5), "Sentinels"),
    "a quorum below a large majority": (cluster(5, quorum=2), "quorum"),
    "Sentinels on web nodes as well": (cluster(2, carried=(1, 1, 1)), PER_NODE),
    "two each on three nodes": (cluster(carried=(2, 2, 2), quorum=4), PER_NODE),
    "names that are resolved and announced": (
        cluster(names=("db1",), resolve_hostnames=True, announce_hostnames=True),
        "resolve-hostnames",
    ),
    "more than a second": (cluster(down_after_ms=1001, min_replicas=0), DOWN),
    "ten seconds": (cluster(down_after_ms=10_000), DOWN),
    "the shortest timeout": (cluster(failover_timeout_ms=6000), TIMEOUT),
    "a tail of a minute": (cluster(failover_timeout_ms=30_000), TIMEOUT),
    "a long tail for long copies": (
        cluster(5, min_replicas=2, maxmemory=1 << 30, failover_timeout_ms=62_000),
        TIMEOUT,
    ),
    "copies side by side": (
        cluster(5, min_replicas=2, maxmemory=1 << 30, parallel_syncs=3, failover_timeout_ms=21_000),
        TIMEOUT,
    ),
    "patience enough": (budget(5000), BUDGET),
    "less patience for a faster set": (budget(4000, down_after_ms=1000), BUDGET),
    "only what expires": (cluster(policy="volatile-lru"), "maxmemory-policy"),
    "snapshots off beside a log": (cluster(has_snapshots=False), "appendonly"),
    "flushed always": (cluster(appendfsync="always"), "appendfsync"),
    "no password to know": (
        cluster(has_password=False, has_master_password=False),
        "masterauth",
    ),
    "a lower priority is no difference": (cluster(), "maxmemory"),
}


@pytest.mark.parametrize(("settings", "setting"), SILENT.values(), ids=SILENT)
def test_a_rule_is_silent_right_beside(settings: Settings, setting: str) -> None:
    assert [each for each in findings(settings) if each.setting == setting] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_rule_finds_anything_in_a_sound_set(rule: Any) -> None:
    assert list(rule(cluster())) == []
    assert list(rule(cluster(5, min_replicas=2, failover_timeout_ms=16_000))) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_rule_has_a_case_in_which_it_says_no(rule: Any) -> None:
    assert any(list(rule(settings)) for settings, *_ in SAYS.values())


def test_what_is_true_of_some_nodes_is_told_with_their_names() -> None:
    (some,) = findings(one_redis(2, policy="allkeys-lru"))[:1]
    assert isinstance(some, Finding)
    assert [each.now for each in findings(one_redis(2, appendonly=False))] == [
        'no, with save "" (redis2)'
    ]
    assert [each.now for each in findings(cluster(appendonly=False))] == ['no, with save ""']
