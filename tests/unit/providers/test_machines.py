from ipaddress import IPv4Network
from typing import Any

import pytest

from redis_ha import inventory
from redis_ha.inventory import Inventory
from redis_ha.inventory.vagrant import Vagrant
from redis_ha.providers.machines import SYSTEMS, Box, box_of, describe, dotfile_of
from tests.unit.builders import changed

SUBNET = IPv4Network("192.168.57.0/24")


def default(**changes: Any) -> Inventory:
    return changed(inventory.load("default"), vagrant=Vagrant(**changes))


def described(topology: Inventory, **changes: Any) -> dict[str, Any]:
    given = {"hypervisor": "libvirt", "driver": "kvm", "box": Box("a/box", "1"), "prefix": "ours"}
    return describe(topology, subnet=SUBNET, **{**given, **changes})


def test_every_machine_has_its_name_address_and_memory() -> None:
    topology = default(memory_mb=512)
    first, *others = topology.nodes
    told = described(changed(topology, nodes=(changed(first, memory_mb=1024), *others)))
    assert [(each["name"], each["address"], each["memory_mb"]) for each in told["machines"]] == [
        ("redis1", "192.168.57.11", 1024),
        ("redis2", "192.168.57.12", 512),
        ("redis3", "192.168.57.13", 512),
        ("web1", "192.168.57.21", 512),
    ]


def test_the_network_is_this_machines_own_unless_a_bridge_is_named() -> None:
    assert described(default())["network"] == {
        "kind": "private_network",
        "options": {
            "netmask": "255.255.255.0",
            "libvirt__network_name": "ours",
            "libvirt__dhcp_enabled": False,
            "libvirt__forward_mode": "none",
        },
    }
    bridged = described(default(bridge="br0"))["network"]
    assert bridged["kind"] == "public_network"
    assert bridged["options"] == {
        "netmask": "255.255.255.0",
        "bridge": "br0",
        "dev": "br0",
        "type": "bridge",
    }


def test_an_emulated_processor_is_a_plain_one() -> None:
    told = described(default(), driver="qemu")
    assert told["libvirt"]["driver"] == "qemu"
    assert told["libvirt"]["cpu_model"] == "qemu64"
    assert {"name": "cx16", "policy": "disable"} in told["cpu_features"]
    assert described(default())["libvirt"] == {"driver": "kvm"}


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("hypervisor", ["virtualbox", "libvirt"])
def test_every_system_has_a_box_of_a_fixed_version(system: str, hypervisor: str) -> None:
    box = box_of(default(system=system), hypervisor)
    assert "/" in box.name
    assert box.version


def test_a_box_that_the_inventory_names_goes_before() -> None:
    named = default(box="ours/debian", box_version="2.1")
    assert box_of(named, "libvirt") == Box("ours/debian", "2.1")
    newest = box_of(default(box="ours/debian"), "libvirt")
    assert described(default(), box=newest)["box_version"] == ">= 0"


def test_each_inventory_has_its_own_machines() -> None:
    assert dotfile_of("default") == ".vagrant"
    assert dotfile_of("two-nodes") == ".vagrant-two-nodes"
