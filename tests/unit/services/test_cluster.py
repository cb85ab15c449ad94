from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from redis_ha import inventory
from redis_ha.errors import TimedOut, WrongPassword
from redis_ha.nodes.environment import Environment
from redis_ha.services import cluster
from redis_ha.services.cluster import IN_SYNC_BYTES, RedisView, SentinelView, look, wait_healthy
from tests.unit import builders, resp
from tests.unit.builders import after_failover, redis_view, sentinel_view, snapshot

MASTER, TWO, THREE = redis_view("redis1", "master"), redis_view("redis2"), redis_view("redis3")
S1, S2, S3 = (sentinel_view(name) for name in builders.NAMES)


def test_a_healthy_cluster_has_no_problems() -> None:
    for healthy, master in ((snapshot(), "redis1"), (after_failover(), "redis2")):
        assert healthy.problems == []
        assert healthy.healthy
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
    "a copy under way": (
        [MASTER, replace(TWO, syncing=True, lag_bytes=7), THREE],
        ["redis2 is not in sync (7 bytes behind)"],
    ),
    "far behind": (
        [MASTER, replace(TWO, lag_bytes=IN_SYNC_BYTES + 1), THREE],
        [f"redis2 is not in sync ({IN_SYNC_BYTES + 1} bytes behind)"],
    ),
    "a moment behind": ([MASTER, replace(TWO, lag_bytes=IN_SYNC_BYTES), THREE], []),
}


@pytest.mark.parametrize(("nodes", "problems"), NODES.values(), ids=NODES)
def test_each_problem_of_the_nodes_is_told(nodes: list[RedisView], problems: list[str]) -> None:
    assert snapshot(nodes).problems == problems


SENTINELS: dict[str, tuple[list[SentinelView], list[str]]] = {
    "one does not answer": (
        [S1, S2, SentinelView("redis3", 26379, None, False, error="refused")],
        ["Sentinel redis3:26379: refused"],
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
        [S1, S2, replace(S3, tilt=True)],
        ["Sentinel redis3:26379 is in TILT: it watches and does not act"],
    ),
    "no quorum": (
        [S1, S2, replace(S3, quorum_ok=False)],
        ["Sentinel redis3:26379 sees no quorum"],
    ),
    "a replica is not known": (
        [S1, S2, replace(S3, replicas=(("redis2", 75),))],
        ["Sentinel redis3:26379 knows 1 replicas, not 2"],
    ),
    "a ghost": (
        [S1, S2, replace(S3, known_sentinels=4)],
        ["Sentinel redis3:26379 knows 4 Sentinels, not 3"],
    ),
}


@pytest.mark.parametrize(("sentinels", "problems"), SENTINELS.values(), ids=SENTINELS)
def test_each_problem_of_the_sentinels_is_told(
    sentinels: list[SentinelView], problems: list[str]
) -> None:
    assert snapshot(sentinels=sentinels).problems == problems


VOTES: dict[str, tuple[list[SentinelView], str | None]] = {
    "the newest configuration wins": (
        [S1, S2, replace(S3, master="redis3", epoch=2)],
        "redis3",
    ),
    "then the majority": (
        [S1, replace(S2, master="redis2"), replace(S3, master="redis2")],
        "redis2",
    ),
    "those without an answer do not count": (
        [S1, replace(S2, master=None, epoch=9), replace(S3, master=None, epoch=9)],
        "redis1",
    ),
    "nobody knows": ([replace(S1, master=None)], None),
    "nobody is there": ([], None),
}


@pytest.mark.parametrize(("sentinels", "master"), VOTES.values(), ids=VOTES)
def test_the_named_master_goes_by_epoch_then_by_votes(
    sentinels: list[SentinelView], master: str | None
) -> None:
    assert snapshot(sentinels=sentinels).named_master() == master


def test_the_record_has_the_keys_of_the_contract() -> None:
    record = snapshot([MASTER, TWO, redis_view("redis3", "down", link=None)]).as_json()
    assert set(record) == {"healthy", "problems", "master", "nodes", "sentinels"}
    assert (record["healthy"], record["master"]) == (False, "redis1")
    assert {tuple(node) for node in record["nodes"]} == {
        ("name", "address", "role", "port", "priority", "link", "offset", "lag_bytes", "version")
    }
    assert [node["role"] for node in record["nodes"]] == ["master", "replica", "down"]
    assert [node["link"] for node in record["nodes"]] == [None, "up", None]
    assert record["sentinels"][0] == {
        "node": "redis1",
        "port": 26379,
        "master": "redis1",
        "quorum_ok": True,
    }


# From here on real servers answer: redis1 is master on 127.0.0.1, redis2 replica on 127.0.0.2.

INFO = {
    "master": "redis_version:8.0.2\r\nrole:master\r\nmaster_repl_offset:5000\r\n",
    "slave": (
        "redis_version:6.2.5\r\nrole:slave\r\nmaster_host:127.0.0.1\r\nmaster_link_status:up\r\n"
        "master_sync_in_progress:0\r\nslave_repl_offset:4990\r\nmaster_repl_offset:4990\r\n"
    ),
}


def redis_server(role: str, password: str) -> resp.Answer:
    def answer(words: list[str]) -> bytes:
        match words:
            case ["AUTH", given]:
                return resp.OK if given == password else resp.error("WRONGPASS invalid pair")
            case ["INFO", *_]:
                return resp.bulk(INFO[role])
        raise AssertionError(words)

    return answer


def sentinel_server(words: list[str]) -> bytes:
    replica = resp.pairs(ip="127.0.0.2", port=1, slave_priority=75)
    match words:
        case ["AUTH", "sentinel-password"] | ["SENTINEL", "CKQUORUM", "mymaster"]:
            return resp.OK
        case ["SENTINEL", "MASTER", "mymaster"]:
            return resp.pairs(ip="127.0.0.1", config_epoch=3, num_other_sentinels=0)
        case ["SENTINEL", "REPLICAS", "mymaster"]:
            return resp.array(replica)
        case ["INFO", "sentinel"]:
            return resp.bulk("# Sentinel\r\nsentinel_masters:1\r\nsentinel_tilt:0\r\n")
    return resp.error("WRONGPASS invalid pair")


class Servers:
    """The environment of two nodes, and what of it runs."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self._stack = stack
        self.port = self.start("master", "127.0.0.1", 0)
        self.sentinel_port = stack.enter_context(resp.served(sentinel_server))
        self.environment = self._environment(folder)

    def start(self, role: str, address: str, port: int, password: str = "redis-password") -> int:
        return self._stack.enter_context(resp.served(redis_server(role, password), address, port))

    def _environment(self, folder: Path) -> Environment:
        default = inventory.load("default")
        one = builders.changed(default.node("redis1"), sentinels=(self.sentinel_port,))
        two = builders.changed(default.node("redis2"), sentinels=())
        topology = builders.changed(
            default, nodes=(one, two), redis=builders.changed(default.redis, port=self.port)
        )
        hosts = [
            builders.folder_host(spec, folder, address)
            for spec, address in ((one, "127.0.0.1"), (two, "127.0.0.2"))
        ]
        return builders.environment(hosts, topology, folder)


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    with ExitStack() as stack:
        yield Servers(stack, tmp_path)


def test_every_server_is_asked(servers: Servers) -> None:
    servers.start("slave", "127.0.0.2", servers.port)
    seen = look(servers.environment)
    assert seen.nodes == (
        RedisView(
            "redis1", "127.0.0.1", "master", servers.port, 50, None, 5000, 0, version="8.0.2"
        ),
        RedisView(
            "redis2",
            "127.0.0.2",
            "replica",
            servers.port,
            75,
            link="up",
            offset=4990,
            lag_bytes=10,
            version="6.2.5",
            follows="127.0.0.1",
        ),
    )
    assert seen.sentinels == (
        SentinelView(
            "redis1", servers.sentinel_port, "redis1", True, 3, (("redis2", 75),), 1, False, None
        ),
    )
    assert seen.problems == []


def test_who_does_not_answer_is_down(servers: Servers) -> None:
    seen = look(servers.environment)
    assert [view.role for view in seen.nodes] == ["master", "down"]
    assert seen.problems == ["redis2 is down"]


def test_another_password_is_no_node_that_is_down(servers: Servers) -> None:
    servers.start("slave", "127.0.0.2", servers.port, "another")
    with pytest.raises(WrongPassword, match=r"^redis2 \(127\.0\.0\.2:"):
        look(servers.environment)


def test_a_wait_that_is_over_tells_the_last_problems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "look", lambda environment: snapshot([MASTER, TWO]))
    with pytest.raises(TimedOut, match=r"the cluster is healthy: not .* knows 2 replicas, not 1;"):
        wait_healthy(builders.folders(tmp_path), timeout_s=0)
