"""redis_ha/providers/__init__.py: which provider is taken, and why."""

from pathlib import Path

import pytest

from redis_ha import inventory, state
from redis_ha.errors import ProviderError
from redis_ha.providers import AUTO, PROVIDERS, Choice, choose, engine, make
from redis_ha.providers.engine import Engine
from tests.unit.providers.sockets import answering

NONE = "no Docker engine answers: sudo ./inv engine.install"


def test_the_provider_asked_for_is_taken_whatever_else_is_there(socket_path: Path) -> None:
    state.remember("default", "docker")
    assert choose("local", "default") == Choice("local", "as asked")


def test_an_unknown_provider_is_refused_with_those_there_are() -> None:
    known = ", ".join([AUTO, *PROVIDERS])
    with pytest.raises(ProviderError, match=f"^no provider `cloud`; there are {known}$"):
        choose("cloud", "default")


def test_what_the_inventory_is_up_with_comes_first(socket_path: Path) -> None:
    state.remember("default", "local")
    with answering(socket_path):
        assert choose(AUTO, "default") == Choice("local", "it was brought up with it")
        assert choose(AUTO, "two-nodes").name == "docker"


def test_a_remembered_provider_that_is_no_more_is_passed_over(socket_path: Path) -> None:
    state.remember("default", "gone")
    assert choose(AUTO, "default") == Choice("local", NONE)


def test_an_engine_that_answers_is_taken(socket_path: Path) -> None:
    with answering(socket_path):
        choice = choose(AUTO, "default")
    assert choice == Choice("docker", "a Docker engine answers on engine.sock")


def test_without_an_engine_nodes_are_local_and_it_says_how_to_get_one(socket_path: Path) -> None:
    assert choose(AUTO, "default") == Choice("local", NONE)


def test_an_engine_that_this_user_may_not_ask_is_told_with_what_changes_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "find", lambda: Engine(Path("s"), "ops may not open it", "add ops"))
    assert choose(AUTO, "default") == Choice("local", "ops may not open it: add ops")


@pytest.mark.parametrize("name", PROVIDERS)
def test_every_registered_provider_can_be_made(name: str) -> None:
    assert make(name, inventory.load("default")).name == name
