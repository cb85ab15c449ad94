"""redis_ha/services/switchover.py: who is chosen, and what stays when a step fails."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from redis_ha import inventory
from redis_ha.errors import TimedOut, Unhealthy, Unreachable
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.services import cluster, moment, preference, settling, switchover, visitors, written
from redis_ha.services.snapshot import IN_SYNC_BYTES, RedisView, SentinelView, Stranger
from tests.unit import builders
from tests.unit.builders import redis_view, sentinel_view, snapshot
from tests.unit.faults.doubles import as_namespace

MASTER, TWO, THREE = snapshot().nodes
FAR = IN_SYNC_BYTES + 1


@pytest.mark.parametrize(
    ("nodes", "to", "chosen"),
    [
        ([MASTER, TWO, THREE], None, "redis2"),
        ([MASTER, TWO, THREE], "redis3", "redis3"),
        ([MASTER, redis_view("redis2", priority=0), THREE], None, "redis3"),
    ],
    ids=["the preferred one", "the one named", "never 0"],
)
def test_a_replica_is_chosen(nodes: list[RedisView], to: str | None, chosen: str) -> None:
    assert switchover._chosen(snapshot(nodes), to).name == chosen


@pytest.mark.parametrize(
    ("nodes", "to", "why"),
    [
        ([MASTER, TWO, THREE], "redis1", "redis1 is master already"),
        ([MASTER], None, "no replica can be made master"),
        ([MASTER, redis_view("redis2", priority=0), THREE], "redis2", "redis2 can be made master"),
        ([MASTER, redis_view("redis2", "down"), THREE], "redis2", "redis2 can be made master"),
        ([MASTER, redis_view("redis2", lag_bytes=FAR), THREE], None, f"redis2 is {FAR} bytes"),
        ([MASTER, redis_view("redis2", link="down"), THREE], None, "redis2 is 0 bytes behind"),
        ([MASTER, redis_view("redis2", is_syncing=True), THREE], None, "redis2 is 0 bytes behind"),
    ],
    ids=["the master", "nobody", "never 0", "down", "too far behind", "without a link", "copying"],
)
def test_what_cannot_take_over_is_refused(nodes: list[RedisView], to: str | None, why: str) -> None:
    with pytest.raises(Unhealthy, match=why):
        switchover._chosen(snapshot(nodes), to)


class Stage:
    """Three nodes that answer, and what they were told."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.behind = 0

    @property
    def new(self) -> RedisView:
        return TWO

    def wait_for_moment(self) -> bool:
        self.told.append("wait")
        return True

    def execute_command(self, *words: str) -> object:
        self.told.append(" ".join(words))
        return ["master", 100 + self.behind, [], "connected", 100]


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    made = Stage()

    @contextmanager
    def redis_of(_: Environment, node: Node) -> Iterator[Stage]:
        yield made

    def refuse(*_: object, coordinated: bool = False) -> bool:
        if coordinated:
            return False
        raise Unhealthy("Sentinel of redis1 refuses: NOGOODSLAVE")

    monkeypatch.setattr(switchover, "redis_of", redis_of)
    monkeypatch.setattr(preference, "redis_of", redis_of)
    monkeypatch.setattr(switchover, "ask_sentinel", refuse)
    monkeypatch.setattr(switchover, "CATCH_UP_S", 0)
    monkeypatch.setattr(cluster, "look", lambda _: snapshot())
    monkeypatch.setattr(moment, "leader", lambda *_: nullcontext(made))
    monkeypatch.setattr(written, "kept", lambda *_: {})
    monkeypatch.setattr(written, "down", lambda *_: made.told.append("written down"))
    return made


def test_when_sentinel_refuses_writers_go_on_and_roles_stay(stage: Stage, tmp_path: Path) -> None:
    with pytest.raises(Unhealthy, match="NOGOODSLAVE"):
        switchover.run(builders.folders(tmp_path))
    assert stage.told[:2] == ["wait", "CLIENT PAUSE 8000 WRITE"]
    assert stage.told.count("CLIENT UNPAUSE") == 1
    assert not any(line.startswith("REPLICAOF") for line in stage.told)


def test_when_the_replica_does_not_catch_up_sentinel_is_not_asked(
    stage: Stage, tmp_path: Path
) -> None:
    stage.behind = 7
    with pytest.raises(TimedOut, match=r"redis2 has everything: .* 7 bytes behind"):
        switchover.run(builders.folders(tmp_path))
    assert stage.told.count("CLIENT UNPAUSE") == 1


@pytest.mark.parametrize(("cuts", "is_told"), [(1, True), (2, True), (3, False)])
def test_a_node_whose_connection_sentinel_cuts_is_told_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cuts: int, is_told: bool
) -> None:
    told: list[str] = []
    left = [cuts]

    @contextmanager
    def redis_of(_: Environment, node: Node) -> Iterator[Any]:
        if node.name == "redis1" and left[0]:
            left[0] -= 1
            raise Unreachable("redis1 does not answer: Connection reset by peer")
        yield as_namespace(execute_command=lambda *words: told.append(f"{node.name} {words[0]}"))

    monkeypatch.setattr(switchover, "redis_of", redis_of)
    built, (one, two) = builders.folders(tmp_path), (redis_view("redis1"), redis_view("redis2"))
    with nullcontext() if is_told else pytest.raises(Unreachable):
        switchover._follow(built, one, two)
    assert told == (["redis1 REPLICAOF", "redis3 REPLICAOF"] if is_told else [])


def test_clients_are_sent_away_from_the_old_master_once_all_is_well(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(switchover, "_switch", lambda *_: switchover.Timing(0.0, 0.1))
    monkeypatch.setattr(settling, "wait_healthy", lambda _: done.append("healthy"))
    monkeypatch.setattr(visitors, "free", lambda _, node: done.append(f"freed {node.name}"))
    with switchover.heard() as found:
        made = switchover.run(builders.folders(tmp_path))
    assert done == ["healthy", "freed redis1"]
    assert found == [made]


def test_they_are_at_once_where_every_sentinel_names_the_new_one(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(switchover, "_switch", lambda *_: switchover.Timing(0.0, 0.1, 0.3))
    monkeypatch.setattr(settling, "wait_healthy", lambda _: done.append("healthy"))
    monkeypatch.setattr(visitors, "free", lambda _, node: done.append(f"freed {node.name}"))
    switchover.run(builders.folders(tmp_path))
    assert done == ["freed redis1", "healthy", "freed redis1"]


def test_whom_the_inventory_forbids_is_refused_before_anybody_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    topology = inventory.load("default")
    never = tuple(
        replace(node, priority=0) if node.name == "redis3" else node for node in topology.nodes
    )
    built = builders.folders(tmp_path, builders.changed(topology, nodes=never))
    monkeypatch.setattr(cluster, "look", pytest.fail)
    with pytest.raises(Unhealthy, match=r"^redis3 has `priority = 0` in the inventory: it never"):
        switchover.run(built, "redis3")


S1, S2, S3 = snapshot().sentinels
BEHIND = replace(S1, epoch=0)


@pytest.mark.parametrize(
    ("sentinels", "asked"),
    [
        ([S1, S2, S3], ["redis1:26379"]),
        ([replace(S1, master="redis2"), S2, S3], ["redis2:26379"]),
        ([BEHIND, S2, S3], ["redis2:26379"]),
        ([replace(S1, is_in_tilt=True), S2, S3], ["redis2:26379"]),
        ([replace(S1, quorum_ok=False), S2, S3], ["redis2:26379"]),
        ([replace(S1, master=None, error="off"), S2, S3], ["redis2:26379"]),
        ([sentinel_view("silent1"), S2, S3], ["silent1:26379", "redis2:26379"]),
    ],
    ids=["the first", "another master", "an old epoch", "tilt", "no quorum", "off", "gone since"],
)
def test_a_sentinel_that_agrees_with_the_others_is_asked(
    sentinels: Sequence[SentinelView],
    asked: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[str] = []

    def ask(_: Environment, view: SentinelView, *, coordinated: bool) -> bool:
        told.append(view.name)
        if view.node == "silent1":
            raise Unreachable("gone")
        return not coordinated

    monkeypatch.setattr(switchover, "_ask_one", ask)
    assert switchover.ask_sentinel(builders.folders(tmp_path), snapshot(sentinels=sentinels))
    assert told == asked


@pytest.mark.parametrize(
    ("sentinels", "why"),
    [([], "no Sentinel agrees"), ([sentinel_view("silent1")], "silent1 is gone")],
    ids=["none", "none that answers"],
)
def test_without_a_sentinel_to_ask_nothing_begins(
    sentinels: Sequence[SentinelView],
    why: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def ask(_: Environment, view: SentinelView, *, coordinated: bool) -> bool:
        raise Unreachable(f"{view.node} is gone")

    monkeypatch.setattr(switchover, "_ask_one", ask)
    with pytest.raises(Unhealthy, match=why):
        switchover.ask_sentinel(builders.folders(tmp_path), snapshot(sentinels=sentinels))


def test_a_stranger_that_would_be_promoted_instead_ends_it_before_anything_changes(
    stage: Stage, tmp_path: Path
) -> None:
    first = Stranger("replica", "10.0.0.9:6379", lives=True, priority=preference.FIRST)
    seen = snapshot(sentinels=[replace(S1, strangers=(first,)), S2, S3])
    with pytest.raises(Unhealthy, match=r"^10\.0\.0\.9:6379 would be promoted"):
        switchover.run(builders.folders(tmp_path), seen=seen)
    assert set(stage.told) <= {"written down"}
