"""What sessions need: a table of programs, and how what is missing is told."""

import re
import shutil

import pytest

from redis_ha.cli import sessions
from redis_ha.cli.sessions import NeededProgram, Needs
from redis_ha.render import PROJECT

BROWSER = NeededProgram(("chromium", "google-chrome"), "apt-get install chromium")
NEEDS = Needs(
    {"browser": BROWSER, "npm": NeededProgram(("npm",), "make npm")}, {"it": ("npm", "browser")}
)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    has = {"npm", "google-chrome"}
    monkeypatch.setattr(
        shutil, "which", lambda name, path=None: f"/bin/{name}" if name in has else None
    )
    return has


def test_any_of_a_programs_names_will_do(machine: set[str]) -> None:
    assert BROWSER.path() == "/bin/google-chrome"
    machine.add("chromium")
    assert BROWSER.path() == "/bin/chromium"
    assert list(NEEDS.missing("it")) == []


def test_what_is_missing_is_told_with_what_mends_it(machine: set[str]) -> None:
    machine.clear()
    assert list(NEEDS.missing("it")) == [
        "no npm: make npm",
        "no chromium: apt-get install chromium",
    ]
    assert list(NEEDS.missing("another")) == []


def test_the_table_names_sessions_and_programs_that_exist() -> None:
    table = sessions.needs()
    assert set(table.of_sessions) <= set(sessions.listed())
    assert {each for words in table.of_sessions.values() for each in words} == set(table.programs)


def test_ci_installs_what_the_sessions_need() -> None:
    installs = (PROJECT / ".ci/run").read_text(encoding="utf-8")
    wanted = {
        package
        for program in sessions.needs().programs.values()
        for package in program.mend.removeprefix("apt-get install ").split()
    }
    assert wanted
    assert [
        each for each in sorted(wanted) if not re.search(rf"\b{re.escape(each)}\b", installs)
    ] == []
