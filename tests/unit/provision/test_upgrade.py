"""What is newer on which node, and in which order it gets there."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from redis_ha import inventory
from redis_ha.errors import CommandFailed, RedisHaError, Unhealthy
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.ssh import SshNode
from redis_ha.proc import Result
from redis_ha.providers import Tell
from redis_ha.provision import upgrade
from redis_ha.provision.upgrade import NewerPackage, Pending
from redis_ha.services import cluster, keeping, rolling
from redis_ha.services.snapshot import Snapshot
from tests.unit.builders import (
    environment,
    folders,
    redis_view,
    sentinel_view,
    snapshot,
    ssh_host,
)

NEWER = "package redis-server 1.0 1.1\npackage redis-tools 1.0 1.1\n"
ONE = Pending((NewerPackage("redis-server", "1.0", "1.1"),), ())


@pytest.fixture
def machines(tmp_path: Path) -> Environment:
    topology = inventory.load("default")
    return environment([ssh_host(spec) for spec in topology.nodes], topology, tmp_path)


class Nodes:
    """What the nodes were told, and what they say."""

    def __init__(self) -> None:
        self.says: dict[str, str] = {}
        self.fails: str = ""
        self.calls: list[tuple[str, str, str]] = []

    def run(self, node: SshNode, *argv: str, **how: Any) -> Result:
        assert how["sudo"]
        bash, script, *flags = argv
        assert (bash, script) == ("bash", "/folder/provision/redis/upgrade.sh")
        names = [flag.partition("=")[0] for flag in flags if "=" in flag]
        work = "--check" if "--check" in flags else "--apply"
        self.calls.append((node.name, work, ",".join(names)))
        if node.name == self.fails:
            raise CommandFailed(node.name, argv, 2, "no space left")
        return Result(argv, 0, self.says.get(node.name, ""))

    @property
    def upgraded(self) -> list[str]:
        return [name for name, work, _ in self.calls if work == "--apply"]


@pytest.fixture
def nodes(monkeypatch: pytest.MonkeyPatch) -> Nodes:
    made = Nodes()

    @contextmanager
    def upload(_: SshNode, files: Mapping[str, bytes]) -> Iterator[str]:
        assert "provision/common/packages.sh" in files
        yield "/folder"

    def run(node: SshNode, *argv: str, **how: Any) -> Result:
        return made.run(node, *argv, **how)

    def keep(_: Environment, node: Node, __: Tell) -> list[str]:
        made.calls.append((node.name, "keep", ""))
        return []

    monkeypatch.setattr(SshNode, "run", run)
    monkeypatch.setattr(SshNode, "upload", upload)
    monkeypatch.setattr(keeping, "keep", keep)
    return made


def test_every_redis_node_is_asked_and_those_without_news_left_out(
    machines: Environment, nodes: Nodes
) -> None:
    nodes.says = {"redis2": NEWER, "redis3": "restart redis\n"}
    found = upgrade.pending(machines)
    assert {name: str(each) for name, each in found.items()} == {
        "redis2": "redis-server 1.0 -> 1.1, redis-tools 1.0 -> 1.1",
        "redis3": "redis still runs what was installed before",
    }
    assert sorted(nodes.calls) == [
        (name, "--check", "redis,sentinel") for name in ("redis1", "redis2", "redis3")
    ]


def test_processes_of_this_machine_have_no_packages(tmp_path: Path, machines: Environment) -> None:
    with pytest.raises(RedisHaError, match="without packages of their own; upgrade the redis-ser"):
        upgrade.require_packages(folders(tmp_path))
    upgrade.require_packages(machines)


def test_without_news_nothing_is_looked_at(
    machines: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "look", pytest.fail)
    upgrade.run(machines, {}, print, print)


@pytest.fixture
def in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    def one_by_one(_: Environment, chosen: Any, work: Any, tell: Any) -> None:
        for node in chosen:
            work(node)

    monkeypatch.setattr(rolling, "node_by_node", one_by_one)


DOWN = redis_view("redis3", "down", link=None, follows=None)
HEALTHY = snapshot()
SEEN = {
    "all are well": (HEALTHY, ["redis1", "redis3"]),
    "its Redis is down": (snapshot([*HEALTHY.nodes[:2], DOWN]), ["redis3", "redis1"]),
    "its Sentinel is down": (
        snapshot(sentinels=[*HEALTHY.sentinels[:2], sentinel_view("redis3", error="refused")]),
        ["redis3", "redis1"],
    ),
}


@pytest.mark.usefixtures("in_turn")
@pytest.mark.parametrize(("looks", "order"), SEEN.values(), ids=SEEN)
def test_a_node_that_an_upgrade_broke_comes_first(
    looks: Snapshot,
    order: list[str],
    machines: Environment,
    nodes: Nodes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cluster, "look", lambda _: looks)
    upgrade.run(machines, {"redis1": ONE, "redis3": ONE}, lambda _: None, print)
    assert nodes.upgraded == order
    works = [call for name in order for call in ((name, "keep"), (name, "--apply"))]
    assert [(name, work) for name, work, _ in nodes.calls] == works


@pytest.mark.usefixtures("in_turn")
def test_one_that_stays_broken_ends_the_run(
    machines: Environment, nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "look", lambda _: SEEN["its Redis is down"][0])
    nodes.fails = "redis3"
    with pytest.raises(Unhealthy, match=r"^stopped at redis3: .*left; left alone: redis1$"):
        upgrade.run(machines, {"redis1": ONE, "redis3": ONE}, lambda _: None, print)
    assert nodes.upgraded == ["redis3"]
