from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

from redis_ha import inventory, roles
from redis_ha.errors import CommandFailed, NotStarted
from redis_ha.nodes import systemd
from redis_ha.nodes.systemd import SIGNAL, SystemdUnits
from redis_ha.proc import Result
from redis_ha.render import PROJECT
from redis_ha.roles.process import STOPS_S

TOPOLOGY = inventory.load("two-nodes")
PROCESSES = TOPOLOGY.processes(TOPOLOGY.node("redis1"))


class RecordingNode:
    """Notes each command; uploads land in /upload and have to be gone in the end."""

    name = "redis1"

    def __init__(self) -> None:
        self.commands: list[str] = []
        self.uploaded: set[str] = set()

    def run(self, *argv: str, sudo: bool = False, check: bool = True) -> Result:
        del check
        self.commands.append(" ".join((*(["sudo"] if sudo else []), *argv)))
        return Result(argv, 0, ":: struck 7.5\n" if SIGNAL in argv[1] else "")

    def path(self, absolute: str) -> str:
        return absolute

    def by_hand(self, program: str) -> str:
        return f"sudo {program}"

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


@pytest.mark.parametrize(
    ("state", "active"),
    [("active", True), ("activating", True), ("failed", False), ("inactive", False)],
)
def test_whether_a_unit_runs(state: str, active: bool) -> None:
    class Answers(RecordingNode):
        def run(self, *argv: str, sudo: bool = False, check: bool = True) -> Result:
            super().run(*argv, sudo=sudo, check=check)
            return Result(argv, int(not active), f"{state}\n")

    node = Answers()
    assert SystemdUnits(node, PROCESSES).is_active("commander") is active
    assert node.commands == ["systemctl is-active redis-commander.service"]


@pytest.mark.parametrize("verb", ["start", "restart"])
def test_a_unit_that_does_not_start_says_why_in_its_own_words(verb: str) -> None:
    class Fails(RecordingNode):
        def run(self, *argv: str, sudo: bool = False, check: bool = True) -> Result:
            super().run(*argv, sudo=sudo, check=check)
            if argv[:2] == ("systemctl", verb):
                raise CommandFailed("redis1", argv, 1, "Job failed. See `systemctl status`")
            return Result(argv, 0, "Fatal error" if "journalctl" in argv else "")

    units = SystemdUnits(Fails(), PROCESSES)
    with pytest.raises(NotStarted, match=r"^redis1: redis does not run, .*: Fatal error$"):
        getattr(units, verb)("redis")


@pytest.mark.parametrize("active", [True, False])
def test_what_does_not_run_needs_no_word_to_go_on(active: bool) -> None:
    class Refuses(RecordingNode):
        def run(self, *argv: str, sudo: bool = False, check: bool = True) -> Result:
            super().run(*argv, sudo=sudo, check=check)
            return Result(argv, int(argv[1] == "kill"), "active" if active else "failed")

    with pytest.raises(CommandFailed) if active else nullcontext():
        SystemdUnits(Refuses(), PROCESSES).resume("redis")


@pytest.mark.parametrize(
    ("stops_s", "journal", "killed"),
    [
        (0, "redis-server.service: State 'stop-sigterm' timed out. Killing.", True),
        (0, "it took as long to start", False),
        (30, "redis-server.service: State 'stop-sigterm' timed out. Killing.", False),
    ],
)
def test_a_restart_says_whether_systemd_had_to_kill(
    stops_s: float, journal: str, killed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Says(RecordingNode):
        def run(self, *argv: str, sudo: bool = False, check: bool = True) -> Result:
            super().run(*argv, sudo=sudo, check=check)
            return Result(argv, 0, journal if "journalctl" in argv else "")

    monkeypatch.setattr(systemd, "STOPS_S", stops_s)
    assert SystemdUnits(Says(), PROCESSES).restart("redis") is killed


def test_all_who_stop_processes_give_them_the_same_time() -> None:
    bound = f"\nTimeoutStopSec={STOPS_S}\n"
    files = [file for role in roles.registry().values() for file in role.files]
    drop_ins = [file for file in files if file.path.endswith(".service.d/10-redis-ha.conf")]
    assert {Path(file.path).parent.name for file in drop_ins} == {
        "redis.service.d",
        "redis-sentinel.service.d",
        "redis-sentinel@.service.d",
    }
    for file in drop_ins:
        assert bound in (PROJECT / "files" / file.source).read_text()
    assert f"\nSTOPS_S={STOPS_S}\n" in (PROJECT / "provision/common/services.sh").read_text()
