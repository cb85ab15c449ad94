"""The Docker engine of this machine."""

import sys

from redis_ha import proc
from redis_ha.cli.console import note
from redis_ha.cli.group import Group
from redis_ha.cli.task import task
from redis_ha.errors import CommandFailed, RedisHaError
from redis_ha.render import PROJECT

SCRIPT = PROJECT / "provision" / "engine" / "install.sh"


@task(Group.MACHINES)
def install() -> None:
    """Install and start Docker Engine and Compose v2 (root).

    Both come from the distribution's packages.
    """
    _script()


@task(Group.MACHINES)
def stop() -> None:
    """Stop an engine that engine.install started.

    Where systemd runs, systemd stops it.
    """
    _script("--stop")


def _script(*flags: str) -> None:
    try:
        proc.run("bash", str(SCRIPT), *flags, on_line=note, timeout_s=900)
    except CommandFailed as error:
        sys.stderr.write(error.output)
        raise RedisHaError("the engine is not there; the line above says why") from None
