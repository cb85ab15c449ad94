"""redis_ha/services/switchover.py: who is chosen, and what stays when a step fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from redis_ha.errors import TimedOut, Unhealthy
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.services import cluster, settling, switchover, visitors
from redis_ha.services.snapshot import IN_SYNC_BYTES, RedisView
from tests.unit import builders
from tests.unit.builders import redis_view, snapshot

MASTER, TWO, THREE = snapshot().nodes
FAR = IN_SYNC_BYTES + 1


@pytest.mark.parametrize(
    ("nodes", "to", "chosen"),
    [
        ([MASTER, TWO, THREE], None, "redis2"),
        ([MASTER, TWO, THREE], "redis3", "redis3"),
        ([MASTER, redis_view("redis2", priority=0), THREE], None, "redis3"),
        ([MASTER, redis_view("redis2", priority=0), THREE], "redis2", "redis2"),
    ],
    ids=["the preferred one", "the one named", "never 0", "0 where it is named"],
)
def test_a_replica_is_chosen(nodes: list[RedisView], to: str | None, chosen: str) -> None:
    assert switchover._chosen(snapshot(nodes), to).name == chosen


@pytest.mark.parametrize(
    ("nodes", "to", "why"),
    [
        ([MASTER, TWO, THREE], "redis1", "redis1 is master already"),
        ([MASTER], None, "no replica can be made master"),
        ([MASTER, redis_view("redis2", "down"), THREE], "redis2", "redis2 can be made master"),
        ([MASTER, redis_view("redis2", lag_bytes=FAR), THREE], None, f"redis2 is {FAR} bytes"),
        ([MASTER, redis_view("redis2", link="down"), THREE], None, "redis2 is 0 bytes behind"),
        ([MASTER, redis_view("redis2", is_syncing=True), THREE], None, "redis2 is 0 bytes behind"),
    ],
    ids=["the master", "nobody", "down", "too far behind", "without a link", "copying"],
)
def test_what_cannot_take_over_is_refused(nodes: list[RedisView], to: str | None, why: str) -> None:
    with pytest.raises(Unhealthy, match=why):
        switchover._chosen(snapshot(nodes), to)


class Stage:
    """Three nodes that answer, and what they were told."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.behind = 0

    def execute_command(self, *words: str) -> object:
        self.told.append(" ".join(words))
        return ["master", 100 + self.behind, [], "connected", 100]


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    made = Stage()

    @contextmanager
    def redis_of(_: Environment, node: Node) -> Iterator[Stage]:
        yield made

    def refuse(_: Environment, *, coordinated: bool = False) -> bool:
        if coordinated:
            return False
        raise Unhealthy("Sentinel of redis1 refuses: NOGOODSLAVE")

    monkeypatch.setattr(switchover, "redis_of", redis_of)
    monkeypatch.setattr(switchover, "ask_sentinel", refuse)
    monkeypatch.setattr(switchover, "CATCH_UP_S", 0)
    monkeypatch.setattr(cluster, "look", lambda _: snapshot())
    return made


def test_when_sentinel_refuses_writers_go_on_and_roles_stay(stage: Stage, tmp_path: Path) -> None:
    with pytest.raises(Unhealthy, match="NOGOODSLAVE"):
        switchover.run(builders.folders(tmp_path))
    assert stage.told[0] == "CLIENT PAUSE 8000 WRITE"
    assert stage.told.count("CLIENT UNPAUSE") == 1
    assert not any(line.startswith("REPLICAOF") for line in stage.told)


def test_when_the_replica_does_not_catch_up_sentinel_is_not_asked(
    stage: Stage, tmp_path: Path
) -> None:
    stage.behind = 7
    with pytest.raises(TimedOut, match=r"redis2 has everything: .* 7 bytes behind"):
        switchover.run(builders.folders(tmp_path))
    assert stage.told.count("CLIENT UNPAUSE") == 1


def test_clients_are_sent_away_from_the_old_master_once_all_is_well(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(switchover, "_switch", lambda *_: float(len(done)))
    monkeypatch.setattr(settling, "wait_healthy", lambda _: done.append("healthy"))
    monkeypatch.setattr(visitors, "free", lambda _, node: done.append(f"freed {node.name}"))
    switchover.run(builders.folders(tmp_path))
    assert done == ["healthy", "freed redis1"]
