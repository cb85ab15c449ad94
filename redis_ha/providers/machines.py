"""What `vagrant/Vagrantfile` is told of an inventory's machines."""

from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

from redis_ha.inventory import Inventory, NodeSpec
from redis_ha.inventory.vagrant import Vagrant


@dataclass(frozen=True)
class Box:
    """The image that machines are made of; an empty version means the newest."""

    name: str
    version: str = ""


@dataclass(frozen=True)
class System:
    """A family of distributions.

    Args:
        guest: what Vagrant calls it; named, it need not be found out on each machine.
        boxes: by hypervisor, from the public registry.
    """

    guest: str
    boxes: dict[str, Box]


SYSTEMS = {
    "debian-13": System(
        "debian",
        {
            "virtualbox": Box("bento/debian-13", "202510.26.0"),
            "libvirt": Box("debian/trixie64", "13.20260519.1"),
        },
    ),
    "enterprise-linux-9": System(
        "redhat",
        {
            "virtualbox": Box("almalinux/9", "9.5.20241203"),
            "libvirt": Box("almalinux/9", "9.5.20241203"),
        },
    ),
}
PROCESSORS: dict[str, dict[str, Any]] = {
    "kvm": {"libvirt": {"driver": "kvm"}, "cpu_features": []},
    # Of a plain processor nothing is emulated in a way that a kernel trips over; with everything
    # that QEMU can emulate a guest panicked right after a cmpxchg16b.
    "qemu": {
        "libvirt": {
            "driver": "qemu",
            "cpu_mode": "custom",
            "cpu_model": "qemu64",
            "cpu_fallback": "allow",
        },
        "cpu_features": [{"name": "cx16", "policy": "disable"}],
    },
}
"""The settings of vagrant-libvirt for hardware virtualisation and for software emulation."""


def box_of(topology: Inventory, hypervisor: str) -> Box:
    """Return the box from a registry that an inventory asks for."""
    chosen = topology.table(Vagrant)
    if chosen.box:
        return Box(chosen.box, chosen.box_version)
    return SYSTEMS[chosen.system].boxes[hypervisor]


def address_of(subnet: IPv4Network, spec: NodeSpec) -> str:
    """Return the address of a machine in the environment's own network."""
    return str(subnet[spec.host])


def dotfile_of(name: str) -> str:
    """Return the folder beside the Vagrantfile where Vagrant keeps an inventory's machines."""
    return ".vagrant" if name == "default" else f".vagrant-{name}"


def describe(
    topology: Inventory, *, hypervisor: str, driver: str, box: Box, subnet: IPv4Network, prefix: str
) -> dict[str, Any]:
    """Return what the Vagrantfile reads, ready for JSON.

    Args:
        driver: what runs libvirt's machines: `kvm` or `qemu`.
        prefix: comes before each machine's name where the hypervisor knows those of everybody.
    """
    chosen = topology.table(Vagrant)
    return {
        "dotfile": dotfile_of(topology.name),
        "provider": hypervisor,
        "prefix": prefix,
        "box": box.name,
        "box_version": box.version or ">= 0",
        "guest": SYSTEMS[chosen.system].guest,
        "network": _network(chosen.bridge, subnet, prefix),
        **PROCESSORS[driver],
        "machines": [
            {
                "name": spec.name,
                "address": address_of(subnet, spec),
                "memory_mb": spec.memory_mb or chosen.memory_mb,
                "cpus": chosen.cpus,
            }
            for spec in topology.nodes
        ],
    }


def _network(bridge: str, subnet: IPv4Network, prefix: str) -> dict[str, Any]:
    netmask = {"netmask": str(subnet.netmask)}
    if bridge:
        # VirtualBox's name for it, and libvirt's
        return {
            "kind": "public_network",
            "options": {**netmask, "bridge": bridge, "dev": bridge, "type": "bridge"},
        }
    return {
        "kind": "private_network",
        "options": {
            **netmask,
            "libvirt__network_name": prefix,
            "libvirt__dhcp_enabled": False,
            "libvirt__forward_mode": "none",
        },
    }
