"""What the doctor says of virtual machines, with programs that stand for what is installed."""

import os
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest

from redis_ha import inventory
from redis_ha.inventory.vagrant import Vagrant
from redis_ha.providers import box, kvm
from redis_ha.providers import vagrant as provider
from redis_ha.providers.hypervisor import ASKED
from redis_ha.render import PROJECT
from redis_ha.suites import doctor_machines
from redis_ha.suites.doctor_machines import available_mb, hostmanager
from redis_ha.suites.requirement import Requirement
from tests.unit.builders import changed, program

PLUGINS = (PROJECT / "tests/golden/vagrant/plugin-list.txt").read_text(encoding="utf-8")
MEMINFO = "MemTotal:       24000000 kB\nMemAvailable:   {} kB\n"


class Machine:
    """A machine that has everything, from which a test takes something away."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder, self._patch = folder, monkeypatch
        self.memory = folder / "meminfo"
        self.free(20_000_000)
        self.plugins(PLUGINS)
        program(folder, "virsh", "exit 0")

    def free(self, kilobytes: int) -> None:
        self.memory.write_text(MEMINFO.format(kilobytes))

    def plugins(self, listed: str) -> None:
        program(self._folder, "vagrant", f"/bin/cat <<'END'\n{listed}END")

    def program(self, name: str, body: str) -> None:
        program(self._folder, name, body)

    def lacks(self, name: str) -> None:
        (self._folder / name).unlink()

    def examined(self, **changes: Any) -> dict[str, Requirement]:
        default = inventory.load("default")
        topology = changed(default, vagrant=changed(default.table(Vagrant), **changes))
        return {each.name: each for each in doctor_machines.examine(topology)}


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine(tmp_path, monkeypatch)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv(ASKED, "libvirt")
    monkeypatch.setattr(provider, "FOLDER", tmp_path)
    monkeypatch.setattr(doctor_machines, "MEMORY", made.memory)
    monkeypatch.setattr(doctor_machines, "overlap", lambda *_: None)
    monkeypatch.setattr(kvm, "find", lambda _: kvm.Kvm(True, "a kernel boots with it"))
    monkeypatch.setattr(box, "is_present", lambda *_: True)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return made


def test_a_machine_that_has_everything(machine: Machine) -> None:
    found = machine.examined()
    assert [each.name for each in found.values() if not each.ok] == []
    assert list(found) == [
        *("libvirt", "KVM", "libvirtd", "plugin vagrant-libvirt", "plugin vagrant-hostmanager"),
        *("memory", "network of the machines", "box"),
    ]


def test_a_hypervisor_that_is_missing_blocks(machine: Machine) -> None:
    machine.lacks("virsh")
    found = machine.examined()["libvirt"]
    assert found.is_blocking
    assert found.mend == "sudo ./inv vagrant.install"


def test_one_that_is_not_known_ends_the_search(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ASKED, "hyperv")
    (found,) = machine.examined().values()
    assert found.is_blocking
    assert found.mend == f"unset {ASKED}"


def test_a_missing_plugin_blocks(machine: Machine) -> None:
    machine.plugins("No plugins installed.\n")
    found = machine.examined()
    assert found["plugin vagrant-libvirt"].is_blocking
    assert "vagrant plugin install vagrant-libvirt" in found["plugin vagrant-libvirt"].mend
    assert "`./inv hosts` does the same" in found["plugin vagrant-hostmanager"].detail


def test_without_kvm_machines_are_emulated_and_take_more_memory(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.free(4_500_000)
    assert machine.examined()["memory"].ok
    monkeypatch.setattr(kvm, "find", lambda _: kvm.Kvm(False, "/dev/kvm does not exist"))
    found = machine.examined()
    assert not found["KVM"].ok
    assert not found["KVM"].is_blocking
    assert "software emulation instead: /dev/kvm does not exist" in found["KVM"].detail
    assert found["memory"].is_blocking
    assert "4 machines of 3072 MB take about 6144" in found["memory"].detail
    assert machine.examined(memory_mb=512)["memory"].ok


def test_daemons_that_do_not_answer_block_those_who_cannot_start_them(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.program("virsh", "exit 1")
    assert not machine.examined()["libvirtd"].is_blocking  # `up` starts them where root may
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert machine.examined()["libvirtd"].is_blocking


def test_the_group_is_asked_of_those_who_are_not_root(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(doctor_machines, "GROUP", "no-such-group")
    found = machine.examined()["group no-such-group"]
    assert found.is_blocking
    assert found.mend.startswith("sudo adduser ")


def test_a_network_in_which_this_machine_is_blocks(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor_machines, "overlap", lambda *_: "eth0 (192.168.57.0/24)")
    found = machine.examined(network=IPv4Network("192.168.57.0/24"))["network of the machines"]
    assert found.is_blocking
    assert found.detail == "192.168.57.0/24 is taken by eth0 (192.168.57.0/24)"


def test_a_box_that_is_not_here_blocks_nothing(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(box, "is_present", lambda *_: False)
    found = machine.examined()["box"]
    assert not found.ok
    assert not found.is_blocking
    assert "./inv vagrant.box" in found.mend


@pytest.mark.parametrize(
    ("version", "faulty"), [("1.8.9", True), ("1.8.10", False), ("1.7.0", True), ("2.0.0", False)]
)
def test_the_faulty_versions_of_a_plugin_are_known(version: str, faulty: bool) -> None:
    found = hostmanager(f"vagrant-hostmanager ({version}, global)\n")
    assert found.ok
    assert ("Ruby 3" in found.detail) is faulty


def test_memory_is_what_may_be_taken_without_swapping() -> None:
    assert available_mb(MEMINFO.format(2048)) == 2
