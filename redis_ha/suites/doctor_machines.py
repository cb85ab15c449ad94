"""What this machine lacks for virtual ones."""

import getpass
import grp
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from redis_ha import proc
from redis_ha.errors import RedisHaError
from redis_ha.inventory import Inventory
from redis_ha.inventory.vagrant import Vagrant
from redis_ha.providers import box, kvm
from redis_ha.providers.hypervisor import ASKED, Hypervisor
from redis_ha.providers.subnet import overlap
from redis_ha.providers.vagrant import VagrantProvider
from redis_ha.suites.requirement import Requirement

INSTALL = "sudo ./inv vagrant.install"
GROUP = "libvirt"
MEMORY = Path("/proc/meminfo")
EMULATED, VIRTUAL = 2.0, 1.2
"""How much of this machine's memory one of a machine's takes; seen: 1.5 GB for one of 768 MB."""
FAULTY = re.compile(r"vagrant-hostmanager \((1\.[0-7]\.|1\.8\.[0-9]\b)")
"""Versions that hand their texts over in a way that Ruby 3 refuses."""
PLUGIN = "vagrant-libvirt"


def examine(topology: Inventory) -> Iterator[Requirement]:
    """Yield what the provider `vagrant` needs here, and what it has."""
    provider = VagrantProvider(topology)
    try:
        hypervisor = provider.hypervisor
    except RedisHaError as error:
        yield Requirement("hypervisor", False, str(error), True, f"unset {ASKED}")
        return
    emulated = False
    yield _program(hypervisor)
    if hypervisor.program == "virsh":
        virtual = kvm.find(box.kernels())
        emulated = not virtual.works
        yield from _libvirt(hypervisor, virtual)
    yield from _plugins(needed=hypervisor.program == "virsh")
    if not provider.ids():
        yield _memory(topology, EMULATED if emulated else VIRTUAL)
        yield _network(topology, provider)
        yield _box(provider)


def _program(hypervisor: Hypervisor) -> Requirement:
    path = shutil.which(hypervisor.program)
    mend = INSTALL if hypervisor.program == "virsh" else f"install VirtualBox, or {ASKED}=libvirt"
    detail = path or f"`{hypervisor.program}` is not on PATH"
    return Requirement(hypervisor.name, bool(path), detail, True, "" if path else mend)


def _libvirt(hypervisor: Hypervisor, virtual: kvm.Kvm) -> Iterator[Requirement]:
    yield Requirement(
        "KVM",
        virtual.works,
        virtual.why if virtual.works else f"software emulation instead: {virtual.why}",
        False,
        "" if virtual.works else "a host with hardware virtualisation, or with it passed on",
    )
    if os.geteuid():
        yield _group()
    if shutil.which(hypervisor.program):
        answers = hypervisor.answers()
        detail = "answers" if answers else "does not answer"
        # `up` starts it where root may
        yield Requirement(
            "libvirtd", answers, detail, bool(os.geteuid()), "" if answers else INSTALL
        )


def _group() -> Requirement:
    ours = {grp.getgrgid(each).gr_name for each in os.getgroups()}
    mend = f"sudo adduser {getpass.getuser()} {GROUP}, then log in anew"
    detail = "yours" if GROUP in ours else "not yours"
    return Requirement(f"group {GROUP}", GROUP in ours, detail, True, "" if GROUP in ours else mend)


def _plugins(*, needed: bool) -> Iterator[Requirement]:
    if not shutil.which("vagrant"):
        return
    said = proc.run("vagrant", "plugin", "list", check=False).stdout
    found = next((line for line in said.splitlines() if line.startswith(PLUGIN)), "")
    if needed or found:
        mend = "" if found else f"{INSTALL}, or vagrant plugin install {PLUGIN}"
        yield Requirement(f"plugin {PLUGIN}", bool(found), found or "not installed", needed, mend)
    yield hostmanager(said)


def hostmanager(listed: str) -> Requirement:
    """Say whether that plugin is there, by what `vagrant plugin list` says."""
    found = next((line for line in listed.splitlines() if line.startswith("vagrant-host")), "")
    detail = found or "not installed; `./inv hosts` does the same"
    if FAULTY.match(found):
        detail += (
            "; fails by itself on Ruby 3 (wrong number of arguments), our Vagrantfile mends it"
        )
    return Requirement("plugin vagrant-hostmanager", True, detail, False, "")


def _memory(topology: Inventory, factor: float) -> Requirement:
    wanted = sum(node.memory_mb or topology.table(Vagrant).memory_mb for node in topology.nodes)
    need, free = round(wanted * factor), available_mb(MEMORY.read_text(encoding="utf-8"))
    detail = f"{free} MB free, {len(topology.nodes)} machines of {wanted} MB take about {need}"
    mend = "" if free >= need else "less [vagrant] memory_mb, or fewer nodes"
    return Requirement("memory", free >= need, detail, True, mend)


def available_mb(meminfo: str) -> int:
    """Return what /proc/meminfo says may be taken without swapping."""
    fields = dict(line.split(":", 1) for line in meminfo.splitlines() if ":" in line)
    return int(fields["MemAvailable"].split()[0]) // 1024


def _network(topology: Inventory, provider: VagrantProvider) -> Requirement:
    taken = overlap(provider.subnet, topology.table(Vagrant).bridge)
    detail = f"{provider.subnet} is {f'taken by {taken}' if taken else 'free'}"
    mend = "another [vagrant] network in the inventory" if taken else ""
    return Requirement("network of the machines", not taken, detail, True, mend)


def _box(provider: VagrantProvider) -> Requirement:
    chosen = provider.box()
    there = box.is_present(chosen, provider.kind)
    detail = f"{chosen.name} {chosen.version}" + ("" if there else ": fetched by the first `up`")
    mend = "" if there else "no registry within reach: ./inv vagrant.box (libvirt)"
    return Requirement("box", there, detail, False, mend)
