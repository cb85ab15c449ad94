"""The table of the provider `local`."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Any

from redis_ha.inventory.network import NodeNetwork, outside
from redis_ha.values import table

LOOPBACK = IPv4Network("127.0.0.0/8")
"""All of it is this machine's without being told; of IPv6 that is one address, `::1`."""


@table
class Local:
    """The loopback network that local processes listen on."""

    network: NodeNetwork = IPv4Network("127.0.0.0/24")
    """Where the nodes have their addresses, within 127.0.0.0/8."""


def contradictions(topology: Any) -> Iterator[str]:
    """Say that a network is not this machine's own, and which nodes have no address there."""
    network = topology.table(Local).network
    if not network.subnet_of(LOOPBACK):
        yield f"local.network: needs to be within {LOOPBACK}, not `{network}`"
    yield from outside("local.network", network, topology.nodes)
