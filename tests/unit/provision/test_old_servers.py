"""Nodes whose server is too old are refused before they are worked on, or before it is started."""

from dataclasses import replace
from pathlib import Path

import pytest

from redis_ha.errors import TooOld
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.provision import provisioning, selection
from redis_ha.provision.run import Run
from redis_ha.services import cluster, servers
from redis_ha.services.snapshot import Snapshot
from redis_ha.version import Version
from tests.unit.builders import NAMES, folders, redis_view, sentinel_view, snapshot

OLD = Version("Redis", "6.0.16")
DOWN = snapshot(
    [redis_view(name, "down", link=None, follows=None) for name in NAMES],
    [sentinel_view(name, master=None, error="down") for name in NAMES],
)


@pytest.fixture
def prepared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the nodes that were prepared; none is ever configured."""
    names: list[str] = []

    def prepare(run: Run, node: Node) -> None:
        names.append(node.name)

    monkeypatch.setattr(Run, "_prepare", prepare)
    monkeypatch.setattr(Run, "carry_out", pytest.fail)
    return names


def provision(tmp_path: Path) -> None:
    provisioning.provision(folders(tmp_path), selection.required()[:2], lambda step: None)


def test_one_that_runs_is_refused_before_anything_is_touched(
    prepared: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = redis_view("redis2", version="6.0.16", server="Redis")
    seen = snapshot([redis_view("redis1", "master"), old, redis_view("redis3")])
    monkeypatch.setattr(cluster, "look", lambda environment: seen)
    with pytest.raises(TooOld, match=r"^Redis 6\.0\.16 on redis2; this needs Redis 7\.0 or "):
        provision(tmp_path)
    assert prepared == []


def test_one_that_the_packages_brought_is_refused_before_it_is_started(
    prepared: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def installed(environment: Environment, seen: Snapshot) -> dict[str, Version]:
        assert (sorted(prepared), seen) == (sorted(NAMES), DOWN)
        return {"redis1": OLD, "redis3": replace(OLD, number="7.0.15")}

    monkeypatch.setattr(cluster, "look", lambda environment: DOWN)
    monkeypatch.setattr(servers, "installed", installed)
    with pytest.raises(TooOld, match=r"^Redis 6\.0\.16 on redis1; this needs "):
        provision(tmp_path)
