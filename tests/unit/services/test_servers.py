from dataclasses import replace
from pathlib import Path

import pytest

from redis_ha.errors import TooOld
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.local import LocalNode
from redis_ha.proc import Result
from redis_ha.services import servers
from redis_ha.version import Version
from tests.unit.builders import NAMES, folders, redis_view, sentinel_view, snapshot

NEW, OLD = Version("Redis", "7.0.15"), Version("Redis", "6.0.16")
DOWN = redis_view("redis1", "down", link=None, follows=None)


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return folders(tmp_path)


@pytest.fixture
def machines(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let the nodes be machines with Redis 6.0.16; return the names of those that were asked."""
    asked: list[str] = []

    def run(node: LocalNode, *argv: str, check: bool) -> Result:
        assert (argv, check) == (("redis-server", "--version"), False)
        asked.append(node.name)
        missing = node.name == "redis3"
        return Result(argv, 127 if missing else 0, "" if missing else "Redis server v=6.0.16 sha=0")

    monkeypatch.setattr(LocalNode, "is_machine", True)
    monkeypatch.setattr(LocalNode, "run", run)
    return asked


def test_what_is_installed_is_asked_where_something_is_silent(
    environment: Environment, machines: list[str]
) -> None:
    silent = sentinel_view("redis2", error="gone")
    seen = snapshot([DOWN, redis_view("redis2"), redis_view("redis3")], [silent])
    assert servers.installed(environment, seen) == {"redis1": OLD, "redis2": OLD}
    assert sorted(machines) == ["redis1", "redis2"]


def test_a_machine_without_a_server_has_no_version(
    environment: Environment, machines: list[str]
) -> None:
    seen = snapshot([replace(DOWN, name="redis3")])
    assert servers.installed(environment, seen) == {}
    assert machines == ["redis3"]


def test_processes_of_this_machine_are_not_asked(environment: Environment) -> None:
    nodes = [replace(DOWN, name=name) for name in NAMES]
    assert servers.installed(environment, snapshot(nodes)) == {}


def test_each_old_server_is_named_with_the_way_on(
    environment: Environment, machines: list[str]
) -> None:
    with pytest.raises(TooOld) as caught:
        servers.require_supported(environment, {"redis1": OLD, "redis2": NEW, "redis3": OLD})
    assert str(caught.value) == (
        "Redis 6.0.16 on redis1, redis3; this needs Redis 7.0 or Valkey 8 or "
        "newer: `./inv upgrade` installs what the distribution has, else it takes a newer release"
    )
    assert caught.value.exit_status == 2
    servers.require_supported(environment, {"redis2": NEW})


def test_old_processes_are_replaced_by_up(environment: Environment) -> None:
    with pytest.raises(TooOld, match=r"^Redis 6\.0\.16 on redis1; .*: `\./inv up` starts a newer"):
        servers.require_supported(environment, {"redis1": OLD})
