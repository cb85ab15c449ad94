"""The table of the provider `local`."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Any

from redis_ha.values import table

LOOPBACK = IPv4Network("127.0.0.0/8")


@table
class Local:
    """The loopback network that local processes listen on."""

    network: IPv4Network = IPv4Network("127.0.0.0/24")


def contradictions(topology: Any) -> Iterator[str]:
    """Say that a network is not this machine's own."""
    network = topology.table(Local).network
    if not network.subnet_of(LOOPBACK):
        yield f"local.network: needs to be within {LOOPBACK}, not `{network}`"
