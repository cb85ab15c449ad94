import re
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

import pytest

from redis_ha import inventory
from redis_ha.errors import InventoryError
from redis_ha.inventory import Inventory, NodeSpec
from redis_ha.inventory.network import Network, outside, stand_in
from redis_ha.providers.docker import DockerProvider
from redis_ha.providers.local import LocalProvider
from tests.unit.inventory.files import FINE, written


def node(host: int) -> NodeSpec:
    return NodeSpec(name=f"redis{host}", host=host, roles=("redis",))


@pytest.mark.parametrize(
    ("network", "last"),
    [
        (IPv4Network("10.0.0.0/24"), 254),
        (IPv4Network("10.0.0.0/23"), 510),
        (IPv6Network("fd00::/120"), 255),
    ],
)
def test_a_network_has_room_up_to_its_last_address(network: Network, last: int) -> None:
    assert list(outside("x.network", network, [node(last)])) == []
    assert list(outside("x.network", network, [node(last), node(last + 1)])) == [
        f"x.network: {network} has no host {last + 1} for redis{last + 1}, at most {last}"
    ]


def wide(folder: Path, number: int, more: str = "") -> Inventory:
    """Return an inventory whose first node has a number that no /24 has."""
    return inventory.load(written(folder, FINE.replace("host = 11", f"host = {number}") + more))


def test_a_number_above_254_is_a_matter_of_the_network(tmp_path: Path) -> None:
    topology = wide(tmp_path, 300, '[local]\nnetwork = "127.1.0.0/16"\n')
    local = next(iter(LocalProvider(topology)._addresses().values()))
    assert local == "127.1.1.44"
    taken = DockerProvider(topology)._subnet
    assert taken.prefixlen == 23
    assert DockerProvider(topology)._address(topology.nodes[0]) == str(taken[300])


def test_a_network_that_is_too_small_is_named(tmp_path: Path) -> None:
    with pytest.raises(InventoryError, match=r"local\.network: 127\.0\.0\.0/24 has no host 300"):
        wide(tmp_path, 300)


@pytest.mark.parametrize("key", ["docker.subnet", "local.network", "vagrant.network"])
def test_a_provider_without_ipv6_says_so(key: str, tmp_path: Path) -> None:
    table, _, name = key.partition(".")
    words = f"{key}: nodes of this provider have IPv4 addresses only, not `fd00::/64`"
    with pytest.raises(InventoryError, match=re.escape(words)):
        inventory.load(written(tmp_path, f'{FINE}\n[{table}]\n{name} = "fd00::/64"\n'))


def test_planned_nodes_have_addresses_of_their_own() -> None:
    assert len({stand_in(node(host)) for host in (2, 11, 254, 255, 300, 70000)}) == 6


@pytest.mark.parametrize("network", ["127.3.0.0/16", "224.0.0.0/16", "240.1.0.0/16", "0.0.0.0/16"])
@pytest.mark.parametrize("key", ["docker.subnet", "vagrant.network"])
def test_a_network_that_machines_cannot_have_is_refused(
    key: str, network: str, tmp_path: Path
) -> None:
    table, _, name = key.partition(".")
    text = f'{FINE}\n[{table}]\n{name} = "{network}"\n'
    with pytest.raises(InventoryError, match=f"{key}: {network} is not for machines; take a"):
        inventory.load(written(tmp_path, text))
