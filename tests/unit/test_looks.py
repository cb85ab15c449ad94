"""A command asks the cluster once and hands on what it saw; again only after a change."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from invoke.exceptions import Exit

from redis_ha import roles
from redis_ha.cli import doctor, heal, lifecycle, provisioning, status
from redis_ha.faults import heal as healing
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.providers import nobody
from redis_ha.provision import provisioning as library
from redis_ha.provision import selection, steps
from redis_ha.services import preference, settling, switchover, visitors, written
from redis_ha.services.snapshot import Snapshot
from redis_ha.suites import benchmark, sentinel
from tests.unit import builders, looks
from tests.unit.builders import NAMES, after_failover, sentinel_view, snapshot
from tests.unit.faults import doubles
from tests.unit.looks import Looks


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    """Return an environment of doubles in which every change of master works."""

    @contextmanager
    def redis_of(_: Environment, node: Node) -> Iterator[Any]:
        yield doubles.as_namespace(name=node.name, execute_command=lambda *_: "OK")

    monkeypatch.setattr(switchover, "redis_of", redis_of)
    monkeypatch.setattr(preference, "redis_of", redis_of)
    monkeypatch.setattr(healing, "redis_of", redis_of)
    monkeypatch.setattr(switchover, "_switch", lambda *_: switchover.Timing(0.0, 0.1))
    monkeypatch.setattr(visitors, "free", lambda *_: 0)
    monkeypatch.setattr(written, "kept", lambda *_: {})
    monkeypatch.setattr(written, "down", lambda *_: None)
    built = doubles.environment(doubles.Blows(), machines=False)
    object.__setattr__(built, "folder", tmp_path)
    return built


HERE, THERE = snapshot(), after_failover()


@dataclass(frozen=True)
class Command:
    """A command, what the cluster looks like meanwhile, and how often it may be asked."""

    task: Any
    seen: tuple[Snapshot, ...]
    count: int
    options: dict[str, object] = field(default_factory=dict)


COMMANDS = {
    "status": Command(status.status, (HERE,), 1),
    "status --json": Command(status.status, (HERE,), 1, {"json": True}),
    "switchover": Command(lifecycle.switchover, (HERE, THERE), 1 + 1),
    "reset-master, which it is": Command(lifecycle.reset_master, (HERE,), 1),
    "reset-master": Command(lifecycle.reset_master, (THERE, HERE), 1 + 1),
    "restart": Command(lifecycle.restart, (HERE,), 1),
    "restart --rolling": Command(
        lifecycle.restart,
        (HERE, HERE, HERE, THERE),
        1 + len(HERE.nodes) + 1,  # once to begin with, after each node, after the switchover
        {"rolling": True},
    ),
    "heal": Command(heal.heal, (HERE,), 1),
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_command_asks_once_and_after_each_change(
    command: Command, environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = Looks(monkeypatch, *command.seen)
    looks.run(command.task, environment, monkeypatch, **command.options)
    assert counted.count == command.count


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    """Return nodes that are folders, on a machine without any program."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent")
    built = builders.folders(tmp_path)
    builders.make_folders(built)
    return built


@pytest.mark.parametrize("task", [doctor.doctor, provisioning.render, provisioning.diff])
def test_what_reads_files_besides_asks_the_cluster_once(
    task: Any, folders: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = Looks(monkeypatch, HERE)
    with suppress(Exit):  # it has something to find fault with
        looks.run(task, folders, monkeypatch)
    assert counted.count == 1


def test_roles_that_may_be_missing_go_on_with_what_was_seen(
    folders: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After new packages the cluster is asked once more: they take long enough for a failover."""
    optional, known = selection.optional(folders), roles.capability

    def capability(layer: str, role: str, name: str) -> Any:
        return known(layer, role, name) if name == "variables" else None

    monkeypatch.setattr(roles, "capability", capability)
    counted = Looks(monkeypatch, HERE)
    with_packages = [role.name for role in optional if role.prepare]
    for has_changed, count in ((False, 0), (True, len(with_packages))):
        monkeypatch.setattr(steps, "run", lambda *_, says=has_changed: says)
        missing = library.provision_optional(folders, lambda _: None, nobody, HERE)
        assert (missing, counted.count) == ({}, count)
    assert with_packages == ["proxy", "web"]


UNSETTLED = snapshot(sentinels=[sentinel_view(name, replicas=()) for name in NAMES])


@pytest.mark.parametrize(
    ("seen", "count"), [((HERE,), 1), ((UNSETTLED, HERE), 2)], ids=["settled", "settles"]
)
def test_the_sentinel_suite_asks_until_the_sentinels_know(
    seen: tuple[Snapshot, ...],
    count: int,
    environment: Environment,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counted = Looks(monkeypatch, *seen)
    assert sentinel.run(environment).ok
    assert counted.count == count


def test_when_the_sentinels_do_not_learn_in_time_what_was_seen_last_is_judged(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "LEARNS_S", 0)
    counted = Looks(monkeypatch, UNSETTLED)
    assert not sentinel.run(environment).ok
    assert counted.count == 1


def test_a_benchmark_asks_once(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    def measure(_: Node, server: str, *__: object) -> list[benchmark.BenchmarkRun]:
        return [benchmark.BenchmarkRun(server, test, 1000, 1, 1) for test in benchmark.TESTS]

    monkeypatch.setattr(benchmark, "require_tool", lambda _: None)
    monkeypatch.setattr(benchmark, "passage", lambda *_: nullcontext(()))
    monkeypatch.setattr(benchmark, "_vendor", lambda *_: nullcontext())
    monkeypatch.setattr(benchmark, "_measure", measure)
    counted = Looks(monkeypatch, HERE)
    assert benchmark.run(environment).master == "redis1"
    assert counted.count == 1
