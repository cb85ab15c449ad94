from collections.abc import Mapping
from typing import Any

import pytest

from redis_ha.services import writes
from redis_ha.services.answers import Answers
from redis_ha.services.snapshot import Refusal

MASTER: dict[str, Any] = {
    "role": "master",
    "loading": 0,
    "connected_clients": 10,
    "maxclients": 10000,
    "aof_last_write_status": "ok",
    "rdb_last_bgsave_status": "ok",
    "min_slaves_good_slaves": 2,
    "used_memory": 5 << 20,
    "mem_not_counted_for_evict": 1 << 20,
    "maxmemory": 4 << 20,
    "maxmemory_policy": "volatile-ttl",
    "db0": {"keys": 3, "expires": 0, "avg_ttl": 0},
}
SETTINGS = {
    "min-replicas-to-write": "1",
    "min-replicas-max-lag": "1",
    "save": "",
    "stop-writes-on-bgsave-error": "yes",
}


REPLICAS = 2


def refused(told: dict[str, Any], settings: Mapping[str, str] = SETTINGS) -> Refusal | None:
    return writes.refusal(Answers(MASTER | told, settings), REPLICAS)


def test_a_master_at_its_limits_still_takes_writes() -> None:
    assert refused({}) is None


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"loading": 1, "loading_loaded_perc": 12.5}, "loads its data, 12.5 % so far"),
        ({"connected_clients": 10000}, "10000 of `maxclients` 10000"),
        (
            {"min_slaves_good_slaves": 0},
            "0 replicas were heard of within 1 s, `min-replicas-to-write` is 1 (NOREPLICAS); "
            "`./inv up` brings back who is missing",
        ),
        ({"aof_last_write_status": "err"}, "could not write its append-only file (MISCONF)"),
        ({"used_memory": 6 << 20}, "5.0 MiB are in use, `maxmemory` is 4.0 MiB"),
        (
            {"used_memory": 6 << 20, "maxmemory_policy": "noeviction", "db0": {"expires": 3}},
            "nothing may be evicted (noeviction)",
        ),
    ],
    ids=["loading", "maxclients", "replicas", "append-only file", "memory", "noeviction"],
)
def test_what_a_master_refuses_is_named_with_its_figures(told: dict[str, Any], says: str) -> None:
    assert says in str(refused(told))


def test_a_replica_that_could_not_take_over_for_its_full_disk_says_so() -> None:
    said = str(refused({"role": "slave", "aof_last_write_status": "err"}))
    assert "would take no writes: it could not write its append-only file" in said


def test_of_several_refusals_the_one_that_clients_are_told_is_named() -> None:
    said = str(refused({"min_slaves_good_slaves": 0, "aof_last_write_status": "err"}))
    assert "MISCONF" in said


@pytest.mark.parametrize(
    ("settings", "refuses"),
    [({"save": "3600 1"}, True), ({}, False)],
    ids=["with snapshots", "without"],
)
def test_a_failed_snapshot_matters_where_there_should_be_some(
    settings: dict[str, str], refuses: bool
) -> None:
    said = refused({"rdb_last_bgsave_status": "err"}, SETTINGS | settings)
    assert ("its last snapshot failed (MISCONF)" in str(said)) is refuses


@pytest.mark.parametrize(
    ("policy", "keys"), [("volatile-lru", 2), ("allkeys-lru", 3), ("noeviction", 0)]
)
def test_keys_that_may_be_evicted_make_room(policy: str, keys: int) -> None:
    told: dict[str, Any] = {"maxmemory_policy": policy, "db0": {"keys": 3, "expires": 2}}
    assert writes.evictable(told) == keys
    assert (refused({"used_memory": 6 << 20} | told) is None) is bool(keys)


def test_a_replica_is_asked_for_no_writes() -> None:
    told: dict[str, Any] = {"role": "slave", "used_memory": 6 << 20}
    assert refused(told) is None
    assert "loads its data" in str(refused(told | {"loading": 1}))


def test_settings_that_may_not_be_asked_for_refuse_nothing() -> None:
    assert writes.refusal(Answers(MASTER, {}), REPLICAS) is None


@pytest.mark.parametrize(("needed", "passes"), [("2", True), ("3", False)])
def test_replicas_that_nobody_has_are_not_waited_for(needed: str, passes: bool) -> None:
    said = refused({"min_slaves_good_slaves": 1}, SETTINGS | {"min-replicas-to-write": needed})
    assert said is not None
    assert said.passes is passes
