"""redis_ha/services/keeping.py: what is written down, what stops a restart, what is only told."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis

from redis_ha.errors import RedisHaError, Refused, Unreachable
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.local import SupervisorUnits
from redis_ha.services import keeping, written
from redis_ha.services.directives import MANAGED
from tests.unit import builders

APP = "user app on sanitize-payload #00 ~* resetchannels -@all"
OPS = "user ops on #11 ~* resetchannels -@all"
DEFAULT = "user default on sanitize-payload #22 ~* &* +@all"


class Server:
    """Answers as a Redis or a Sentinel, and rewrites its file."""

    def __init__(self, path: Path, *users: str) -> None:
        self.path, self.users = path, users
        self.settings = {"aclfile": "", "maxmemory": "5"}
        self.asked: list[tuple[str, ...]] = []
        self.rewritten: str | None = None

    def config_get(self, _: str) -> dict[str, str]:
        return self.settings

    def execute_command(self, *words: str) -> Any:
        self.asked.append(words)
        if words == ("ACL", "LIST"):
            return list(self.users)
        return self.rewrite() if words[0] in ("SENTINEL", "CONFIG") else None

    def rewrite(self) -> None:
        if self.rewritten is not None:
            self.path.write_text(self.rewritten)


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    built = builders.folders(tmp_path)
    builders.make_folders(built)
    return built


@pytest.fixture
def servers(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> dict[str, Server]:
    """Return the Redis and the Sentinel of redis2, which have nothing only in memory."""
    node = environment.node("redis2")
    for each in environment.server_nodes:
        for own in each.servers:
            Path(each.path(own.config)).write_text(f"{MANAGED}\nmaxmemory 5\n")
    found = {own.name: Server(Path(node.path(own.config)), DEFAULT) for own in node.servers}

    @contextmanager
    def asking(_: Environment, __: object, process: Any) -> Iterator[Server]:
        yield found[process.name]

    monkeypatch.setattr(keeping, "_asking", asking)
    monkeypatch.setattr(written, "rewrite", lambda client, *_: client.rewrite())
    return found


def kept(environment: Environment, told: list[str] | None = None) -> list[str]:
    told = [] if told is None else told
    return keeping.keep(environment, environment.node("redis2"), told.append)


def test_what_is_added_is_named_without_a_value(
    environment: Environment, servers: dict[str, Server]
) -> None:
    text = servers["redis"].path.read_text()
    servers["redis"].rewritten = f"{text}{DEFAULT}\n{APP}\nmasteruser pw\nreplicaof a 1\n"
    told: list[str] = []
    assert kept(environment, told) == ["user app", "masteruser"]
    assert told == ["redis2: redis: user app, masteruser was only in memory and is written down"]
    assert ("SENTINEL", "FLUSHCONFIG") not in servers["sentinel"].asked


def test_what_was_set_otherwise_is_told(
    environment: Environment, servers: dict[str, Server]
) -> None:
    server = servers["redis"]
    server.path.write_text(f"{server.path.read_text()}masteruser a\nsave 1 2\n")
    server.settings |= {"maxmemory": "6", "masteruser": "b", "save": ""}
    told: list[str] = []
    assert kept(environment, told) == []
    assert told == [
        "redis2: redis: masteruser was set at run time and will be another; "
        "maxmemory runs with 6 and will be 5; save runs with nothing and will be 1 2, "
        "as its file says"
    ]


def test_what_a_rewrite_takes_away_is_put_back(
    environment: Environment, servers: dict[str, Server]
) -> None:
    server = servers["redis"]
    server.rewritten = server.path.read_text()
    server.path.chmod(0o640)
    server.path.write_text(f"{server.rewritten}io-threads 4\n")
    assert kept(environment) == []
    assert server.path.read_text() == f"{server.rewritten}io-threads 4\n"
    assert server.path.stat().st_mode & 0o777 == 0o640


def test_a_sentinel_flushes_users_that_it_has_only_in_memory(
    environment: Environment, servers: dict[str, Server]
) -> None:
    server = servers["sentinel"]
    server.users, server.rewritten = (DEFAULT, APP), f"{server.path.read_text()}{APP}\n"
    assert kept(environment) == ["user app"]
    assert kept(environment) == []
    assert server.asked.count(("SENTINEL", "FLUSHCONFIG")) == 1


def test_the_same_rules_in_other_words_are_no_news(
    environment: Environment, servers: dict[str, Server]
) -> None:
    server = servers["sentinel"]
    spelt = "fcb4e2e50cb4a02c2b5e9f9b7c2d0d4a"
    server.path.write_text(f"{MANAGED}\nuser app allkeys on #{spelt} allcommands\n")
    server.users = (f"user app on sanitize-payload ~* resetchannels #{spelt} +@all",)
    assert kept(environment) == []


@pytest.mark.parametrize(
    ("held", "saved"),
    [([APP, OPS], []), ([APP], ["user ops"]), ([APP, "user x on"], None)],
    ids=["the same", "some in memory", "each has its own"],
)
def test_a_file_of_users_gets_those_in_memory(
    environment: Environment,
    servers: dict[str, Server],
    tmp_path: Path,
    held: list[str],
    saved: list[str] | None,
) -> None:
    path, server = tmp_path / "users.acl", servers["redis"]
    path.write_text("\n".join(held))
    server.path.write_text(f"{server.path.read_text()}aclfile {path}\n")
    server.users, server.settings["aclfile"] = (APP, OPS), str(path)
    if saved is None:
        with pytest.raises(RedisHaError, match="different users: `ACL LOAD`"):
            kept(environment)
    else:
        assert kept(environment) == saved
    assert server.asked.count(("ACL", "SAVE")) == len(saved or [])


@pytest.mark.parametrize("held", [[], [APP]], ids=["lost", "there"])
def test_users_that_another_file_of_users_lacks_stop_it(
    environment: Environment, servers: dict[str, Server], tmp_path: Path, held: list[str]
) -> None:
    path, server = tmp_path / "users.acl", servers["redis"]
    path.write_text("\n".join(held))
    server.path.write_text(f"{server.path.read_text()}aclfile {path}\n")
    server.users, server.rewritten = (DEFAULT, APP), "rewritten"
    if held:
        assert kept(environment) == []
    else:
        with pytest.raises(RedisHaError, match=r"redis2: redis would lose app: `aclfile` was"):
            kept(environment)
    assert server.path.read_text() != "rewritten"


@pytest.mark.parametrize(
    ("error", "is_active", "says"),
    [
        (Unreachable("it is silent"), False, []),
        (Unreachable("it is silent"), True, ["it is silent; what it"]),
        (Refused("it is busy", reply="BUSY running"), False, ["it is busy; what it"]),
    ],
    ids=["down", "hung", "busy"],
)
def test_one_that_cannot_be_asked_is_restarted_all_the_same(
    environment: Environment,
    monkeypatch: pytest.MonkeyPatch,
    error: RedisHaError,
    is_active: bool,
    says: list[str],
) -> None:
    told: list[str] = []
    failing(monkeypatch, error)
    monkeypatch.setattr(SupervisorUnits, "is_active", lambda *_: is_active)
    assert kept(environment, told) == []
    wanted = [f"{words} has only in memory is not kept" for words in says * 2]
    assert told == wanted


def test_one_that_cannot_write_it_down_is_not_restarted_and_may_be_stopped(
    environment: Environment, servers: dict[str, Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise Refused("it refuses: the disk is full")

    monkeypatch.setattr(written, "rewrite", full)
    with pytest.raises(Refused, match="disk is full"):
        kept(environment)
    told: list[str] = []
    keeping.before_a_stop(environment, told.append)
    assert len(told) == len(environment.server_nodes)
    assert "it refuses: the disk is full; what it has only in memory is not kept" in told


def failing(monkeypatch: pytest.MonkeyPatch, error: RedisHaError) -> None:
    def asking(*_: object) -> AbstractContextManager[redis.Redis]:
        raise error

    monkeypatch.setattr(keeping, "_asking", asking)
