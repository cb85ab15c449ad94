"""Which addresses are those of the environment's own site."""

from collections.abc import Callable
from pathlib import Path

import pytest

from redis_ha import inventory
from redis_ha.nodes.environment import Environment
from redis_ha.services import typo3
from tests.unit.builders import environment, folders, ssh_host

EVERYWHERE = ("http://{own}:8080/", "http://{own}:8080", "http://{own}:8080/typo3/")
OF_NOBODY = (
    *("http://{own}/", "https://{own}:8080/", "http://10.9.9.9:8080/", "http://shop.example/"),
    *("http://{own}:808O/", "http://[::1", "http://"),
)


def folder(tmp_path: Path) -> Environment:
    return folders(tmp_path)


def machine(tmp_path: Path) -> Environment:
    topology = inventory.load("site")
    return environment([ssh_host(spec) for spec in topology.nodes], topology, tmp_path)


def serves(built: Environment, address: str) -> bool:
    node = built.node("web1")
    return typo3.serves(built, node, address.format(own=node.address))


@pytest.mark.parametrize("made", [folder, machine])
def test_where_others_reach_it_is_its_address(
    made: Callable[[Path], Environment], tmp_path: Path
) -> None:
    built = made(tmp_path)
    assert all(serves(built, each) for each in EVERYWHERE)
    assert typo3.serves(built, built.node("web1"), typo3.url(built, built.node("web1")))
    assert not [each for each in OF_NOBODY if serves(built, each)]


def test_the_end_of_a_tunnel_is_an_address_of_a_machine_alone(tmp_path: Path) -> None:
    ends = ("http://127.0.0.1:8080/", "http://localhost:8080/typo3/")
    assert all(serves(machine(tmp_path), each) for each in ends)
    assert not any(serves(folder(tmp_path), each) for each in ends)
