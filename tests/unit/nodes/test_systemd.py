from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from redis_ha import inventory
from redis_ha.nodes.systemd import SIGNAL, SystemdUnits
from redis_ha.proc import Result

TOPOLOGY = inventory.load("two-nodes")
PROCESSES = TOPOLOGY.processes(TOPOLOGY.node("redis1"))


class RecordingNode:
    """Notes each command; uploads land in /upload and have to be gone in the end."""

    def __init__(self) -> None:
        self.commands: list[str] = []
        self.uploaded: set[str] = set()

    def run(self, *argv: str, sudo: bool = False, check: bool = True) -> Result:
        del check
        self.commands.append(" ".join((*(["sudo"] if sudo else []), *argv)))
        return Result(argv, 0, ":: struck 7.5\n" if SIGNAL in argv[1] else "")

    @contextmanager
    def upload(self, files: Mapping[str, bytes]) -> Iterator[str]:
        self.uploaded = set(files)
        yield "/upload"
        self.commands.append("removed")


HOLD_DOWN = "sudo bash /upload/provision/common/hold-down.sh"
RUNS_SIGNAL = f"sudo bash /upload/{SIGNAL}"
CASES = {
    "start": [
        f"{HOLD_DOWN} off redis.service",
        "removed",
        "sudo systemctl start redis.service",
    ],
    "hold": [f"{HOLD_DOWN} on redis.service", "removed"],
    "kill": [f"{RUNS_SIGNAL} KILL redis.service", "removed"],
    "pause": [f"{RUNS_SIGNAL} STOP redis.service", "removed"],
    "resume": ["sudo systemctl kill --kill-whom=main --signal=CONT redis.service"],
}


@pytest.mark.parametrize(("verb", "commands"), CASES.items(), ids=CASES)
def test_a_unit_is_controlled_through_systemctl(verb: str, commands: list[str]) -> None:
    node = RecordingNode()
    getattr(SystemdUnits(node, PROCESSES), verb)("redis")
    assert node.commands == commands


def test_services_that_are_hit_together_get_one_blow_and_its_moment() -> None:
    node = RecordingNode()
    assert SystemdUnits(node, PROCESSES).kill("redis", "sentinel") == 7.5
    assert node.commands[0] == f"{RUNS_SIGNAL} KILL redis.service redis-sentinel.service"


def test_the_script_comes_with_what_it_sources() -> None:
    node = RecordingNode()
    SystemdUnits(node, PROCESSES).hold("sentinel")
    assert node.uploaded == {"provision/common/hold-down.sh", "provision/common/lib.sh"}


@pytest.mark.parametrize(
    ("unit", "name"),
    [
        ("redis", "redis.service"),
        ("sentinel", "redis-sentinel.service"),
        ("sentinel-26380", "redis-sentinel@26380.service"),
    ],
)
def test_units_have_the_names_that_both_families_share(unit: str, name: str) -> None:
    node = RecordingNode()
    SystemdUnits(node, PROCESSES).restart(unit)
    assert node.commands == [f"sudo systemctl restart {name}"]


def test_the_journal_is_asked_for_every_name_of_a_unit() -> None:
    command = SystemdUnits(RecordingNode(), PROCESSES).log_command("redis", 5, follow=False)
    assert command[-2:] == ("--unit=redis-server.service", "--unit=redis.service")


def test_what_does_not_belong_to_the_node_is_no_unit_of_it() -> None:
    with pytest.raises(KeyError, match="greeter"):
        SystemdUnits(RecordingNode(), PROCESSES).start("greeter")


def test_the_log_is_the_journals() -> None:
    units = SystemdUnits(RecordingNode(), PROCESSES)
    command = units.log_command("sentinel", 20, follow=False)
    assert " ".join(command) == (
        "sudo -n journalctl --output=cat --lines=20 --unit=redis-sentinel.service"
    )
    assert units.log_command("sentinel", 20, follow=True) == (*command, "--follow")


@pytest.mark.parametrize(("status", "active"), [(0, True), (3, False)])
def test_whether_a_unit_runs(status: int, active: bool) -> None:
    class Answers(RecordingNode):
        def run(self, *argv: str, sudo: bool = False, check: bool = True) -> Result:
            super().run(*argv, sudo=sudo, check=check)
            return Result(argv, status, "")

    node = Answers()
    assert SystemdUnits(node, PROCESSES).is_active("commander") is active
    assert node.commands == ["systemctl is-active --quiet redis-commander.service"]
