"""Whether KVM works, with a program that stands for QEMU."""

from pathlib import Path

import pytest

from redis_ha import state
from redis_ha.providers import kvm
from redis_ha.providers.kvm import BOOTED, Kvm
from tests.unit.builders import program


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a kernel to try, on a machine that has the device."""
    device, made = tmp_path / "kvm", tmp_path / "vmlinuz"
    device.touch()
    made.touch()
    monkeypatch.setattr(kvm, "DEVICE", device)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return made


def qemu(folder: Path, body: str) -> None:
    program(folder, "qemu-system-x86_64", f'echo "$@" >>{folder}/calls\n{body}')


def test_a_kernel_that_boots_is_the_proof(kernel: Path) -> None:
    qemu(kernel.parent, f"echo '[ 1.0] {BOOTED}: Unable to mount root fs'")
    assert kvm.find([kernel]) == Kvm(True, "a kernel boots with it")
    assert "accel=kvm" in (kernel.parent / "calls").read_text()


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("echo 'KVM internal error. Suberror: 1'", "KVM internal error. Suberror: 1"),
        ("echo 'error: failed to set MSR' >&2; exit 1", "error: failed to set MSR"),
        ("exit 1", "it ended at once"),
    ],
    ids=["of KVM", "of QEMU", "none"],
)
def test_one_that_does_not_is_an_answer_as_well(body: str, why: str, kernel: Path) -> None:
    qemu(kernel.parent, body)
    assert kvm.find([kernel]) == Kvm(False, f"a kernel does not boot with it: {why}")


def test_what_was_found_holds_until_the_next_boot(
    kernel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    qemu(kernel.parent, "exit 1")
    first = kvm.find([kernel])
    qemu(kernel.parent, f"echo '{BOOTED}'")
    assert kvm.find([kernel]) == first
    other = kernel.parent / "boot_id"
    other.write_text("another\n")
    monkeypatch.setattr(kvm, "BOOT_ID", other)
    assert kvm.find([kernel]).works
    assert (state.STATE / "kvm.json").exists()


def test_without_qemu_there_is_none(kernel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(kernel.parent))
    assert not kvm.find([kernel]).works


def test_without_the_device_nothing_is_tried(kernel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    qemu(kernel.parent, "exit 1")
    missing = kernel.parent / "nothing"
    monkeypatch.setattr(kvm, "DEVICE", missing)
    assert kvm.find([kernel]) == Kvm(False, f"{missing} does not exist")
    assert not (kernel.parent / "calls").exists()


def test_without_a_kernel_the_device_is_believed(kernel: Path) -> None:
    assert kvm.find([kernel.parent / "none"]).works


@pytest.mark.parametrize(("works", "driver"), [(True, "kvm"), (False, "qemu")])
def test_the_driver_is_libvirts_word(works: bool, driver: str) -> None:
    assert Kvm(works, "").driver == driver
