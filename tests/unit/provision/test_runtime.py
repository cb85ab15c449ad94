"""redis_ha/provision/runtime.py: settings that servers run with, beside those rendered."""

import pytest

from redis_ha.provision import runtime
from redis_ha.provision.runtime import Deviation
from redis_ha.services import directives
from redis_ha.services.directives import Difference

REDIS = 'maxmemory 256mb\nsave ""\nreplicaof 10.0.0.1 6379\nmasterauth "a b"\n'
RUNS = {"maxmemory": "268435456", "save": "", "replicaof": "10.0.0.2 6379", "masterauth": "a b"}
SENTINEL = (
    "sentinel monitor mymaster 10.0.0.1 6379 2\nsentinel parallel-syncs mymaster 1\n"
    "sentinel announce-ip 10.0.0.1\nsentinel deny-scripts-reconfig yes\n"
)
LIMITS = "client-output-buffer-limit"
LIMIT = f"{LIMITS} replica 1mb 0 60"
WATCHES = {"quorum": "2", "parallel-syncs": "1", "announce-ip": "10.0.0.1"}


@pytest.mark.parametrize(
    ("runs", "found"),
    [
        ({}, []),
        ({"maxmemory": "3145728"}, ["maxmemory: 3145728 instead of 268435456"]),
        ({"save": "3600 1"}, ['save: 3600 1 instead of ""']),
        ({"masterauth": ""}, ['masterauth: "" instead of a b']),
        ({"maxclients": "10"}, []),
    ],
    ids=["the same", "a size", "one for nothing", "nothing for one", "none that is rendered"],
)
def test_a_redis_is_compared(runs: dict[str, str], found: list[str]) -> None:
    assert list(map(str, runtime.of_redis(REDIS, {**RUNS, **runs}))) == found


@pytest.mark.parametrize(
    ("wanted", "runs", "found"),
    [
        ("notify-keyspace-events Ex", {"notify-keyspace-events": "xE"}, []),
        (LIMIT, {LIMITS: "normal 0 0 0 slave 1048576 0 60"}, []),
        (LIMIT, {LIMITS: "normal 0 0 0 slave 9 0 60"}, ["replica: 9 0 60 instead of 1048576 0 60"]),
    ],
    ids=["letters", "limits", "other limits"],
)
def test_what_a_server_spells_in_its_own_way_is_compared(
    wanted: str, runs: dict[str, str], found: list[str]
) -> None:
    said = [str(each).removeprefix(f"{LIMITS} ") for each in runtime.of_redis(wanted, runs)]
    assert said == found


def test_limits_of_several_kinds_are_set_at_once() -> None:
    parsed = directives.parse(f"{LIMIT}\n{LIMITS} normal 1 2 3\ntimeout 5\n")
    assert directives.as_set(parsed.items()) == {
        LIMITS: "replica 1048576 0 60 normal 1 2 3",
        "timeout": "5",
    }


@pytest.mark.parametrize(
    ("runs", "found"),
    [
        ({}, []),
        ({"quorum": "3"}, ["sentinel quorum mymaster: 3 instead of 2"]),
        ({"parallel-syncs": "2"}, ["sentinel parallel-syncs mymaster: 2 instead of 1"]),
        ({"announce-ip": ""}, ['sentinel announce-ip: "" instead of 10.0.0.1']),
    ],
    ids=["the same", "the quorum", "of the master", "of its own"],
)
def test_a_sentinel_is_compared(runs: dict[str, str], found: list[str]) -> None:
    assert list(map(str, runtime.of_sentinel(SENTINEL, {**WATCHES, **runs}))) == found


def deviation(process: str, key: tuple[str, ...], found: str) -> Deviation:
    return Deviation("redis1", process, Difference(key, (("x",),), ((found,),)))


def test_files_read_as_the_servers_run() -> None:
    texts = {"redis1": {"redis": REDIS, "sentinel": SENTINEL}}
    changed = [
        deviation("redis", ("maxmemory",), "3145728"),
        deviation("redis", ("save",), ""),
        deviation("sentinel", ("sentinel", "quorum", "mymaster"), "3"),
    ]
    read = runtime.overlaid(texts, changed)["redis1"]
    assert read["redis"] == f"{REDIS}maxmemory 3145728\nsave ''\n"
    assert read["sentinel"] == f"{SENTINEL}sentinel monitor mymaster 10.0.0.1 6379 3\n"
    assert texts["redis1"]["redis"] == REDIS
