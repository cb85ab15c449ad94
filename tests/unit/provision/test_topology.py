import os
from pathlib import Path

import pytest

from redis_ha.nodes.environment import Environment
from redis_ha.provision.topology import current_master
from redis_ha.services.snapshot import Snapshot
from tests.unit.builders import (
    NAMES,
    folders,
    make_folders,
    redis_view,
    sentinel_view,
    snapshot,
)

SILENT = [sentinel_view(name, master=None, error="down") for name in NAMES]
DOWN = [redis_view(name, "down", link=None, follows=None) for name in NAMES]


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """Return an environment on whose disks redis3 is master, by the newest of three files."""
    built = folders(tmp_path)
    make_folders(built)
    for name, host, epoch in (("redis1", 12, 4), ("redis2", 13, 12), ("redis3", 11, 5)):
        path = Path(built.node(name).path("/etc/redis/sentinel.conf"))
        path.write_text(
            f"sentinel monitor mymaster 127.0.0.{host} 6379 2\n"
            f"sentinel config-epoch mymaster {epoch}\n"
        )
    return built


def test_the_sentinels_decide(environment: Environment) -> None:
    told = [sentinel_view(name, master="redis2") for name in NAMES]
    assert current_master(environment, snapshot(sentinels=told)) == "redis2"


FOLLOW_2 = [
    redis_view("redis1", "master"),
    redis_view("redis2", "master"),
    redis_view("redis3", follows="127.0.0.12"),
]


@pytest.mark.parametrize(
    ("nodes", "master"),
    [
        (FOLLOW_2, "redis2"),
        ([redis_view("redis1", "master"), *DOWN[1:]], "redis1"),
        ([redis_view("redis1", follows="192.0.2.9"), *DOWN[1:2], FOLLOW_2[2]], "redis2"),
    ],
    ids=["one that is followed", "the only master", "nobody's address does not count"],
)
def test_without_sentinels_the_running_redis_decide(
    nodes: list[object], master: str, environment: Environment
) -> None:
    seen = Snapshot(tuple(nodes), tuple(SILENT), 2)  # type: ignore[arg-type]
    assert current_master(environment, seen) == master


def test_with_nothing_running_the_newest_file_decides(environment: Environment) -> None:
    assert current_master(environment, snapshot(DOWN, SILENT)) == "redis3"


def test_a_file_of_somebody_elses_master_does_not_count(environment: Environment) -> None:
    for node in environment.sentinel_nodes:
        path = Path(node.path("/etc/redis/sentinel.conf"))
        path.write_text("sentinel monitor mymaster 127.0.0.1 6379 2\n")
    assert current_master(environment, snapshot(DOWN, SILENT)) == "redis1"


def test_on_bare_nodes_the_preferred_one_is_master(tmp_path: Path) -> None:
    bare = folders(tmp_path)
    make_folders(bare)
    assert current_master(bare, snapshot(DOWN, SILENT)) == "redis1"


def with_data(environment: Environment, *names: str) -> None:
    """Let these nodes have data, each older than the one before."""
    for age, name in enumerate(names):
        folder = Path(environment.node(name).path("/var/lib/redis/appendonlydir"))
        folder.mkdir()
        file = folder / "appendonly.aof.1.incr.aof"
        file.write_text("*1")
        os.utime(file, (1000 - age, 1000 - age))


LOST: dict[str, tuple[tuple[str, ...], str]] = {
    "the one named has data": (("redis1", "redis3"), "redis3"),
    "nobody has data": ((), "redis3"),
    "another one has": (("redis2",), "redis2"),
    "the newest of others": (("redis2", "redis1"), "redis2"),
}


@pytest.mark.parametrize(("has_data", "master"), LOST.values(), ids=LOST)
def test_a_master_that_lost_its_data_is_passed_over(
    has_data: tuple[str, ...], master: str, environment: Environment
) -> None:
    with_data(environment, *has_data)
    assert current_master(environment, snapshot(DOWN, SILENT)) == master


def test_of_those_that_run_the_one_with_most_is_taken(environment: Environment) -> None:
    with_data(environment, "redis1", "redis2")
    lost = redis_view("redis3", "down", link=None, follows=None, offset=None)
    ahead = redis_view("redis2", link="down", follows="127.0.0.13", offset=1001)
    behind = redis_view("redis1", link="down", follows="127.0.0.13")
    told = [sentinel_view(name, master="redis3") for name in NAMES]
    assert current_master(environment, snapshot([behind, ahead, lost], told)) == "redis2"


def test_what_a_benchmark_left_is_no_data(environment: Environment) -> None:
    with_data(environment, "redis2")
    for name, file in (("redis3", "vendor-6390/dump.rdb"), ("redis1", "appendonly.aof")):
        path = Path(environment.node(name).path(f"/var/lib/redis/{file}"))
        path.parent.mkdir(exist_ok=True)
        path.write_text("x" if name == "redis3" else "")
    assert current_master(environment, snapshot(DOWN, SILENT)) == "redis2"


def test_a_master_that_runs_is_not_asked_for_its_data(environment: Environment) -> None:
    with_data(environment, "redis2")
    assert current_master(environment, snapshot()) == "redis1"
