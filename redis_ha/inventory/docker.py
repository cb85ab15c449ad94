"""The table of the provider `docker`."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Any, Literal

from redis_ha.inventory.network import NodeNetwork, outside, strange
from redis_ha.values import table


@table
class Docker:
    """The containers: their network, and which Debian they are."""

    subnet: NodeNetwork = IPv4Network("10.213.0.0/16")
    """Where the nodes have their addresses. One wider than /24 is a pool: each checkout takes a /24
    of it, or more where the numbers of its nodes need it."""
    system: Literal["trixie", "bookworm"] = "trixie"
    """Which Debian the nodes are: 13 or 12."""


def contradictions(topology: Any) -> Iterator[str]:
    """Say that a network is not for machines, and which nodes have no address there."""
    network = topology.table(Docker).subnet
    yield from strange("docker.subnet", network)
    yield from outside("docker.subnet", network, topology.nodes)
