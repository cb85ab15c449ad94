"""What `./inv test` leaves out, and that it never does so silently in CI."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from invoke.context import Context
from invoke.exceptions import Exit

from redis_ha.cli import checks, lanes, pieces
from redis_ha.cli import sessions as cli_sessions
from redis_ha.providers import engine
from redis_ha.providers.engine import Engine

SESSIONS = {
    "lint": ["source"],
    "shell": ["source"],
    "benchmark(local)": ["local"],
    "failover(docker)": ["docker"],
}


LOCAL, DOCKER = ("<local>", "</local>"), ("<docker>", "</docker>")
"""When the nodes of a provider come up, and when they go."""


@pytest.fixture
def fails() -> set[str]:
    """Return the sessions that do not pass."""
    return set()


@pytest.fixture
def ran(fails: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    sessions: list[str] = []
    monkeypatch.setattr(cli_sessions, "listed", lambda: SESSIONS)

    def call(command: Sequence[str]) -> int:
        names = command[command.index("-s") + 1 :]
        sessions.extend(names)
        return len(fails.intersection(names))

    @contextmanager
    def standing(provider: str) -> Iterator[None]:
        sessions.append(f"<{provider}>")
        yield
        sessions.append(f"</{provider}>")

    monkeypatch.setattr(pieces, "call", call)
    monkeypatch.setattr(lanes, "_standing", standing)
    monkeypatch.setattr(checks, "REPORTS", tmp_path)
    monkeypatch.delenv("CI", raising=False)
    return sessions


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """What this machine has: an engine, programs."""
    has = {"engine", "bats", "redis-benchmark"}
    monkeypatch.setattr(
        engine,
        "find",
        lambda: Engine(Path("/socket"), None if "engine" in has else "no engine", "get one"),
    )
    monkeypatch.setattr(shutil, "which", lambda name, path=None: name if name in has else None)
    return has


def test_a_machine_that_has_all_runs_all_on_one_environment_of_each_provider(
    ran: list[str], machine: set[str]
) -> None:
    assert machine
    checks.test(Context())
    local, docker = (around("benchmark(local)", LOCAL), around("failover(docker)", DOCKER))
    for lane in (["lint", "shell"], local, docker):
        assert [each for each in ran if each in lane] == lane


def around(session: str, nodes: tuple[str, str]) -> list[str]:
    return [nodes[0], session, nodes[1]]


def test_a_session_that_fails_keeps_no_other_from_running(
    ran: list[str], machine: set[str], fails: set[str]
) -> None:
    assert machine
    fails.update(["lint", "benchmark(local)"])
    with pytest.raises(Exit, match=r"a session failed \(source, local\)") as error:
        checks.test(Context())
    assert error.value.code == 1
    assert set(SESSIONS) <= set(ran)


@pytest.mark.parametrize(
    ("lacks", "left_out"),
    [("engine", "failover(docker)"), ("bats", "shell"), ("redis-benchmark", "benchmark(local)")],
)
def test_what_cannot_run_is_left_out_and_named(
    ran: list[str],
    machine: set[str],
    capsys: pytest.CaptureFixture[str],
    lacks: str,
    left_out: str,
) -> None:
    machine.remove(lacks)
    checks.test(Context())
    assert {name for name in ran if "<" not in name} == SESSIONS.keys() - {left_out}
    assert f"left out: {left_out}" in capsys.readouterr().err


def test_in_ci_nothing_is_left_out(
    ran: list[str], machine: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.remove("bats")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(Exit, match="CI=true and shell cannot run here") as error:
        checks.test(Context())
    assert (error.value.code, ran) == (1, [])
