from dataclasses import replace

import pytest

from redis_ha.services import ability, health
from redis_ha.services.snapshot import (
    WATCHED,
    Denial,
    RedisView,
    SeenServer,
    SentinelView,
    Snapshot,
)
from tests.unit import builders
from tests.unit.builders import redis_view, sentinel_view, snapshot

USABLE, LOST = ("slave",), ("s_down", "slave", "disconnected")
SET = dict(zip(WATCHED, (2, 2000, 10000), strict=True))


def seen(node: str, *flags: str, port: int = 6379, unheard_s: float = 0.1) -> SeenServer:
    return SeenServer(node, f"10.0.0.{node[-1]}", port, flags, unheard_s)


def peers(*nodes: str, flags: tuple[str, ...] = ("sentinel",)) -> tuple[SeenServer, ...]:
    return tuple(seen(name, *flags, port=26379, unheard_s=9) for name in nodes)


S1, S2, S3 = (
    sentinel_view(
        name,
        myid=f"id-of-{name}",
        settings=SET,
        master_seen=seen("redis1", "master"),
        replicas_seen=(seen("redis2", *USABLE), seen("redis3", *USABLE)),
        peers_seen=peers(*(other for other in builders.NAMES if other != name)),
    )
    for name in builders.NAMES
)
MASTER, TWO, THREE = redis_view("redis1", "master"), redis_view("redis2"), redis_view("redis3")
ALL = (seen("redis2", *LOST, unheard_s=9), seen("redis3", *LOST, unheard_s=9))
BLIND = replace(S3, replicas_seen=ALL)
DEAF = replace(S3, replicas_seen=(ALL[0], seen("redis3", *USABLE)))
LONELY = replace(S3, quorum_ok=False, peers_seen=peers("redis1", "redis2", flags=("s_down",)))


def of(
    nodes: list[RedisView] | None = None, sentinels: list[SentinelView] | None = None
) -> Snapshot:
    return replace(snapshot(nodes, sentinels or [S1, S2, S3]), watched=SET)


def refusing(view: RedisView, age_s: float) -> RedisView:
    return replace(view, refused_login_s=age_s)


SLAVEOF = Denial("default", "SLAVEOF NO ONE", "+slaveof")
KILL = Denial("default", "CLIENT KILL TYPE normal", "+client|kill")


def of_user(user: str) -> tuple[Denial, ...]:
    return replace(SLAVEOF, user=user), replace(KILL, user=user)


TROUBLES: dict[str, tuple[Snapshot, list[str], bool]] = {
    "nothing": (of(), [], False),
    "a right is missing": (
        of([MASTER, replace(TWO, denials=(SLAVEOF, KILL)), THREE]),
        [
            "redis2 denies Sentinel's user default SLAVEOF NO ONE, CLIENT KILL TYPE normal, and "
            "takes part in no failover: `./inv provision` gives it all rights again"
        ],
        True,
    ),
    "another user lacks one": (
        of([replace(MASTER, denials=of_user("sentinel")), TWO, THREE]),
        [
            "redis1 denies Sentinel's user sentinel SLAVEOF NO ONE, CLIENT KILL TYPE normal, and "
            "takes part in no failover: `ACL SETUSER sentinel +slaveof +client|kill` there allows "
            "it"
        ],
        True,
    ),
    "a command is renamed": (
        of([MASTER, TWO, replace(THREE, denials=(replace(SLAVEOF, is_unknown=True),))]),
        [
            "redis3 has no SLAVEOF NO ONE for Sentinel, and takes part in no failover: take "
            "`rename-command` out of its redis.conf and restart it"
        ],
        True,
    ),
    "two share a name": (
        of(sentinels=[S1, S2, replace(S3, myid=S2.myid)]),
        [
            "Sentinels redis2:26379 and redis3:26379 have the same myid and count as one: on one "
            "of them, stop Sentinel, take the lines `sentinel myid` and `sentinel known-sentinel` "
            "out of its sentinel.conf, and start it"
        ],
        True,
    ),
    "another quorum": (
        of(sentinels=[S1, replace(S2, settings=SET | {"quorum": 3}), S3]),
        [
            "Sentinel redis2:26379 runs with quorum 3, the inventory has 2: `./inv provision` "
            "sets it"
        ],
        True,
    ),
    "another time": (
        of(sentinels=[S1, replace(S2, settings=SET | {"down-after-milliseconds": 30_000}), S3]),
        [
            "Sentinel redis2:26379 runs with down-after-milliseconds 30000, the inventory has "
            "2000: `./inv provision` sets it"
        ],
        True,
    ),
    "another password for Redis": (
        of([MASTER, refusing(TWO, 0.5), refusing(THREE, 0.9)], [S1, S2, BLIND]),
        [
            "Sentinel redis3:26379 cannot log in to redis2, redis3: its `auth-pass` is wrong "
            "there; `./inv provision` sets it"
        ],
        True,
    ),
    "a link that is cut": (
        of([MASTER, refusing(TWO, 100), THREE], [S1, S2, BLIND]),
        [
            "Sentinel redis3:26379 cannot use redis2, redis3, which answers: the network between "
            "them is cut, or what it needs there is refused; `./inv heal` mends the network"
        ],
        False,
    ),
    "one denies what makes the link unusable": (
        of([MASTER, replace(TWO, denials=of_user("x")), THREE], [S1, S2, DEAF]),
        [
            "redis2 denies Sentinel's user x SLAVEOF NO ONE, CLIENT KILL TYPE normal, and takes "
            "part in no failover: `ACL SETUSER x +slaveof +client|kill` there allows it"
        ],
        True,
    ),
    "a link to what is down": (
        of([MASTER, TWO, redis_view("redis3", "down", link=None)], [S1, S2, BLIND]),
        [
            "redis3 is down",
            "Sentinel redis3:26379 cannot use redis2, which answers: the network between them is "
            "cut, or what it needs there is refused; `./inv heal` mends the network",
        ],
        False,
    ),
    "another password for its peers": (
        of(sentinels=[replace(S1, refused_login_s=8), replace(S2, refused_login_s=8), LONELY]),
        [
            "Sentinel redis3:26379 cannot log in to Sentinels redis1:26379, redis2:26379: its "
            "`sentinel-pass` is wrong; `./inv provision` sets it"
        ],
        True,
    ),
    "peers that it cannot reach": (
        of(sentinels=[S1, S2, LONELY]),
        [
            "Sentinel redis3:26379 cannot reach Sentinels redis1:26379, redis2:26379, which "
            "answer: the network between them is cut; `./inv heal` mends it"
        ],
        False,
    ),
}


@pytest.mark.parametrize(("now", "said", "lasts"), TROUBLES.values(), ids=TROUBLES)
def test_what_keeps_sentinels_from_a_failover_is_told(
    now: Snapshot, said: list[str], lasts: bool
) -> None:
    assert health.problems(now) == said
    assert (ability.is_lasting(now), health.is_stuck(now)) == (lasts, lasts)


def test_who_is_down_and_seen_down_is_one_problem() -> None:
    down = redis_view("redis3", "down", link=None)
    gone = seen("redis3", *LOST)
    sentinels = [replace(each, replicas_seen=(ALL[0], gone)) for each in (S1, S2)]
    usable = [replace(each, replicas_seen=(seen("redis2", *USABLE), gone)) for each in sentinels]
    silent = SentinelView("redis3", 26379, None, False, error="it is off")
    assert health.problems(of([MASTER, TWO, down], [*usable, silent])) == [
        "redis3 is down",
        "it is off",
    ]
