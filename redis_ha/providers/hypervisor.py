"""What runs virtual machines: which ones run, and their power. No Vagrant, which takes seconds."""

import os
import re
import shutil
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from redis_ha import proc
from redis_ha.errors import ProviderError

URI = os.environ.get("LIBVIRT_DEFAULT_URI", "qemu:///system")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ID = "ID"
"""Stands for the machine in the commands below."""
AUTO = "auto"
ASKED = "VAGRANT_DEFAULT_PROVIDER"
"""Vagrant's own variable, which goes before the inventory."""


@dataclass(frozen=True)
class Hypervisor:
    """The commands of one; `ID` stands for a machine's own."""

    name: str
    program: str
    list_running: tuple[str, ...]
    cut_power: tuple[str, ...]
    start: tuple[str, ...]

    def running(self) -> set[str]:
        """Return the ids of all machines that run; none where nobody answers.

        Raises:
            ProviderError: the program is missing.
        """
        return set(UUID.findall(proc.run(*self.list_running, check=False).stdout))

    def answers(self) -> bool:
        """Say whether it can be asked at all.

        Raises:
            ProviderError: the program is missing.
        """
        return proc.run(*self.list_running, check=False).ok

    def off(self, ids: Collection[str]) -> None:
        """End machines at once, those that run."""
        running = self.running().intersection(ids)
        with ThreadPoolExecutor(max_workers=len(running) or 1) as pool:
            list(pool.map(lambda each: proc.run(*_filled(self.cut_power, each)), running))

    def on(self, ids: Collection[str]) -> None:
        """Start machines in this order, those that do not run."""
        running = self.running()
        for each in ids:
            if each not in running:
                proc.run(*_filled(self.start, each))


def _filled(command: tuple[str, ...], machine: str) -> tuple[str, ...]:
    return tuple(machine if word == ID else word for word in command)


VIRSH = ("virsh", "--connect", URI)
HYPERVISORS = {
    "virtualbox": Hypervisor(
        "VirtualBox",
        "VBoxManage",
        ("VBoxManage", "list", "runningvms"),
        ("VBoxManage", "controlvm", ID, "poweroff"),
        ("VBoxManage", "startvm", ID, "--type", "headless"),
    ),
    "libvirt": Hypervisor(
        "libvirt",
        "virsh",
        (*VIRSH, "list", "--uuid", "--state-running"),
        (*VIRSH, "destroy", ID),
        (*VIRSH, "start", ID),
    ),
}
"""By Vagrant's name of each, the first choice first."""


def choose(made: Collection[str], wanted: str) -> str:
    """Return the hypervisor to take, by Vagrant's name of it.

    Args:
        made: those of machines that exist: they stay where they are.
        wanted: what the inventory says; `auto` is the first that is installed.

    Raises:
        ProviderError: VAGRANT_DEFAULT_PROVIDER names one that is not known here.
    """
    for name in HYPERVISORS:
        if name in made:
            return name
    asked = os.environ.get(ASKED) or wanted
    if asked == AUTO:
        here = (name for name, each in HYPERVISORS.items() if shutil.which(each.program))
        return next(here, next(iter(HYPERVISORS)))
    if asked not in HYPERVISORS:
        raise ProviderError(f"{ASKED}: `{asked}` is not one of {', '.join(HYPERVISORS)}")
    return asked
