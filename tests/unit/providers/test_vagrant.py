"""The provider, with programs on PATH that stand for Vagrant and for virsh."""

import json
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest

from redis_ha import inventory
from redis_ha.errors import ProviderError
from redis_ha.inventory import Inventory
from redis_ha.inventory.vagrant import Vagrant
from redis_ha.providers import Powered, Ssh, box, kvm, sshd
from redis_ha.providers import vagrant as module
from redis_ha.providers.hypervisor import ASKED
from redis_ha.providers.machines import Box
from redis_ha.providers.vagrant import VagrantProvider
from redis_ha.render import PROJECT
from tests.unit.builders import changed, program

SSH_CONFIG = PROJECT / "tests" / "golden" / "vagrant" / "ssh-config.txt"
NAMES = ["redis1", "redis2", "redis3", "web1"]
VAGRANT = """
echo "vagrant $*" >>{calls}
[ -r "$REDIS_HA_MACHINES" ] || {{ echo "the Vagrantfile has nothing to read" >&2; exit 1; }}
dot=$VAGRANT_DOTFILE_PATH/machines
case $1 in
up)
	[ ! -e {broken} ] || {{ cat {broken} >&2; exit 1; }}
	number=1
	for name in redis1 redis2 redis3 web1; do
		mkdir -p "$dot/$name/libvirt"
		id=00000000-0000-0000-0000-00000000000$number
		echo "$id" >"$dot/$name/libvirt/id"
		touch "{running}/$id"
		number=$((number + 1))
	done
	;;
ssh-config) cat {ssh_config} ;;
halt)
	[ ! -e {hangs} ] || exec sleep 60
	rm "{running}/$(cat "$dot/$2/libvirt/id")"
	;;
destroy) rm -r "$dot" ;;
esac
"""
VIRSH = """
shift 2
case $1 in
list) exec ls {running} ;;
start) touch "{running}/$2" ;;
destroy) rm "{running}/$2" ;;
esac
echo "virsh $*" >>{calls}
"""


class Host:
    """A machine with Vagrant and libvirt, as far as the provider looks."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.programs = folder, folder / "bin"
        self.files = {name: folder / name for name in ("calls", "running", "broken", "hangs")}
        self.files["calls"].touch()
        self.files["running"].mkdir()
        program(self.programs, "vagrant", VAGRANT.format(**self.files, ssh_config=SSH_CONFIG))
        program(self.programs, "virsh", VIRSH.format(**self.files))
        self.said: list[str] = []

    def provider(self, **changes: Any) -> VagrantProvider:
        return VagrantProvider(self.topology(**changes))

    def topology(self, **changes: Any) -> Inventory:
        default = inventory.load("default")
        settings = {"network": IPv4Network("192.168.57.0/24"), **changes}
        return changed(default, vagrant=changed(default.table(Vagrant), **settings))

    def up(self, **changes: Any) -> VagrantProvider:
        provider = self.provider(**changes)
        provider.up(self.said.append)
        return provider

    def calls(self) -> list[str]:
        """Return what was run since this was asked last."""
        lines = self.files["calls"].read_text().splitlines()
        self.files["calls"].write_text("")
        return lines


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    made = Host(tmp_path)
    monkeypatch.setenv("PATH", f"{made.programs}:/usr/bin:/bin")
    monkeypatch.delenv(ASKED, raising=False)
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    monkeypatch.setattr(module, "overlap", lambda *_: None)
    monkeypatch.setattr(kvm, "find", lambda _: kvm.Kvm(False, "no /dev/kvm"))
    monkeypatch.setattr(box, "is_present", lambda *_: True)
    monkeypatch.setattr(sshd, "accepts", lambda *_: True)
    monkeypatch.setattr(sshd, "host_key", lambda *_: "ssh-ed25519 AAAA")
    return made


UP = "vagrant up --no-provision --provider libvirt"


def test_machines_are_made_once_and_said_to_be_slow(host: Host) -> None:
    provider = host.up()
    assert host.calls() == [UP, "vagrant ssh-config"]
    assert host.said == [
        "software emulation, many times slower than KVM: no /dev/kvm",
        "libvirt: machines of redis-ha/debian-13 on 192.168.57.0/24",
    ]
    assert provider.is_up()
    provider.up(host.said.append)
    assert host.calls() == []


def test_nodes_are_reached_at_their_own_addresses_with_known_keys(host: Host) -> None:
    first = host.up().hosts()[0]
    assert (first.spec.name, first.address) == ("redis1", "192.168.57.11")
    assert isinstance(first.access, Ssh)
    assert (first.access.address, first.access.port) == ("192.168.57.11", 22)
    assert first.access.user == "vagrant"
    assert first.access.key.name == "private_key"
    known = first.access.known_hosts.read_text().splitlines()
    assert known[0] == "192.168.57.11 ssh-ed25519 AAAA"
    assert len(known) == len(NAMES)


def test_nodes_that_were_never_made_have_their_addresses(host: Host) -> None:
    first = host.provider().hosts()[0]
    assert first.address == "192.168.57.11"
    assert not host.provider().is_up()


def test_halted_machines_are_started_without_vagrant(host: Host) -> None:
    host.up().down(purge=False)
    halts = {line for line in host.calls() if line.startswith("vagrant halt")}
    assert halts == {f"vagrant halt {name}" for name in NAMES}
    assert not host.provider().is_up()
    host.said.clear()
    host.up()
    assert [line.split()[:2] for line in host.calls()] == [["virsh", "start"]] * 4
    assert host.said[1:] == [
        "starting the machines that there are",
        *(f"{name}: has booted" for name in NAMES),
    ]


def test_a_machine_that_does_not_shut_down_loses_its_power(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "HALT_S", 0.3)
    provider = host.up()
    host.files["hangs"].touch()
    host.calls()
    provider.down(purge=False)
    assert sum(line.startswith("virsh destroy ") for line in host.calls()) == len(NAMES)
    assert not list(host.files["running"].iterdir())


def test_machines_that_shall_be_others_are_vagrants_business(host: Host) -> None:
    host.up()
    for machine in host.files["running"].iterdir():
        machine.unlink()
    host.calls()
    host.up(memory_mb=1024)
    assert host.calls() == [UP, "vagrant ssh-config"]


def test_machines_keep_the_box_that_they_were_made_of(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(box, "chosen", lambda *_: Box("redis-ha/debian-13", "13.0.1"))
    host.up().down(purge=False)
    host.calls()
    monkeypatch.setattr(box, "chosen", lambda *_: Box("redis-ha/debian-13", "13.0.2"))
    monkeypatch.setattr(box, "is_present", lambda *_: False)
    host.up()
    assert [line.split()[:2] for line in host.calls()] == [["virsh", "start"]] * 4


def test_a_run_that_broke_off_is_gone_on_with(host: Host) -> None:
    host.files["broken"].write_text("The disk is full.\n\nSee the log.\n")
    with pytest.raises(ProviderError, match=r"^vagrant: The disk is full\. \(.*/vagrant\.log\)$"):
        host.up()
    host.files["broken"].unlink()
    assert host.up().is_up()


def test_power_is_cut_and_given_back_by_the_hypervisor(host: Host) -> None:
    provider = host.up()
    assert isinstance(provider, Powered)
    host.calls()
    provider.cut_power(["redis2"])
    assert host.calls() == ["virsh destroy 00000000-0000-0000-0000-000000000002"]
    assert not provider.is_up()
    provider.restore_power(["redis2", "redis1"])
    assert host.calls() == ["virsh start 00000000-0000-0000-0000-000000000002"]
    assert provider.is_up()


def test_power_of_a_machine_that_was_never_made(host: Host) -> None:
    with pytest.raises(ProviderError, match=r"there is no node redis1; `\./inv up`"):
        host.provider().cut_power(["redis1"])


def test_purge_leaves_nothing(host: Host) -> None:
    provider = host.up()
    provider.down(purge=True)
    assert "vagrant destroy --force" in host.calls()
    assert not (host.folder / ".vagrant").exists()
    assert not provider.ids()
    provider.down(purge=True)  # and once more does nothing
    assert not any(line.startswith("vagrant") for line in host.calls())


def test_a_network_in_which_this_machine_is_already(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "overlap", lambda *_: "eth0 (192.168.57.0/24)")
    with pytest.raises(ProviderError, match=r"is taken by eth0 .*; set \[vagrant\] network"):
        host.up()
    assert host.calls() == []


@pytest.mark.parametrize(
    ("program", "asked", "says"),
    [
        ("vagrant", "", "there is no `vagrant` here; `sudo ./inv vagrant.install` installs it"),
        ("virsh", "libvirt", "no libvirt here .*; `sudo ./inv vagrant.install` installs it"),
        ("virsh", "", "no VirtualBox here .*; install it, or take libvirt: `sudo ./inv vagrant"),
    ],
)
def test_a_program_that_is_missing_is_named(
    program: str, asked: str, says: str, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    (host.programs / program).unlink()
    monkeypatch.setenv("PATH", str(host.programs))
    monkeypatch.setenv(ASKED, asked)
    with pytest.raises(ProviderError, match=f"^{says}"):
        host.up()


def test_a_box_is_fetched_once(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(box, "is_present", lambda *_: False)
    host.up()
    assert host.calls()[0].startswith("vagrant box add debian/trixie64 --provider libvirt")
    assert host.said[-1] == "libvirt: machines of debian/trixie64 on 192.168.57.0/24"


def test_a_box_that_no_registry_gives_is_built_and_its_kernel_tried_with_kvm(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[object] = []
    monkeypatch.setattr(kvm, "find", lambda _: kvm.Kvm(not built, "it does not boot"))
    monkeypatch.setattr(box, "is_present", lambda *_: False)
    monkeypatch.setattr(box, "build", built.append)
    fails(host, "box", "The box could not be found.")
    host.up()
    assert len(built) == 1
    assert host.said[1].endswith("building one from the distribution's packages")
    assert host.said[2] == "software emulation, many times slower than KVM: it does not boot"


def test_a_box_that_was_asked_for_is_not_replaced_by_another(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(box, "is_present", lambda *_: False)
    fails(host, "box", "The box could not be found.")
    with pytest.raises(ProviderError, match=r"^vagrant: The box could not be found\."):
        host.up(box="somebody/something")


def fails(host: Host, word: str, message: str) -> None:
    """Let a subcommand of Vagrant fail."""
    script = (host.programs / "vagrant").read_text()
    case = f'case $1 in\n{word}) echo "{message}" >&2; exit 1 ;;'
    (host.programs / "vagrant").write_text(script.replace("case $1 in", case))


def test_what_the_vagrantfile_is_told_is_json(host: Host) -> None:
    told = json.loads(host.provider().described())
    assert told["provider"] == "libvirt"
    assert [each["name"] for each in told["machines"]] == NAMES
