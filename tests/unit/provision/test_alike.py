"""A virtual machine and a container of the same inventory differ in their addresses only."""

import pytest

from redis_ha import inventory, state
from redis_ha.inventory import INVENTORIES
from redis_ha.nodes.environment import Environment
from redis_ha.providers import Choice, make
from tests.alike import addressed, elsewhere, files
from tests.unit.builders import SECRETS


def on_docker(name: str) -> Environment:
    topology = inventory.load(name)
    folder = state.folder(name, "docker")
    built = Environment(topology, Choice("docker", "as asked"), make("docker", topology), folder)
    built.__dict__["secrets"] = SECRETS
    return built


@pytest.mark.parametrize("name", sorted(path.stem for path in INVENTORIES.glob("*.toml")))
def test_configuration_differs_in_addresses_only(name: str) -> None:
    containers = on_docker(name)
    machines = elsewhere(containers, "vagrant")
    for node in containers.nodes:
        theirs, ours = files(containers, node, "redis1"), files(machines, node, "redis1")
        assert {key: addressed(text, containers, machines) for key, text in theirs.items()} == ours
        assert not ours or theirs != ours


REDIS = "/etc/redis/redis.conf"


def test_folders_of_this_machine_differ_in_more() -> None:
    containers = on_docker("default")
    folders = elsewhere(containers, "local")
    theirs, ours = (files(each, "redis1", "redis1") for each in (containers, folders))
    assert addressed(theirs[REDIS], containers, folders) != ours[REDIS]
