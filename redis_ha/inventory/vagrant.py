"""The table of the provider `vagrant`."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Annotated, Any, Literal

from pydantic import Field

from redis_ha.inventory.network import NodeNetwork, outside, strange
from redis_ha.values import Megabytes, TextForm, table


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
        Field(max_length=100),
        TextForm(r"^([A-Za-z0-9._-]+/[A-Za-z0-9._-]+)?$", "a box such as `bento/debian-13`"),
    ] = ""
    """Another box than the one that is known for the system."""
    box_version: Annotated[
        str, Field(max_length=100), TextForm(r"^[0-9A-Za-z.-]*$", "a version such as `202510.26.0`")
    ] = ""
    """Which version of that box, if not the newest."""
    network: NodeNetwork = IPv4Network("192.168.56.0/21")
    """Where the machines have their addresses. One wider than /24 is a pool: each checkout takes a
    /24 of it, or more where the numbers of its nodes need it. The default is what VirtualBox allows
    without being told."""
    bridge: Annotated[
        str, Field(max_length=100), TextForm(r"^[A-Za-z0-9 ._:-]*$", "an interface of this machine")
    ] = ""
    """By which the machines get into its network, which `network` then names; with none only this
    machine sees theirs."""
    memory_mb: Megabytes = 768
    """What each machine has, unless its node says otherwise; in MB."""
    cpus: Annotated[int, Field(ge=1, le=64)] = 1
    """The processors of each machine."""


def contradictions(topology: Any) -> Iterator[str]:
    """Say that a network is not for machines, and which nodes have no address there."""
    network = topology.table(Vagrant).network
    yield from strange("vagrant.network", network)
    yield from outside("vagrant.network", network, topology.nodes)
