"""vagrant/Vagrantfile as Vagrant itself reads it: no machine is made, no hypervisor is asked."""

import json
import os
import subprocess
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest

from redis_ha import inventory
from redis_ha.errors import ProviderError
from redis_ha.inventory import INVENTORIES, Inventory
from redis_ha.inventory.vagrant import Vagrant
from redis_ha.providers import machines, vagrant_command
from redis_ha.providers.hypervisor import ASKED
from redis_ha.render import PROJECT
from tests.unit.builders import changed

SUBNET = IPv4Network("192.168.57.0/24")
DRIVERS = {"kvm": "libvirt", "qemu": "libvirt", "none": "virtualbox"}
IGNORANT = ("validate", "--ignore-provider")
"""For what only a hypervisor could say that is not here."""
VALID = "Vagrantfile validated successfully."


def described(topology: Inventory, driver: str = "qemu") -> dict[str, Any]:
    kind = DRIVERS[driver]
    return machines.describe(
        topology,
        hypervisor=kind,
        driver="kvm" if driver == "none" else driver,
        box=machines.box_of(topology, kind),
        subnet=SUBNET,
        prefix="redis-ha-test",
    )


def vagrant(folder: Path, told: dict[str, Any], *words: str) -> str:
    """Run Vagrant on what it is told of machines, and return what it says."""
    file = folder / "machines.json"
    file.write_text(json.dumps(told))
    dot = folder / str(told["dotfile"])
    return vagrant_command.VagrantCommand(dot, folder / "log").run(*words, told=file)


OTHERS = sorted({path.stem for path in INVENTORIES.glob("*.toml")} - {"default"})
CASES = [*(("default", driver) for driver in DRIVERS), *((name, "qemu") for name in OTHERS)]


@pytest.mark.parametrize(("name", "driver"), CASES)
def test_every_inventory_makes_a_valid_one(name: str, driver: str, tmp_path: Path) -> None:
    words = ("validate",) if DRIVERS[driver] == "libvirt" else IGNORANT
    assert VALID in vagrant(tmp_path, described(inventory.load(name), driver), *words)


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"system": "enterprise-linux-9"}, ("validate",)),
        ({"box": "a/box", "box_version": "1.0"}, ("validate",)),
        ({"bridge": "br0"}, IGNORANT),  # libvirt's daemon is asked whether there is one
    ],
    ids=["Enterprise Linux", "a box", "a bridge"],
)
def test_so_does_every_choice(
    choice: dict[str, Any], words: tuple[str, ...], tmp_path: Path
) -> None:
    default = inventory.load("default")
    topology = changed(default, vagrant=changed(default.table(Vagrant), **choice))
    assert VALID in vagrant(tmp_path, described(topology), *words)


def test_the_machines_are_the_inventorys_nodes(tmp_path: Path) -> None:
    topology = inventory.load("two-nodes")
    said = vagrant(tmp_path, described(topology), "status", "--machine-readable")
    states = {
        name: state
        for _, name, key, state, *_ in (line.split(",") for line in said.splitlines())
        if key == "state"
    }
    assert states == {node.name: "not_created" for node in topology.nodes}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"libvirt": {"no_such_setting": "x"}}, "no_such_setting"),
        (
            {"network": {"kind": "none", "options": {}}},
            "Network type 'none' is invalid",
        ),
    ],
    ids=["a setting", "a kind of network"],
)
def test_what_vagrant_does_not_take_is_refused(
    wrong: dict[str, Any], says: str, tmp_path: Path
) -> None:
    told = {**described(inventory.load("default")), **wrong}
    with pytest.raises(ProviderError, match=says):
        vagrant(tmp_path, told, "validate")


def plainly(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run Vagrant the way that people do who know nothing of `./inv`."""
    own = {ASKED: "libvirt", "VAGRANT_DOTFILE_PATH": str(folder / ".vagrant")}
    return subprocess.run(
        ("vagrant", *words),
        cwd=PROJECT / "vagrant",
        env={**os.environ, **own, **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def test_plain_vagrant_reads_the_inventory_by_itself(tmp_path: Path) -> None:
    done = plainly(tmp_path, "validate")
    assert (done.returncode, done.stderr) == (0, "")
    assert VALID in done.stdout


def test_plain_vagrant_says_what_is_wrong_with_an_inventory(tmp_path: Path) -> None:
    done = plainly(tmp_path, "validate", INVOKE_INVENTORY="nosuch")
    assert done.returncode != 0
    assert "no such inventory" in done.stderr


def test_machines_of_two_inventories_are_kept_apart(tmp_path: Path) -> None:
    done = plainly(tmp_path, "validate", INVOKE_INVENTORY="two-nodes")
    assert done.returncode != 0
    assert "VAGRANT_DOTFILE_PATH=.vagrant-two-nodes vagrant" in done.stderr
