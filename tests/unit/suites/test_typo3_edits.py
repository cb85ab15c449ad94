"""redis_ha/suites/typo3_edits.py: edited pages are asked for again, long after the last edit."""

from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from redis_ha.inventory import load
from redis_ha.measure.history import History, Operation
from redis_ha.measure.workload import Workload
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.services.typo3_stories import Story
from redis_ha.suites import typo3_edits
from tests.unit import builders
from tests.unit.builders import operation

KEY = "redis-ha:drill:ab12:typo3-editor-1:{}"


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return builders.folders(tmp_path, load("site"))


def workload(*operations: Operation) -> Workload:
    return cast(Workload, SimpleNamespace(history=History(operations)))


def edit(ended_s: float, which: str) -> Operation:
    return operation(ended_s, None, client="typo3-editor-1", key=KEY.format(which))


def test_they_are_asked_for_30_s_after_the_last_edit(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    asked: list[tuple[str, list[str]]] = []
    told: list[str] = []

    def look(_: Environment, node: Node, keys: Iterable[str]) -> dict[str, Story]:
        asked.append((node.name, list(keys)))
        return {"/story-1": Story(KEY.format("1.1"), None)}

    monkeypatch.setattr(typo3_edits, "pause_until", waited.append)
    monkeypatch.setattr(typo3_edits.typo3_stories, "look", look)  # type: ignore[attr-defined]
    wrote = [edit(100.0, "1.1"), operation(150.0), edit(107.5, "2.2")]
    found = typo3_edits.look(environment, workload(*wrote), told.append)
    assert waited == [137.5]
    assert asked == [("web1", [KEY.format("1.1"), KEY.format("2.2")])]
    assert found["/story-1"].is_stale
    assert told == ["in 30 s every page that was edited is asked for again"]


def test_where_nobody_edits_nobody_waits(environment: Environment) -> None:
    assert typo3_edits.look(environment, workload(operation(1.0)), print) == {}
