"""The table of the provider `vagrant`."""

from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import Field

from redis_ha.values import Megabytes, Positive, table


@table
class Vagrant:
    """The virtual machines.

    Args:
        provider: the hypervisor; `auto` is VirtualBox, or libvirt where only that is installed.
            VAGRANT_DEFAULT_PROVIDER goes before it.
        system: the family of distributions, for which a box is known.
        box: another box than that, with `box_version` if not the newest is meant.
        network: their own network. One wider than /24 is a pool: each checkout takes a /24 of it.
            The default is what VirtualBox allows without being told.
        bridge: an interface of this machine by which they get into its network, which `network`
            then names; empty for a network that only this machine sees.
    """

    provider: Literal["auto", "virtualbox", "libvirt"] = "auto"
    system: Literal["debian-13", "enterprise-linux-9"] = "debian-13"
    box: Annotated[str, Field(pattern=r"^([A-Za-z0-9._-]+/[A-Za-z0-9._-]+)?$")] = ""
    box_version: Annotated[str, Field(pattern=r"^[0-9A-Za-z.-]*$")] = ""
    network: IPv4Network = IPv4Network("192.168.56.0/21")
    bridge: Annotated[str, Field(pattern=r"^[A-Za-z0-9 ._:-]*$")] = ""
    memory_mb: Megabytes = 768
    cpus: Positive = 1
