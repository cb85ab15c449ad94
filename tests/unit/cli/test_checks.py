"""What `./inv test` leaves out, and that it never does so silently in CI."""

import shutil
from pathlib import Path

import pytest
from invoke.context import Context
from invoke.exceptions import Exit

from redis_ha import providers
from redis_ha.cli import checks

SESSIONS = {
    "lint": ["source"],
    "shell": ["source"],
    "benchmark(local)": ["local"],
    "failover(docker)": ["docker"],
}


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    sessions: list[str] = []
    monkeypatch.setattr(checks, "_sessions", lambda: SESSIONS)
    monkeypatch.setattr(checks, "_run", sessions.extend)
    monkeypatch.delenv("CI", raising=False)
    return sessions


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """What this machine has: an engine, programs."""
    has = {"engine", "bats", "redis-benchmark"}
    monkeypatch.setattr(
        providers, "engine_answers", lambda: Path("/socket") if "engine" in has else None
    )
    monkeypatch.setattr(shutil, "which", lambda name: name if name in has else None)
    return has


def test_a_machine_that_has_all_runs_all(ran: list[str], machine: set[str]) -> None:
    assert machine
    checks.test(Context())
    assert ran == list(SESSIONS)


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
    assert ran == [name for name in SESSIONS if name != left_out]
    assert f"left out: {left_out}" in capsys.readouterr().err


def test_in_ci_nothing_is_left_out(
    ran: list[str], machine: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.remove("bats")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(Exit, match="CI=true and shell cannot run here") as error:
        checks.test(Context())
    assert (error.value.code, ran) == (1, [])
