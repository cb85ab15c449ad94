from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from redis_ha.errors import RedisHaError, TimedOut, Unhealthy
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.services.snapshot import RedisView
from redis_ha.suites import write_and_read
from redis_ha.suites.write_and_read import Delay, ReplicationReport
from tests.unit import builders
from tests.unit.builders import redis_view, snapshot
from tests.unit.looks import Looks


class Stores:
    """A master whose writes are on every replica at once, but for what one replica lacks."""

    looks: Looks

    def __init__(self) -> None:
        self.data: dict[str, str] = {}
        self.lacking: dict[str, str] = {}

    def of(self, name: str) -> "Store":
        return Store(self, name)


class Store:
    def __init__(self, stores: Stores, name: str) -> None:
        self._stores, self._name = stores, name

    def set(self, key: str, value: str, ex: int) -> None:
        assert (self._name, ex > 0) == ("redis1", True)
        self._stores.data[key] = value

    def get(self, key: str) -> str | None:
        lacks = key.endswith(self._stores.lacking.get(self._name, "nothing"))
        return None if lacks else self._stores.data.get(key)

    def mget(self, keys: list[str]) -> list[str | None]:
        return [self.get(key) for key in keys]

    def unlink(self, *keys: str) -> None:
        for key in keys:
            del self._stores.data[key]


@pytest.fixture
def stores(monkeypatch: pytest.MonkeyPatch) -> Stores:
    made = Stores()

    @contextmanager
    def redis_of(_: Environment, node: Node) -> Iterator[Store]:
        yield made.of(node.name)

    monkeypatch.setattr(write_and_read, "redis_of", redis_of)
    monkeypatch.setattr(write_and_read, "ARRIVES_S", 0)
    made.looks = Looks(monkeypatch, snapshot())
    return made


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return builders.folders(tmp_path)


def test_every_replica_has_every_write_and_nothing_is_left_behind(
    environment: Environment, stores: Stores
) -> None:
    report = write_and_read.run(environment, writes=10)
    assert report.ok
    assert (report.master, report.written) == ("redis1", 10)
    assert [(delay.replica, delay.read) for delay in report.delays] == [
        ("redis2", 10),
        ("redis3", 10),
    ]
    assert stores.data == {}
    assert stores.looks.count == 1


@pytest.mark.parametrize("number", [0, 1], ids=["one it was asked for", "one it was not asked for"])
def test_a_write_that_a_replica_lacks_fails_the_suite(
    number: int, environment: Environment, stores: Stores
) -> None:
    stores.lacking["redis2"] = f":{number}"
    with pytest.raises(TimedOut, match=r"arrives on redis2|every write is on the replica"):
        write_and_read.run(environment, writes=10)


FINE = Delay("redis2", 10, 0.1, 0.2, 0.3)


def test_a_report_is_fine_only_with_every_write_on_every_replica() -> None:
    assert ReplicationReport("local", "redis1", 10, (FINE, replace(FINE, replica="redis3"))).ok
    assert not ReplicationReport("local", "redis1", 10, (FINE, replace(FINE, read=9))).ok
    assert not ReplicationReport("local", "redis1", 10, ()).ok


def test_the_record_names_replicas_and_milliseconds() -> None:
    record = ReplicationReport("local", "redis1", 10, (FINE,)).as_json()
    (replica,) = record["replicas"]
    wanted = {"provider": "local", "master": "redis1", "written": 10, "ok": True}
    of_replica = {"replica": "redis2", "read": 10, "median_ms": 0.1, "p99_ms": 0.2, "max_ms": 0.3}
    assert record | wanted == record
    assert replica | of_replica == replica


DOWN = redis_view("redis3", "down", link=None, follows=None)


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ([redis_view("redis2"), DOWN], "there must be one master"),
        ([redis_view("redis1", "master")], "there is no replica|knows 2 replicas"),
    ],
    ids=["no master", "no replica"],
)
def test_without_master_or_replica_there_is_nothing_to_measure(
    nodes: list[RedisView],
    message: str,
    environment: Environment,
    stores: Stores,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Looks(monkeypatch, snapshot(nodes))
    with pytest.raises(Unhealthy, match=message):
        write_and_read.run(environment)


@pytest.mark.parametrize("writes", [0, 1], ids=["none", "one for two replicas"])
def test_fewer_writes_than_replicas_are_refused(
    writes: int, environment: Environment, stores: Stores
) -> None:
    with pytest.raises(
        RedisHaError, match=f"at least 2 writes, one for each replica, not {writes}"
    ):
        write_and_read.run(environment, writes=writes)
    assert stores.data == {}
    assert stores.looks.count == 1
