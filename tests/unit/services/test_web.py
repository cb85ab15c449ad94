"""How this machine reaches the page of a web node."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from redis_ha import inventory
from redis_ha.nodes.environment import Environment
from redis_ha.roles.web import Web
from redis_ha.services import web
from tests.unit.builders import changed, environment, folders, ssh_host


@pytest.fixture
def port() -> Iterator[int]:
    """Listen on a loopback address, for a machine that has it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def machine(tmp_path: Path, **changes: Any) -> Environment:
    topology = inventory.load("default").having(changed(Web(), **changes))
    built = environment([ssh_host(spec) for spec in topology.nodes], topology, tmp_path)
    built.node("web1").address = "127.0.0.1"
    return built


def test_a_machine_that_is_reached_needs_no_tunnel(tmp_path: Path, port: int) -> None:
    built = machine(tmp_path, port=port)
    assert web.direct(built, built.node("web1")) == f"http://127.0.0.1:{port}/ha/"


@pytest.mark.parametrize("changes", [{"listen": "loopback"}, {"port": 1024}])
def test_one_that_is_not_or_listens_to_itself_alone_needs_one(
    tmp_path: Path, port: int, changes: dict[str, Any]
) -> None:
    built = machine(tmp_path, **{"port": port, **changes})
    assert web.direct(built, built.node("web1")) is None


def test_a_folder_has_no_other_address_than_its_own_loopback_one(tmp_path: Path) -> None:
    built = folders(tmp_path)
    assert web.direct(built, built.node("web1")) is None
    with web.reached(built, built.node("web1")) as url:
        assert url == "http://127.0.0.21:8080/"
