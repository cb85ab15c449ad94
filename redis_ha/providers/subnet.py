"""The part of a pool of addresses that belongs to one checkout, and who is there already."""

import json
from ipaddress import IPv4Network

from redis_ha import proc

WHOLE = 24
"""Prefix length of the subnet that an environment takes, unless it needs more."""


def subnet_of(pool: IPv4Network, number: int, last_host: int = 1) -> IPv4Network:
    """Return the part of a pool that belongs to `number`, or the pool itself if that is no wider.

    Args:
        last_host: the highest number of a node; more than a /24 has takes a wider part.
    """
    prefix = min(WHOLE, pool.max_prefixlen - (last_host + 1).bit_length())
    if pool.prefixlen >= prefix:
        return pool
    part = number % 2 ** (prefix - pool.prefixlen)
    return IPv4Network((int(pool.network_address) + part * 2 ** (32 - prefix), prefix))


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
