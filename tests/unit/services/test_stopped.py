"""redis_ha/services/stopped.py: only those that are silent and do not run are asked why."""

from pathlib import Path
from typing import Any

import pytest

from redis_ha.errors import Unreachable
from redis_ha.nodes.local import LocalNode, SupervisorUnits
from redis_ha.services import stopped
from tests.unit.builders import NAMES, folders, redis_view, sentinel_view, snapshot


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Have Redis of redis2 alone run; redis3 takes no commands. Return who was asked."""
    found: list[str] = []

    def is_active(units: SupervisorUnits, unit: str) -> bool:
        process = units._process(unit)
        found.append(process)
        if process.startswith("redis3"):
            raise Unreachable("redis3: no SSH")
        return process == "redis2:redis"

    def why(node: LocalNode, process: str) -> str:
        return f"{node.name}: {process} says why"

    monkeypatch.setattr(SupervisorUnits, "is_active", is_active)
    monkeypatch.setattr(LocalNode, "why_down", why)
    return found


def down(name: str) -> Any:
    return redis_view(name, "down", link=None, follows=None)


def test_where_all_answer_nobody_is_asked(asked: list[str], tmp_path: Path) -> None:
    assert stopped.reasons(folders(tmp_path), snapshot()) == []
    assert asked == []


def test_what_is_silent_and_does_not_run_says_why(asked: list[str], tmp_path: Path) -> None:
    sentinels = [sentinel_view(name) for name in NAMES[1:]]
    seen = snapshot(
        [down(name) for name in NAMES],
        [sentinel_view("redis1", master=None, error="Sentinel redis1:26379 is silent"), *sentinels],
    )
    assert stopped.reasons(folders(tmp_path), seen) == [
        "redis1: redis says why",
        "redis1: sentinel says why",
    ]
    assert sorted(asked) == ["redis1:redis", "redis1:sentinel", "redis2:redis", "redis3:redis"]
