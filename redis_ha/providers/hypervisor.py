"""What runs virtual machines: which ones run, and their power. No Vagrant, which takes seconds."""

import os
import re
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from redis_ha import proc

URI = os.environ.get("LIBVIRT_DEFAULT_URI", "qemu:///system")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ID = "ID"
"""Stands for the machine in the commands below."""


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
    "libvirt": Hypervisor(
        "libvirt",
        "virsh",
        (*VIRSH, "list", "--uuid", "--state-running"),
        (*VIRSH, "destroy", ID),
        (*VIRSH, "start", ID),
    ),
    "virtualbox": Hypervisor(
        "VirtualBox",
        "VBoxManage",
        ("VBoxManage", "list", "runningvms"),
        ("VBoxManage", "controlvm", ID, "poweroff"),
        ("VBoxManage", "startvm", ID, "--type", "headless"),
    ),
}
