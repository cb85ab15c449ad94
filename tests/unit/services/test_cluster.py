"""Real servers answer: redis1 is master on 127.0.0.1, redis2 replica on 127.0.0.2."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from redis_ha import inventory
from redis_ha.errors import WrongPassword
from redis_ha.nodes.environment import Environment
from redis_ha.services import health
from redis_ha.services.cluster import look
from redis_ha.services.snapshot import RedisView, SeenServer, SentinelView, Stranger
from tests.unit import builders, resp

INFO = {
    "master": "redis_version:8.0.2\r\nrole:master\r\nmaster_repl_offset:5000\r\n",
    "slave": (
        "redis_version:7.2.4\r\nvalkey_version:9.1.2\r\nrole:slave\r\nmaster_host:127.0.0.1\r\nmaster_link_status:up\r\n"
        "master_sync_in_progress:0\r\nslave_repl_offset:4990\r\nmaster_repl_offset:4990\r\n"
    ),
}

REFUSED_LOGIN = resp.pairs(reason="auth", age_seconds="4.5", client_info="id=1 name=")


def redis_server(role: str, password: str) -> resp.Answer:
    def answer(words: list[str]) -> bytes:
        match words:
            case ["AUTH", given]:
                return resp.OK if given == password else resp.error("WRONGPASS invalid pair")
            case ["INFO", *_]:
                return resp.bulk(INFO[role])
            case ["CONFIG", "GET", *_]:
                return resp.array(resp.bulk("replica-priority"), resp.bulk("60"))
            case ["ACL", "LIST"]:
                return resp.array(resp.bulk("user default on nopass"))
            case ["ACL", "LOG", _]:
                return resp.array(REFUSED_LOGIN)
            case ["ACL", "DRYRUN", "default", *_]:
                return resp.bulk("OK")
        raise AssertionError(words)

    return answer


WATCHED = {
    "ip": "127.0.0.1",
    "flags": "master",
    "config_epoch": 3,
    "num_other_sentinels": 0,
    "quorum": 2,
    "down_after_milliseconds": 2000,
    "failover_timeout": 10000,
}
SENTINEL = {
    "AUTH sentinel-password": resp.OK,
    "SENTINEL SENTINELS mymaster": resp.array(),
    "SENTINEL CKQUORUM mymaster": resp.OK,
    "ACL LOG 10": resp.array(),
    "ACL LIST": resp.error("NOPERM no"),
    "SENTINEL CONFIG GET *": resp.pairs(loglevel="notice"),
    "SENTINEL MYID": resp.bulk("a1"),
    "INFO sentinel": resp.bulk("# Sentinel\r\nsentinel_masters:1\r\nsentinel_tilt:0\r\n"),
}


def replica(port: int, **changes: object) -> bytes:
    given = {"flags": "slave", "slave_priority": 75, **changes}
    return resp.pairs(ip="127.0.0.2", port=port, **given)


def sentinel_server(words: list[str], port: int = 0, *strange: bytes) -> bytes:
    told = {
        **SENTINEL,
        "SENTINEL MASTER mymaster": resp.pairs(port=port, **WATCHED),
        "SENTINEL REPLICAS mymaster": resp.array(replica(port), *strange),
    }
    return told.get(" ".join(words), resp.error("WRONGPASS invalid pair"))


class Servers:
    """The environment of two nodes, and what of it runs."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self._stack = stack
        self.port = self.start("master", "127.0.0.1", 0)
        self.sentinel: resp.Answer = lambda words: sentinel_server(words, self.port)
        self.sentinel_port = stack.enter_context(resp.served(self._ask_sentinel))
        self.environment = self._environment(folder)

    def start(self, role: str, address: str, port: int, password: str = "redis-password") -> int:
        return self._stack.enter_context(resp.served(redis_server(role, password), address, port))

    def _ask_sentinel(self, words: list[str]) -> bytes | None:
        return self.sentinel(words)

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
            "redis1",
            "127.0.0.1",
            "master",
            servers.port,
            50,
            offset=5000,
            lag_bytes=0,
            version="8.0.2",
            server="Redis",
            running_priority=60,
            refused_login_s=4.5,
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
            version="9.1.2",
            server="Valkey",
            follows="127.0.0.1",
            running_priority=60,
            refused_login_s=4.5,
        ),
    )
    assert seen.sentinels == (
        SentinelView(
            "redis1",
            servers.sentinel_port,
            "redis1",
            True,
            3,
            (("redis2", 75),),
            known_sentinels=1,
            myid="a1",
            settings={"quorum": 2, "down-after-milliseconds": 2000, "failover-timeout": 10000},
            master_seen=SeenServer("redis1", "127.0.0.1", servers.port, ("master",)),
            replicas_seen=(SeenServer("redis2", "127.0.0.2", servers.port, ("slave",)),),
        ),
    )
    assert health.problems(seen) == []


def test_a_nodes_address_with_another_port_is_a_stranger(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers.start("slave", "127.0.0.2", servers.port)
    phantom, other = replica(0, flags="s_down,slave,disconnected"), replica(1, slave_priority=9)
    servers.sentinel = lambda words: sentinel_server(words, servers.port, phantom, other)
    served = "connected_slaves:1\r\nslave0:ip=127.0.0.2,port=0,state=online,offset=1,lag=0\r\n"
    monkeypatch.setitem(INFO, "master", INFO["master"] + served)
    seen = look(servers.environment)
    assert seen.nodes[0].serves == ("127.0.0.2:0",)
    assert seen.sentinels[0].replicas == (("redis2", 75),)
    assert seen.sentinels[0].strangers == (
        Stranger("replica", "127.0.0.2:0", lives=False),
        Stranger("replica", "127.0.0.2:1", lives=True, priority=9),
    )


def test_an_old_server_is_named(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    old = INFO["slave"].replace("valkey_version:9.1.2", "valkey_version:7.2.11")
    monkeypatch.setitem(INFO, "slave", old)
    servers.start("slave", "127.0.0.2", servers.port)
    assert health.problems(look(servers.environment)) == [
        "Valkey 7.2.11 on redis2; this needs Redis 7.0 or Valkey 8 or newer"
    ]


def test_who_does_not_answer_is_down(servers: Servers) -> None:
    seen = look(servers.environment)
    assert [view.role for view in seen.nodes] == ["master", "down"]
    assert health.problems(seen) == ["redis2 is down"]


def test_another_password_is_no_node_that_is_down(servers: Servers) -> None:
    servers.start("slave", "127.0.0.2", servers.port, "another")
    with pytest.raises(WrongPassword, match=r"^redis2 \(127\.0\.0\.2:"):
        look(servers.environment)


SILENT: dict[str, tuple[bytes | None, str]] = {
    "it hangs up": (None, "Sentinel redis1:{port} (127.0.0.1:{port}) does not answer: Connection"),
    "it watches another": (
        resp.error("ERR No such master with that name"),
        "Sentinel redis1:{port} watches no `mymaster`: No such master",
    ),
}


@pytest.mark.parametrize(("answer", "said"), SILENT.values(), ids=SILENT)
def test_a_sentinel_that_says_nothing_is_named(
    answer: bytes | None, said: str, servers: Servers
) -> None:
    servers.sentinel = lambda words: resp.OK if words[0] == "AUTH" else answer
    (view,) = look(servers.environment).sentinels
    assert (view.master, view.quorum_ok) == (None, False)
    assert str(view.error).startswith(said.format(port=servers.sentinel_port))
