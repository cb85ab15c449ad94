"""Boxes: whether Vagrant has one, and the one that this project builds itself."""

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from redis_ha import proc
from redis_ha.errors import CommandFailed, ProviderError
from redis_ha.inventory import Inventory
from redis_ha.inventory.vagrant import Vagrant
from redis_ha.providers import Tell, certificates
from redis_ha.providers.machines import Box, box_of
from redis_ha.render import PROJECT

NAME = "redis-ha/debian-13"
SYSTEM, SUITE, RELEASE = "debian-13", "trixie", "13"
BUILD = PROJECT / "vagrant" / "box" / "build.sh"
SOURCES = ("vagrant/box", "provision/engine/bootstrap.sh", "docker/node/rootfs/etc")
"""What goes into the box."""
BUILD_S = 1200


def home() -> Path:
    """Return Vagrant's own folder of this user."""
    return Path(os.environ.get("VAGRANT_HOME", Path.home() / ".vagrant.d"))


def is_present(box: Box, hypervisor: str) -> bool:
    """Say whether Vagrant has this box."""
    return any(_files(box, f"{hypervisor}/metadata.json"))


def own() -> Box:
    """Return the box of the present recipe: another recipe is another version."""
    digest = sha256()
    for path in sorted(_sources()):
        digest.update(f"{path.relative_to(PROJECT)}\0".encode() + path.read_bytes())
    if bundle := certificates.bundle():
        digest.update(bundle.read_bytes())
    return Box(NAME, f"{RELEASE}.0.{int(digest.hexdigest()[:8], 16)}")


def chosen(topology: Inventory, hypervisor: str) -> Box:
    """Return the box to take: the own one where it was built, else one from the registry."""
    if may_be_built(topology, hypervisor) and is_present(own(), hypervisor):
        return own()
    return box_of(topology, hypervisor)


def may_be_built(topology: Inventory, hypervisor: str) -> bool:
    """Say whether a box of our own would be what the inventory asks for."""
    wanted = topology.table(Vagrant)
    return hypervisor == "libvirt" and wanted.system == SYSTEM and not wanted.box


def kernels() -> list[Path]:
    """Return the kernels that KVM can be tried with, that of an own box first."""
    installed = sorted(Path("/boot").glob("vmlinuz-*"), reverse=True)
    return [*_files(Box(NAME), "libvirt/vmlinuz"), *installed]


def build(tell: Tell) -> Box:
    """Build the own box unless Vagrant has it.

    Raises:
        ProviderError: it cannot be built here; the message says why.
    """
    made = own()
    words = ("--suite", SUITE, "--name", made.name, "--version", made.version)
    bundle = certificates.bundle()
    trust = {"BOX_CA_BUNDLE": str(bundle)} if bundle else {}
    try:
        proc.run(
            "bash", str(BUILD), *words, env={**os.environ, **trust}, on_line=tell, timeout_s=BUILD_S
        )
    except CommandFailed as error:
        last = (error.output.strip().splitlines() or ["no output"])[-1]
        raise ProviderError(f"the box is not built: {last}") from None
    return made


def _files(box: Box, name: str) -> Iterator[Path]:
    """Yield a file of each copy of a box that Vagrant has."""
    folder = home() / "boxes" / box.name.replace("/", "-VAGRANTSLASH-")
    return folder.glob(f"{box.version or '*'}/**/{name}")


def _sources() -> Iterator[Path]:
    for name in SOURCES:
        path = PROJECT / name
        yield from [path] if path.is_file() else filter(Path.is_file, path.rglob("*"))
