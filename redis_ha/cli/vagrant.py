"""What virtual machines take on this host, and what Vagrant is told about them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from redis_ha import proc
from redis_ha.cli.console import note, say
from redis_ha.cli.group import Group
from redis_ha.cli.task import environment_task, task
from redis_ha.errors import CommandFailed, RedisHaError

if TYPE_CHECKING:
    from redis_ha.nodes.environment import Environment


@task(Group.MACHINES)
def install() -> None:
    """Install Vagrant, libvirt and QEMU; start libvirt (root).

    All come from the distribution's packages.
    """
    from redis_ha.providers import vagrant_host

    try:
        proc.run("bash", str(vagrant_host.SCRIPT), "install", on_line=note, timeout_s=900)
    except CommandFailed as error:
        sys.stderr.write(error.output)
        raise RedisHaError("libvirt is not there; the line above says why") from None


@task(Group.MACHINES)
def box() -> None:
    """Build the box for libvirt: no registry needed (root).

    It is made of the distribution's packages.
    """
    from redis_ha.providers import box as library

    made = library.build(note)
    say(f"{made.name} {made.version}")


@environment_task(Group.MACHINES)
def machines(environment: Environment) -> None:
    """Print what vagrant/Vagrantfile asks for, as JSON."""
    from redis_ha.providers.vagrant import VagrantProvider

    provider = VagrantProvider(environment.topology)
    provider.tell_emulation(note)
    sys.stdout.write(f"{provider.described()}\n")
