"""What real runs of Vagrant printed (tests/golden/vagrant), and what becomes of it."""

from pathlib import Path

import pytest

from redis_ha.providers.vagrant_words import complaint, progress
from redis_ha.render import PROJECT

RECORDED = PROJECT / "tests" / "golden" / "vagrant"

ERRORS = {
    "no-registry": (
        "The box 'nobody/nothing' could not be found or could not be accessed in the remote "
        "catalog: Could not resolve host: vagrantcloud.com"
    ),
    "settings": (
        "Libvirt Provider: * The following settings shouldn't exist: no_such_setting * cannot set "
        "cpu_features with cpu_model unset, please set a model or skip setting features."
    ),
    "vagrantfile": (
        "There was an error loading a Vagrantfile: Errno::ENOENT: No such file or directory @ "
        "rb_sysopen - /srv/redis-ha/.state/default/vagrant/machines.json"
    ),
    "no-virtualbox": "Vagrant could not detect VirtualBox!",
    "taken-name": (
        "Name `redis-ha-default-0badcafe-redis1` of domain about to create is already taken."
    ),
    "kvm": (
        "Call to virDomainCreateWithFlags failed: internal error: qemu unexpectedly closed the "
        "monitor: 2026-11-24T19:31:22.758664Z qemu-system-x86_64: error: failed to set MSR 0x10a "
        "to 0x69 qemu-system-x86_64: ../../target/i386/kvm/kvm.c:3183: kvm_buf_set_msrs: "
        "Assertion `ret == cpu->kvm_msr_buf->nmsrs' failed."
    ),
    "no-libvirt": (
        "Error while connecting to Libvirt: Error making a connection to libvirt URI "
        "qemu+unix:///system?socket=/run/none/libvirt-sock: Call to virConnectOpen failed: Failed "
        "to connect socket to '/run/none/libvirt-sock': No such file or directory"
    ),
}


def recorded(name: str) -> str:
    return (RECORDED / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_becomes_the_line_that_matters(name: str) -> None:
    assert complaint(recorded(f"error-{name}")) == ERRORS[name]


def test_every_recorded_error_is_expected() -> None:
    found = {path.stem.removeprefix("error-") for path in Path(RECORDED).glob("error-*.txt")}
    assert found == set(ERRORS)


@pytest.mark.parametrize("output", ["", "\n\n  \n"])
def test_silence_is_said(output: str) -> None:
    assert complaint(output) == "no output"


def test_an_error_of_one_unknown_kind_is_shown_as_it_is() -> None:
    assert complaint("Something new.\nIt has two lines.\n") == "Something new."


def test_progress_is_what_people_wait_for() -> None:
    told = [news for line in recorded("up").splitlines() if (news := progress(line))]
    assert told == [
        "redis2: starts",
        "redis1: starts",
        "redis2: has booted",
        "redis1: has booted",
        "redis1: gets its address",
    ]
