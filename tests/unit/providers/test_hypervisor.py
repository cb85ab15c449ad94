"""Commands of hypervisors, with a stand-in that notes what it is asked."""

from pathlib import Path

import pytest

from redis_ha.errors import CommandFailed, ProviderError
from redis_ha.providers.hypervisor import ASKED, AUTO, HYPERVISORS, choose
from tests.unit.builders import program

ONE = "3f8e612f-eb52-45dc-b809-a4f2eb49f3f2"
TWO = "67be1201-72b5-48c8-b28e-2741812c8c74"
LISTED = {
    "libvirt": f"{ONE}\n{TWO}\n\n",
    "virtualbox": f'"redis-ha-redis1" {{{ONE}}}\n"other" {{{TWO}}}\n',
}


class Program:
    """Stands for virsh or VBoxManage: a script that prints a list, and notes other words."""

    def __init__(self, folder: Path, name: str, listed: str) -> None:
        self._calls = folder / "calls"
        self._calls.touch()
        (folder / "listed").write_text(listed)
        script = folder / name
        script.write_text(
            "#!/bin/sh\n"
            f'case " $* " in *" list "*) exec cat {folder}/listed ;; esac\n'
            f'echo "$*" >>{self._calls}\n'
            'case "$*" in *broken*) echo no such machine >&2; exit 1 ;; esac\n'
        )
        script.chmod(0o755)

    @property
    def calls(self) -> list[str]:
        return [
            line.removeprefix("--connect qemu:///system ")
            for line in self._calls.read_text().splitlines()
        ]


def stand_in(kind: str, folder: Path, monkeypatch: pytest.MonkeyPatch, listed: str = "") -> Program:
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    return Program(folder, HYPERVISORS[kind].program, listed or LISTED[kind])


@pytest.mark.parametrize("kind", HYPERVISORS)
def test_what_runs_is_told_by_its_id(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(kind, tmp_path, monkeypatch)
    assert HYPERVISORS[kind].running() == {ONE, TWO}


@pytest.mark.parametrize(
    ("kind", "cut", "start"),
    [
        ("libvirt", f"destroy {ONE}", "start another"),
        ("virtualbox", f"controlvm {ONE} poweroff", "startvm another --type headless"),
    ],
)
def test_power_is_cut_where_there_is_some_and_given_where_there_is_none(
    kind: str, cut: str, start: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = stand_in(kind, tmp_path, monkeypatch)
    HYPERVISORS[kind].off([ONE, "another"])
    HYPERVISORS[kind].on([ONE, "another"])
    assert program.calls == [cut, start]


def test_a_machine_that_does_not_start_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in("libvirt", tmp_path, monkeypatch)
    with pytest.raises(CommandFailed, match="no such machine"):
        HYPERVISORS["libvirt"].on(["broken"])


@pytest.mark.parametrize(
    ("here", "wanted", "asked", "made", "chosen"),
    [
        ("VBoxManage virsh", AUTO, "", "", "virtualbox"),
        ("virsh", AUTO, "", "", "libvirt"),
        ("", AUTO, "", "", "virtualbox"),
        ("virsh", "virtualbox", "", "", "virtualbox"),
        ("VBoxManage", "virtualbox", "libvirt", "", "libvirt"),
        ("VBoxManage", "virtualbox", "virtualbox", "libvirt", "libvirt"),
        ("", "libvirt", "", "docker", "libvirt"),
    ],
    ids=[
        *("VirtualBox first", "what is here", "nothing is here", "as the inventory says"),
        *("the variable goes before it", "machines stay where they are", "other machines"),
    ],
)
def test_which_one_is_taken(  # noqa: PLR0917 - a table's columns
    here: str,
    wanted: str,
    asked: str,
    made: str,
    chosen: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in here.split():
        program(tmp_path, name, "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv(ASKED, asked)
    assert choose(made.split(), wanted) == chosen


def test_one_that_is_not_known_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ASKED, "hyperv")
    says = f"^{ASKED}: `hyperv` is not one of virtualbox, libvirt$"
    with pytest.raises(ProviderError, match=says):
        choose((), AUTO)
