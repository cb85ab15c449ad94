"""The nodes of an environment as numbers in the network of a provider."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any

from pydantic import BeforeValidator

from redis_ha.inventory.node import NodeSpec
from redis_ha.values import Network4

Network = IPv4Network | IPv6Network
STAND_INS = IPv4Address("198.18.0.0")
"""From here on addresses are set aside for tests of networks: they are nobody's."""


def _version_4(value: Any) -> Any:
    try:
        network = ip_network(str(value), strict=False)
    except ValueError:
        return value  # what is wrong with it, the next validator says
    if isinstance(network, IPv6Network):
        raise ValueError("nodes of this provider have IPv4 addresses only")
    return value


NodeNetwork = Annotated[Network4, BeforeValidator(_version_4)]
"""The network of a provider that gives its nodes no IPv6 addresses."""


def strange(key: str, network: Network) -> Iterator[str]:
    """Say that a network, which the key of a provider's table names, is none of machines.

    Docker takes one, and then a node in it does not start, or nobody reaches it.
    """
    if (
        network.is_loopback
        or network.is_multicast
        or network.is_reserved
        or network[0].is_unspecified
    ):
        yield f"{key}: {network} is not for machines; take a private one, such as 10.213.0.0/16"


def outside(key: str, network: Network, nodes: Iterable[NodeSpec]) -> Iterator[str]:
    """Say which nodes have no address in a network, which the key of a provider's table names."""
    # the last address of IPv4 is for broadcasts
    last = network.num_addresses - (2 if isinstance(network, IPv4Network) else 1)
    for node in nodes:
        if node.host > last:
            yield f"{key}: {network} has no host {node.host} for {node.name}, at most {last}"


def stand_in(node: NodeSpec) -> str:
    """Return an address for a node that is only planned: no provider has been asked for one."""
    return str(STAND_INS + node.host)
