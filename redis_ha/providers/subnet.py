"""The part of a pool of addresses that belongs to one checkout, and who is there already."""

import json
from ipaddress import IPv4Network

from redis_ha import proc

WHOLE = 24
"""Prefix length of the subnet that an environment takes."""


def subnet_of(pool: IPv4Network, number: int) -> IPv4Network:
    """Return the /24 of a wider pool that belongs to `number`, or the pool itself."""
    if pool.prefixlen >= WHOLE:
        return pool
    first = int(pool.network_address) + 256 * (number % 2 ** (WHOLE - pool.prefixlen))
    return IPv4Network((first, WHOLE))


def overlap(subnet: IPv4Network, bridge: str) -> str | None:
    """Return what of this machine is in a network already, None when nothing is.

    VirtualBox's own host-only interfaces are shared, and a bridge is there to be shared.
    """
    listed = json.loads(proc.run("ip", "-json", "-4", "address").stdout)
    for interface in listed:
        name = interface["ifname"]
        if name == bridge or name.startswith("vboxnet"):
            continue
        for each in interface["addr_info"]:
            other = IPv4Network(f"{each['local']}/{each['prefixlen']}", strict=False)
            if other.overlaps(subnet):
                return f"{name} ({other})"
    return None
