from dataclasses import replace

import pytest

from redis_ha.services import health
from redis_ha.services.snapshot import IN_SYNC_BYTES, RedisView, SeenServer, SentinelView, Stranger
from tests.unit import builders
from tests.unit.builders import after_failover, redis_view, sentinel_view, snapshot

MASTER, TWO, THREE = redis_view("redis1", "master"), redis_view("redis2"), redis_view("redis3")
S1, S2, S3 = (sentinel_view(name) for name in builders.NAMES)
PEER = SeenServer("redis2", "10.0.0.2", 26379, ("sentinel",))
NOBODYS = SeenServer(None, "10.0.0.9", 6379, ("master",))
GHOST = Stranger("Sentinel", "10.0.0.9:26379", lives=False)
GHOST_COUNTS = (
    "Sentinel 10.0.0.9:26379 is not in the inventory, is gone and counts in the majority "
    "(a failover takes 3 votes, 3 Sentinels can vote); `./inv heal` makes the Sentinels forget it"
)


def test_a_healthy_cluster_has_no_problems() -> None:
    for healthy, master in ((snapshot(), "redis1"), (after_failover(), "redis2")):
        assert health.problems(healthy) == []
        assert health.is_healthy(healthy)
        assert healthy.master == master


NODES: dict[str, tuple[list[RedisView], list[str]]] = {
    "a node is down": (
        [MASTER, TWO, redis_view("redis3", "down", link=None, follows=None)],
        ["redis3 is down"],
    ),
    "no master": (
        [redis_view("redis1", "down", link=None, follows=None), TWO, THREE],
        ["redis1 is down", "there must be one master, there are 0 (none)"],
    ),
    "two masters": (
        [MASTER, redis_view("redis2", "master"), THREE],
        ["there must be one master, there are 2 (redis1, redis2)"],
    ),
    "a replica of another": (
        [MASTER, TWO, replace(THREE, follows="10.0.0.2")],
        ["redis3 replicates from 10.0.0.2, not redis1"],
    ),
    "a link that is down": (
        [MASTER, replace(TWO, link="down"), THREE],
        ["redis2: the link to its master is down"],
    ),
    "a replica that loads its data": (
        [MASTER, replace(TWO, link="down", refusal="redis2 loads its data"), THREE],
        ["redis2 loads its data"],
    ),
    "a copy under way": (
        [MASTER, replace(TWO, is_syncing=True, lag_bytes=7), THREE],
        ["redis2 is not in sync (7 bytes behind)"],
    ),
    "far behind": (
        [MASTER, replace(TWO, lag_bytes=IN_SYNC_BYTES + 1), THREE],
        [f"redis2 is not in sync ({IN_SYNC_BYTES + 1} bytes behind)"],
    ),
    "a master that takes no writes": (
        [replace(MASTER, refusal="redis1 takes no writes"), TWO, THREE],
        ["redis1 takes no writes"],
    ),
    "a node that refuses to say what it is": (
        [redis_view("redis1", "unknown", refusal="redis1 is busy"), TWO, THREE],
        ["redis1 is busy"],
    ),
    "nobody can be promoted": (
        [MASTER, replace(TWO, running_priority=0), replace(THREE, running_priority=0)],
        ["no replica can be promoted: redis2, redis3 must not run with `replica-priority` 0"],
    ),
    "nobody is meant to be promoted": (
        [MASTER, *(replace(view, priority=0, running_priority=0) for view in (TWO, THREE))],
        [],
    ),
    "one can still be promoted": (
        [MASTER, replace(TWO, running_priority=0), replace(THREE, running_priority=100)],
        [],
    ),
    "a moment behind": ([MASTER, replace(TWO, lag_bytes=IN_SYNC_BYTES), THREE], []),
}


@pytest.mark.parametrize(("nodes", "problems"), NODES.values(), ids=NODES)
def test_each_problem_of_the_nodes_is_told(nodes: list[RedisView], problems: list[str]) -> None:
    assert health.problems(snapshot(nodes)) == problems


SENTINELS: dict[str, tuple[list[SentinelView], list[str]]] = {
    "one does not answer": (
        [S1, S2, SentinelView("redis3", 26379, None, False, error="it is off")],
        ["it is off"],
    ),
    "one names another master": (
        [S1, S2, replace(S3, master="redis2")],
        ["Sentinel redis3:26379 names redis2 as master"],
    ),
    "one names nobody of ours": (
        [S1, S2, replace(S3, master=None)],
        ["Sentinel redis3:26379 names None as master"],
    ),
    "tilt": (
        [S1, S2, replace(S3, is_in_tilt=True)],
        ["Sentinel redis3:26379 is in TILT: it watches and does not act"],
    ),
    "no quorum": (
        [S1, S2, replace(S3, quorum_ok=False)],
        ["Sentinel redis3:26379 sees no quorum"],
    ),
    "a replica is not known": (
        [S1, S2, replace(S3, replicas=(("redis2", 75),))],
        ["Sentinel redis3:26379 does not know redis3"],
    ),
    "a Sentinel is not known": (
        [S1, S2, replace(S3, known_sentinels=2, peers_seen=(PEER,))],
        ["Sentinel redis3:26379 does not know Sentinel redis1:26379"],
    ),
    "a stranger in the place of a Sentinel": (
        [S1, S2, replace(S3, peers_seen=(PEER,), strangers=(GHOST,))],
        [
            "Sentinel redis3:26379 does not know Sentinel redis1:26379",
            "Sentinel 10.0.0.9:26379 is not in the inventory, is gone and counts in the majority "
            "(a failover takes 2 votes, 3 Sentinels can vote); `./inv heal` makes the Sentinels "
            "forget it",
        ],
    ),
    "a master that is nobody's": (
        [S1, S2, replace(S3, master=None, master_seen=NOBODYS)],
        ["Sentinel redis3:26379 names 10.0.0.9:6379, which is not in the inventory, as master"],
    ),
    "no quorum, and not for a ghost alone": (
        [S1, S2, replace(S3, quorum_ok=False, known_sentinels=4, strangers=(GHOST,))],
        ["Sentinel redis3:26379 sees no quorum", GHOST_COUNTS],
    ),
}


@pytest.mark.parametrize(("sentinels", "problems"), SENTINELS.values(), ids=SENTINELS)
def test_each_problem_of_the_sentinels_is_told(
    sentinels: list[SentinelView], problems: list[str]
) -> None:
    assert health.problems(snapshot(sentinels=sentinels)) == problems


def test_a_record_shows_no_password_and_no_hash_of_one() -> None:
    secret = "a-password"
    settings, users = {"requirepass": secret}, (f"user default on #{secret}",)
    nodes = [
        replace(view, settings=settings, users=users, info=settings)
        for view in (MASTER, TWO, THREE)
    ]
    sentinels = [replace(view, running=settings, users=users) for view in (S1, S2)]
    assert secret not in str(health.as_json(snapshot(nodes, sentinels)))


OLD = replace(TWO, version="6.2.14", server="Redis")


def test_an_old_server_is_a_problem_that_time_does_not_mend() -> None:
    aged = snapshot([MASTER, OLD, THREE])
    said = "Redis 6.2.14 on redis2; this needs Redis 7.0 or Valkey 8 or newer"
    assert health.problems(aged) == [said]
    assert not health.is_healthy(aged)
    assert health.is_whole(aged)
    assert health.is_settled(aged)
    broken = snapshot([MASTER, replace(OLD, link="down"), THREE])
    assert health.problems(broken)[0] == said
    assert not health.is_whole(broken)


def test_the_record_has_the_keys_of_the_contract() -> None:
    record = health.as_json(snapshot([MASTER, TWO, redis_view("redis3", "down", link=None)]))
    assert set(record) >= {"healthy", "problems", "master", "nodes", "sentinels"}
    assert (record["healthy"], record["master"]) == (False, "redis1")
    of_node = {"name", "address", "role", "port", "priority", "version", "server"}
    of_replica = {"link", "offset", "lag_bytes"}
    assert all(set(node) >= of_node | of_replica for node in record["nodes"])
    assert [node["role"] for node in record["nodes"]] == ["master", "replica", "down"]
    assert [node["link"] for node in record["nodes"]] == [None, "up", None]
    first = record["sentinels"][0]
    wanted = {"node": "redis1", "port": 26379, "master": "redis1", "quorum_ok": True}
    assert first | wanted == first


def test_nobody_who_answers_is_one_problem() -> None:
    nodes = [redis_view(name, "down", link=None) for name in builders.NAMES]
    silent = [SentinelView(name, 26379, None, False, error="gone") for name in builders.NAMES]
    assert health.problems(snapshot(nodes, silent)) == ["no Redis and no Sentinel answers"]
    assert len(health.problems(snapshot(nodes))) == len(["down"] * 3) + len(["masters"])


def test_a_cluster_is_settled_once_every_priority_is_known() -> None:
    assert health.is_settled(snapshot())
    taken_for_granted = replace(S3, replicas=(("redis2", 100), ("redis3", 100)))
    unsettled = snapshot(sentinels=[S1, S2, taken_for_granted])
    assert health.is_healthy(unsettled)
    assert not health.is_settled(unsettled)
    assert health.unsettled(unsettled) == [
        "Sentinel redis3:26379 does not know redis2's priority yet (has 100, not 75)"
    ]


def test_a_priority_that_was_changed_by_hand_is_what_keeps_it_from_settling() -> None:
    drifted = snapshot(
        [MASTER, replace(TWO, running_priority=9), THREE],
        [replace(view, replicas=(("redis2", 9), ("redis3", 100))) for view in (S1, S2, S3)],
    )
    assert not health.is_settled(drifted)
    assert health.is_drifted(drifted)
    assert health.unsettled(drifted) == [
        "redis2 runs with `replica-priority` 9, not 75: `./inv provision` sets it"
    ]


def test_replicas_that_must_not_be_promoted_settle_too() -> None:
    nobody = [replace(view, priority=0, running_priority=0) for view in (TWO, THREE)]
    read = [replace(view, replicas=(("redis2", 0), ("redis3", 0))) for view in (S1, S2, S3)]
    assert health.is_settled(snapshot([MASTER, *nobody], read))


def test_a_set_with_a_stranger_works_and_is_not_healthy() -> None:
    beside = snapshot(sentinels=[replace(S1, known_sentinels=4, strangers=(GHOST,)), S2, S3])
    assert health.problems(beside) == [GHOST_COUNTS]
    assert (health.is_whole(beside), health.is_settled(beside)) == (True, True)
    (told,) = health.as_json(beside)["strangers"]
    wanted = {"kind": "Sentinel", "address": "10.0.0.9:26379", "lives": False, "priority": 0}
    assert told | wanted == told


AGREED: dict[str, tuple[list[SentinelView], bool]] = {
    "all name the master": ([S1, S2, S3], True),
    "who does not answer does not count": ([S1, S2, replace(S3, master=None, error="gone")], True),
    "one names another": ([S1, S2, replace(S3, master="redis2")], False),
    "nobody answers": ([replace(S1, master=None, error="gone")], False),
}


@pytest.mark.parametrize(("sentinels", "agreed"), AGREED.values(), ids=AGREED)
def test_sentinels_agree_when_they_name_the_master(
    sentinels: list[SentinelView], agreed: bool
) -> None:
    assert health.is_agreed(snapshot(sentinels=sentinels)) is agreed


def test_without_a_master_nobody_agrees() -> None:
    assert not health.is_agreed(snapshot([redis_view("redis1", "down", link=None), TWO, THREE]))
