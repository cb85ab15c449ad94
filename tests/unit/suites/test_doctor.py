"""What the doctor says of this machine, with a PATH on which a test puts what there is."""

from dataclasses import replace
from pathlib import Path

import pytest

from redis_ha.errors import ProviderError, WrongPassword
from redis_ha.nodes.environment import Environment
from redis_ha.providers import Choice, redis_server
from redis_ha.services import cluster
from redis_ha.services.snapshot import Snapshot
from redis_ha.suites import doctor
from redis_ha.suites.requirement import Requirement
from redis_ha.version import Version
from tests.unit.builders import StaticProvider, changed, folders, program, redis_view, snapshot
from tests.unit.looks import Looks


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the one folder of PATH; nothing is installed, and no engine answers."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent")
    server = Path("/usr/bin/redis-server"), Version("Redis", "8.0.2")
    monkeypatch.setattr(redis_server, "found", lambda: server)
    return folder


def environment(folder: Path, provider: str = "local") -> Environment:
    return changed(folders(folder), choice=Choice(provider, "as asked"))


def found(built: Environment, seen: Snapshot | None = None) -> dict[str, Requirement]:
    return {each.name: each for each in doctor.examine(built, seen)}


@pytest.mark.usefixtures("path")
@pytest.mark.parametrize(
    ("provider", "blocking"),
    [("local", set()), ("docker", {"docker", "Docker engine", "Compose v2"})],
)
def test_what_the_provider_in_use_needs_blocks_and_comes_first(
    provider: str, blocking: set[str], tmp_path: Path
) -> None:
    built = environment(tmp_path, provider)
    listed = doctor.examine(built, None)
    assert {each.name for each in listed if each.is_blocking} == blocking
    assert {each.name for each in listed[: len(blocking)]} == blocking
    assert [each.ok for each in listed[len(blocking) :]] == sorted(
        each.ok for each in listed[len(blocking) :]
    )


@pytest.mark.usefixtures("path")
def test_what_is_missing_has_its_reason_and_its_command(tmp_path: Path) -> None:
    tmux = found(environment(tmp_path))["tmux"]
    assert (tmux.ok, tmux.detail, tmux.mend) == (
        False,
        "not on PATH; for `logs --tmux`",
        "apt-get install tmux",
    )


def test_what_is_there_says_where_and_asks_for_nothing(tmp_path: Path, path: Path) -> None:
    installed = program(path, "tmux", "exit 0")
    tmux = found(environment(tmp_path))["tmux"]
    assert (tmux.ok, tmux.detail, tmux.mend) == (True, str(installed), "")


def test_no_server_blocks_local_nodes(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing() -> None:
        raise ProviderError("no redis-server here")

    monkeypatch.setattr(redis_server, "found", nothing)
    server = found(environment(tmp_path))["redis-server"]
    assert (server.is_blocking, server.detail) == (True, "no redis-server here")


@pytest.mark.usefixtures("path")
def test_every_tool_is_looked_for_and_is_a_program_in_the_record(tmp_path: Path) -> None:
    listed = found(environment(tmp_path))
    assert {tool.name for tool in doctor.tools()} <= listed.keys()
    record = listed["node"].as_json()
    wanted = {
        "name": "node",
        "ok": False,
        "detail": "not on PATH; for the console on the local provider",
        "needed": False,
        "mend": "apt-get install nodejs",
        "kind": "program",
    }
    assert record | wanted == record


def test_an_old_server_of_a_node_blocks_and_says_what_helps(tmp_path: Path) -> None:
    old = redis_view("redis2", version="6.2.14", server="Redis")
    new = redis_view("redis1", "master", version="9.1.2", server="Valkey")
    listed = found(environment(tmp_path), snapshot([new, old]))
    first, second = listed["supported server on redis1"], listed["supported server on redis2"]
    assert (first.ok, first.detail, first.mend) == (True, "Valkey 9.1.2", "")
    assert second.is_blocking
    assert second.detail == "Redis 6.2.14; this needs Redis 7.0 or Valkey 8 or newer"
    assert second.mend == "`./inv up` starts a newer one"


def test_a_wrong_password_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(environment: Environment) -> None:
        raise WrongPassword("redis1 refuses")

    monkeypatch.setattr(cluster, "look", refuse)
    with pytest.raises(WrongPassword, match="redis1 refuses"):
        doctor.look(environment(tmp_path))


def test_nodes_that_are_down_and_an_engine_that_is_missing_are_not_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_engine(_: StaticProvider) -> bool:
        raise ProviderError("no Docker engine answers")

    looks = Looks(monkeypatch, snapshot())
    for is_up in (lambda _: False, no_engine):
        monkeypatch.setattr(StaticProvider, "is_up", is_up)
        assert doctor.look(environment(tmp_path)) is None
    assert looks.count == 0


def test_what_keeps_sentinels_from_a_failover_blocks(tmp_path: Path) -> None:
    one, two, three = snapshot().sentinels
    shared = [replace(one, myid="a1"), replace(two, myid="a1"), three]
    told = found(environment(tmp_path), snapshot(sentinels=shared))["able to fail over"]
    assert told.is_blocking
    assert "redis1:26379 and redis2:26379 have the same myid" in told.detail
