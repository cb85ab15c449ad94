from collections.abc import Iterable
from pathlib import Path

import pytest

from redis_ha.services import decision
from redis_ha.wait import now_s
from tests.unit import builders

Told = tuple[str | None, bool]
"""Whom a Sentinel names, and whether it holds it for down."""


@pytest.mark.parametrize(
    ("age_s", "told", "due"),
    [
        (0.1, [("redis1", False)], True),
        (1.5, [("redis1", False)], False),
        (0.1, [("redis1", False), ("redis1", True)], False),
        (5.0, [("redis1", True), ("redis2", False)], False),
        (5.0, [("redis2", False), ("redis2", False)], True),
        (60.0, [("redis1", False)], True),
        (60.0, [("redis1", True)], False),
        (1.5, [], True),
    ],
    ids=[
        "nobody noticed",
        "somebody is about to",
        "one holds it for down",
        "not all moved on",
        "all moved on",
        "nobody ever will",
        "nobody can replace it",
        "no Sentinel answers",
    ],
)
def test_an_old_master_may_come_back_before_or_after_a_decision(
    age_s: float,
    told: Iterable[Told],
    due: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(decision, "_told", lambda _: told)
    environment = builders.folders(tmp_path)
    assert decision.is_due(environment, "redis1", now_s() - age_s) is due


def test_where_the_moment_is_not_known_it_may_have_been_long_ago(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decision, "_told", lambda _: [("redis1", False)])
    environment = builders.folders(tmp_path)
    assert not decision.is_due(environment, "redis1", now_s() - 0.1, unsure_s=3)
