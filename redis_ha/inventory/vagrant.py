"""The table of the provider `vagrant`."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Annotated, Any, Literal

from pydantic import Field

from redis_ha.inventory.network import NodeNetwork, outside
from redis_ha.values import Megabytes, Positive, table


@table
class Vagrant:
    """The virtual machines."""

    provider: Literal["auto", "virtualbox", "libvirt"] = "auto"
    """The hypervisor; `auto` is VirtualBox, or libvirt where only that is installed.
    VAGRANT_DEFAULT_PROVIDER goes before it."""
    system: Literal["debian-13", "enterprise-linux-9"] = "debian-13"
    """The family of distributions, for which a box is known."""
    box: Annotated[
        str,
        Field(
            pattern=r"^([A-Za-z0-9._-]+/[A-Za-z0-9._-]+)?$", title="a box such as `bento/debian-13`"
        ),
    ] = ""
    """Another box than the one that is known for the system."""
    box_version: Annotated[
        str, Field(pattern=r"^[0-9A-Za-z.-]*$", title="a version such as `202510.26.0`")
    ] = ""
    """Which version of that box, if not the newest."""
    network: NodeNetwork = IPv4Network("192.168.56.0/21")
    """Where the machines have their addresses. One wider than /24 is a pool: each checkout takes a
    /24 of it, or more where the numbers of its nodes need it. The default is what VirtualBox allows
    without being told."""
    bridge: Annotated[
        str, Field(pattern=r"^[A-Za-z0-9 ._:-]*$", title="an interface of this machine")
    ] = ""
    """By which the machines get into its network, which `network` then names; with none only this
    machine sees theirs."""
    memory_mb: Megabytes = 768
    """What each machine has, unless its node says otherwise; in MB."""
    cpus: Positive = 1
    """The processors of each machine."""


def contradictions(topology: Any) -> Iterator[str]:
    """Say which nodes have no address in the machines' network."""
    yield from outside("vagrant.network", topology.table(Vagrant).network, topology.nodes)
