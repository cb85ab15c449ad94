"""What is said of a console: whether it runs, and where."""

from pathlib import Path
from typing import Any

import pytest

from redis_ha import inventory
from redis_ha.nodes.environment import Environment
from redis_ha.roles.commander import Commander
from redis_ha.services import commander
from tests.unit.builders import changed, environment, folders, ssh_host


def machines(tmp_path: Path, **changes: Any) -> Environment:
    topology = changed(inventory.load("default"), commander=changed(Commander(), **changes))
    return environment([ssh_host(spec) for spec in topology.nodes], topology, tmp_path)


@pytest.mark.parametrize(
    ("listen", "on_a_machine", "in_a_folder"),
    [
        ("loopback", "127.0.0.1", "127.0.0.11"),
        ("node", "10.213.7.11", "127.0.0.11"),
        ("all", "0.0.0.0", "0.0.0.0"),
    ],
)
def test_where_it_listens(listen: str, on_a_machine: str, in_a_folder: str, tmp_path: Path) -> None:
    built = machines(tmp_path, listen=listen)
    assert commander.address(built, built.node("redis1")) == on_a_machine
    topology = changed(inventory.load("default"), commander=changed(Commander(), listen=listen))
    local = folders(tmp_path, topology)
    assert commander.address(local, local.node("redis1")) == in_a_folder


def test_a_folders_console_is_reached_without_a_tunnel(tmp_path: Path) -> None:
    topology = changed(
        inventory.load("default"), commander=changed(Commander(), listen="all", url_prefix="/redis")
    )
    built = folders(tmp_path, topology)
    with commander.reached(built, built.node("redis1")) as url:
        assert url == "http://127.0.0.11:8081/redis/"
