"""Node by node: the replicas first, the master last, nobody after a failure."""

from pathlib import Path

import pytest

from redis_ha.errors import CommandFailed, TimedOut, Unhealthy
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.providers import Tell
from redis_ha.services import keeping, rolling, settling, switchover
from redis_ha.services.rolling import node_by_node
from redis_ha.services.snapshot import Snapshot
from tests.unit.builders import after_failover, folders

SEEN = after_failover()


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return folders(tmp_path)


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what was done, to a cluster whose master is redis2."""
    did: list[str] = []

    def change(_: Environment, *, seen: Snapshot) -> switchover.Switchover:
        assert seen is SEEN
        did.append("switchover")
        return switchover.Switchover("redis2", "redis1", switchover.Timing(0, 0.1))

    monkeypatch.setattr(settling, "wait_settled", lambda *_, **__: SEEN)

    def keep(_: Environment, node: Node, __: Tell) -> list[str]:
        did.append(f"{node.name} keeps")
        return []

    monkeypatch.setattr(switchover, "run", change)
    monkeypatch.setattr(keeping, "keep", keep)
    return did


def nodes(environment: Environment, *names: str) -> list[Node]:
    return [environment.node(name) for name in names]


def test_the_master_is_last_and_no_master_any_more(
    environment: Environment, done: list[str]
) -> None:
    told: list[str] = []
    chosen = nodes(environment, "redis1", "redis2", "redis3")
    node_by_node(environment, chosen, lambda node: done.append(node.name), told.append)
    assert done == ["redis1", "redis3", "redis2 keeps", "switchover", "redis2"]
    assert told == [
        "redis1 is back",
        "redis3 is back",
        "redis1 is master, it was redis2; writers were held for 0.10 s",
        "redis2 is back",
    ]


@pytest.mark.parametrize("names", [("redis3",), ()], ids=["a replica", "nobody"])
def test_without_the_master_there_is_no_switchover(
    names: tuple[str, ...], environment: Environment, done: list[str]
) -> None:
    chosen = nodes(environment, *names)
    node_by_node(environment, chosen, lambda node: done.append(node.name), print)
    assert done == [*names]


def test_work_that_fails_stops_at_its_node(environment: Environment, done: list[str]) -> None:
    def work(node: Node) -> None:
        done.append(node.name)
        raise CommandFailed(node.name, ("upgrade.sh",), 2, "no space left")

    chosen = nodes(environment, "redis1", "redis2", "redis3")
    said = r"^stopped at redis1: `upgrade.sh` ended .* no space left; left alone: redis3, redis2$"
    with pytest.raises(Unhealthy, match=said):
        node_by_node(environment, chosen, work, print)
    assert done == ["redis1"]


def test_a_node_that_does_not_come_back_stops_as_well(
    environment: Environment, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def settled(_: Environment, **known: Snapshot | None) -> Snapshot:
        if "redis3" in done:
            raise TimedOut("the cluster is settled: not within 60 s")
        return SEEN

    monkeypatch.setattr(settling, "wait_settled", settled)
    chosen = nodes(environment, "redis1", "redis2", "redis3")
    with pytest.raises(Unhealthy, match=r"^stopped at redis3: .* 60 s; left alone: redis2$"):
        node_by_node(environment, chosen, lambda node: done.append(node.name), print)
    assert done == ["redis1", "redis3"]


def test_the_last_one_leaves_nobody_alone(environment: Environment) -> None:
    with (
        pytest.raises(Unhealthy, match=r"^stopped at redis1: late$"),
        rolling.stopping_at(environment.node("redis1"), []),
    ):
        raise TimedOut("late")
