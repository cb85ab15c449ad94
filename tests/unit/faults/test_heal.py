"""redis_ha/faults/heal.py: everything is put back, whatever else fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from redis_ha.errors import RedisHaError, Unreachable
from redis_ha.faults import disk, heal
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.services import health, settling
from tests.unit import builders
from tests.unit.faults.doubles import Blows, as_namespace, environment

SERVICES = ["start redis", "resume redis", "start sentinel", "resume sentinel"]
MACHINE = [
    "network.sh heal",
    *SERVICES,
    *("disk.sh empty", "start redis", "disk.sh unmount"),
]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
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
    monkeypatch.setattr(settling, "wait_healthy", lambda *_: builders.snapshot())
    return words


def test_all_of_a_node_is_put_back_and_told(asked: list[str]) -> None:
    blows = Blows()
    said: list[str] = []
    built = environment(blows, says={"network.sh heal": ":: network changed\n"})
    assert health.is_healthy(heal.run(built, said.append))
    assert blows.lines[0] == "restore redis1 redis2 redis3 web1"
    assert [blows.of(name) for name in builders.NAMES] == [MACHINE] * 3
    assert blows.of("web1") == []
    assert said == [f"{name}: network" for name in builders.NAMES]
    assert sorted(asked) == ["redis1: CLIENT UNPAUSE", "redis2: CLIENT UNPAUSE"]


def test_a_disk_that_was_left_is_written_to_anew(asked: list[str]) -> None:
    built = environment(Blows(), says={"disk.sh unmount": ":: disk changed\n"})
    assert disk.heal(built, built.node("redis1"))
    assert asked == ["redis1: BGREWRITEAOF"]


def test_local_nodes_have_only_services_to_put_back(asked: list[str]) -> None:
    blows = Blows()
    heal.run(environment(blows, machines=False), print)
    assert [blows.of(name) for name in builders.NAMES] == [SERVICES] * 3


@pytest.mark.parametrize("step", MACHINE)
def test_what_fails_keeps_nothing_else_from_being_put_back(asked: list[str], step: str) -> None:
    blows = Blows(fails=f"redis2: {step}")
    with pytest.raises(RedisHaError) as caught:
        heal.run(environment(blows), print)
    assert str(caught.value) == f"not everything could be healed: no redis2: {step}"
    assert [blows.of(name) for name in builders.NAMES] == [MACHINE] * 3
    assert "redis2: CLIENT UNPAUSE" in asked
