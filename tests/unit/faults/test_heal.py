"""redis_ha/faults/heal.py: everything is put back, whatever else fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from redis_ha.errors import RedisHaError, Unreachable
from redis_ha.faults import disk, heal
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.services import health, runaway, settling
from tests.unit import builders
from tests.unit.faults.doubles import Blows, as_namespace, environment

SERVICES = ["start redis", "resume redis", "start sentinel", "resume sentinel"]
MACHINE = [
    "network.sh heal",
    *SERVICES,
    *("disk.sh empty", "start redis", "disk.sh unmount"),
]


@pytest.fixture
def busy() -> set[str]:
    """Return the nodes that are busy with a script."""
    return set()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, busy: set[str]) -> list[str]:
    """Let every Redis be well, and note what it is asked for."""
    words: list[str] = []

    @contextmanager
    def redis_of(_: Environment, node: Node) -> Iterator[Any]:
        if node.name == "redis3":
            raise Unreachable("gone")
        yield as_namespace(
            info=lambda _: disk.WELL,
            execute_command=lambda *said: words.append(f"{node.name}: {' '.join(said)}"),
        )

    monkeypatch.setattr(heal, "redis_of", redis_of)
    monkeypatch.setattr(disk, "_persistence", lambda *_: disk.WELL)
    monkeypatch.setattr(disk, "redis_of", redis_of)
    monkeypatch.setattr(runaway, "end", lambda _, node: node.name in busy)
    monkeypatch.setattr(settling, "wait_healthy", lambda *_: builders.snapshot())
    return words


def test_all_of_a_node_is_put_back_and_told(asked: list[str]) -> None:
    blows = Blows()
    said: list[str] = []
    built = environment(blows, says={"network.sh heal": ":: network changed\n"})
    assert health.is_healthy(heal.run(built, said.append))
    assert blows.lines[0] == "restore redis1 redis2 redis3 web1"
    assert [blows.of(name) for name in builders.NAMES] == [MACHINE] * 3
    assert blows.of("web1") == ["network.sh heal"]
    assert said == [f"{name}: network" for name in (*builders.NAMES, "web1")]
    assert sorted(asked) == ["redis1: CLIENT UNPAUSE", "redis2: CLIENT UNPAUSE"]


def test_a_disk_that_was_left_is_written_to_anew(asked: list[str]) -> None:
    built = environment(Blows(), says={"disk.sh unmount": ":: disk changed\n"})
    assert disk.heal(built, built.node("redis1"))
    assert asked == ["redis1: BGREWRITEAOF"]


def test_local_nodes_have_only_services_to_put_back(asked: list[str]) -> None:
    blows = Blows()
    heal.run(environment(blows, machines=False), print)
    assert [blows.of(name) for name in builders.NAMES] == [SERVICES] * 3


def test_a_script_that_was_ended_is_told(asked: list[str], busy: set[str]) -> None:
    busy.add("redis2")
    said: list[str] = []
    heal.run(environment(Blows(), machines=False), said.append)
    assert said == ["redis2: script"]


def test_a_script_that_may_not_be_ended_keeps_nothing_else_from_being_put_back(
    asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def end(_: Environment, node: Node) -> bool:
        if node.name == "redis1":
            raise RedisHaError("redis1 is busy with a script that has written")
        return False

    monkeypatch.setattr(runaway, "end", end)
    blows = Blows()
    with pytest.raises(RedisHaError, match=r"^not everything could be healed: redis1 is busy with"):
        heal.run(environment(blows), print)
    assert [blows.of(name) for name in builders.NAMES] == [MACHINE] * 3


@pytest.mark.parametrize("step", MACHINE)
def test_what_fails_keeps_nothing_else_from_being_put_back(asked: list[str], step: str) -> None:
    blows = Blows(fails=f"redis2: {step}")
    with pytest.raises(RedisHaError) as caught:
        heal.run(environment(blows), print)
    assert str(caught.value) == f"not everything could be healed: no redis2: {step}"
    assert [blows.of(name) for name in builders.NAMES] == [MACHINE] * 3
    assert "redis2: CLIENT UNPAUSE" in asked
