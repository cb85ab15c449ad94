"""Settings of the inventory and of the nodes, told together."""

from pathlib import Path

import pytest

from redis_ha.errors import ProviderError
from redis_ha.nodes.environment import Environment
from redis_ha.provision import configuration
from redis_ha.services import web
from redis_ha.services.snapshot import Snapshot
from redis_ha.suites import settings
from tests.unit.builders import (
    NAMES,
    folders,
    make_folders,
    redis_view,
    snapshot,
)

NOBODY = snapshot([redis_view(name, "down") for name in NAMES])
"""Nodes that are up, with no server that answers."""


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """Return nodes that hold what is rendered for them."""
    built = folders(tmp_path)
    make_folders(built)
    for name in NAMES:
        node = built.node(name)
        place = configuration.place_of(built, node, "redis1")
        for process, text in configuration.of_servers(place).items():
            Path(node.path(f"/etc/redis/{process}.conf")).write_text(text)
    return built


def said(environment: Environment, seen: Snapshot | None = NOBODY) -> set[tuple[str, str, str]]:
    found = settings.examine(environment, seen)
    return {(each.setting, each.now, each.where) for each in found}


def file_of(environment: Environment, node: str, process: str) -> Path:
    return Path(environment.node(node).path(f"/etc/redis/{process}.conf"))


BUDGET = ("client.retry_budget_ms", "not known", "inventory, nodes")


def test_nodes_as_rendered_say_what_the_inventory_says(environment: Environment) -> None:
    assert said(environment) == {BUDGET}


def test_what_was_set_by_hand_is_found_on_the_nodes(environment: Environment) -> None:
    file = file_of(environment, "redis2", "redis")
    file.write_text(file.read_text().replace("volatile-ttl", "allkeys-lru"))
    assert said(environment) == {
        BUDGET,
        ("maxmemory-policy", "allkeys-lru (redis2)", "nodes"),
        (
            "maxmemory-policy",
            "redis1 volatile-ttl, redis2 allkeys-lru, redis3 volatile-ttl",
            "nodes",
        ),
    }


def test_a_missing_file_is_wrong_by_itself(environment: Environment) -> None:
    file_of(environment, "redis3", "sentinel").unlink()
    found = {each.setting: each for each in settings.examine(environment, NOBODY)}
    assert (found["files"].is_wrong, found["files"].now) == (True, "missing on redis3")


def test_nodes_that_are_bare_have_nothing_to_say(tmp_path: Path) -> None:
    built = folders(tmp_path)
    make_folders(built)
    assert said(built) == {(*BUDGET[:2], "inventory")}


def test_where_nothing_runs_the_inventory_is_looked_at(environment: Environment) -> None:
    assert said(environment, None) == {(*BUDGET[:2], "inventory")}


def test_a_limit_that_is_near_is_seen_in_what_the_servers_said(environment: Environment) -> None:
    full = redis_view("redis1", "master", info={"maxclients": 100, "connected_clients": 99})
    found = said(environment, snapshot([full, *NOBODY.nodes[1:]]))
    assert ("maxclients", "99 of 100 in use on redis1", "nodes") in found


def test_what_a_role_finds_on_its_nodes_is_judged_by_the_rule_of_its_name(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "found_on", lambda node: 5)
    assert ("default_socket_timeout", "5 (web1)", "nodes") in said(environment)


def test_nodes_that_cannot_be_read_are_named(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(_: object) -> dict[str, str | None]:
        raise ProviderError("redis1: no SSH")

    monkeypatch.setattr(configuration, "held", unreadable)
    assert ("nodes", "not read", "nodes") in said(environment)
