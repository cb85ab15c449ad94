"""Whose page is opened, and what is said where there is none."""

from pathlib import Path

import pytest

from redis_ha.cli import opening
from redis_ha.errors import RedisHaError, Unhealthy
from redis_ha.nodes.environment import Environment
from tests.unit.builders import folders


class Units:
    """Units of which some run."""

    def __init__(self, *running: str) -> None:
        self._running = running

    def is_active(self, unit: str) -> bool:
        return unit in self._running


def built(tmp_path: Path, *running: str) -> Environment:
    made = folders(tmp_path)
    made.node("web1").units = Units(*running)  # type: ignore[assignment]
    return made


def chosen(environment: Environment, node: str) -> str:
    return opening.node_of(environment, "web", "site", node, ("nginx", "php")).name


def test_it_is_the_first_one_or_the_one_of_that_name(tmp_path: Path) -> None:
    environment = built(tmp_path, "nginx", "php")
    assert [chosen(environment, node) for node in ("", "web1")] == ["web1", "web1"]


def test_a_node_without_one_is_told_with_those_that_have(tmp_path: Path) -> None:
    with pytest.raises(RedisHaError, match=r"^no site on `redis1`; nodes with the role web: web1$"):
        chosen(built(tmp_path, "nginx", "php"), "redis1")


def test_one_of_which_a_part_does_not_run_is_told_with_what_starts_it(tmp_path: Path) -> None:
    words = "^web1: the site does not run; `./inv provision.web` starts it$"
    with pytest.raises(Unhealthy, match=words):
        chosen(built(tmp_path, "nginx"), "")
