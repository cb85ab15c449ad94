"""What Vagrant needs of the machine that it runs on: programs, and daemons that answer."""

import shutil

from redis_ha import proc
from redis_ha.errors import CommandFailed, ProviderError
from redis_ha.providers.hypervisor import ASKED, HYPERVISORS
from redis_ha.render import PROJECT

SCRIPT = PROJECT / "provision" / "vagrant" / "host.sh"
COMMAND = "`sudo ./inv vagrant.install`"
INSTALL = f"{COMMAND} installs it"


def require_programs(kind: str) -> None:
    """Refuse to go on without Vagrant and what runs its machines.

    Raises:
        ProviderError: one is missing; the message says how to get it.
    """
    if not shutil.which("vagrant"):
        raise ProviderError(f"there is no `vagrant` here; {INSTALL}")
    hypervisor = HYPERVISORS[kind]
    if not shutil.which(hypervisor.program):
        libvirt = f"install it, or take libvirt: {COMMAND}, then {ASKED}=libvirt"
        hint = INSTALL if kind == "libvirt" else libvirt
        raise ProviderError(f"no {hypervisor.name} here (`{hypervisor.program}`); {hint}")


def serve(kind: str) -> None:
    """Start libvirt's daemons where nobody keeps them.

    Raises:
        ProviderError: they do not start; the message says why.
    """
    if kind == "libvirt" and not HYPERVISORS[kind].answers():
        _script("start")


def stop() -> None:
    """End the daemons that `serve` has started."""
    _script("stop", check=False)


def _script(word: str, *, check: bool = True) -> None:
    try:
        proc.run("bash", str(SCRIPT), word, check=check, timeout_s=120)
    except CommandFailed as error:
        raise ProviderError(error.output.strip().splitlines()[-1]) from None
