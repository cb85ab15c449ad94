"""What a run leaves out: one list with reasons, told at the end; in CI any other skip fails it."""

import os
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests import needs

NEEDS: dict[str, Callable[[], str | None]] = {"PHP": needs.php, "TYPO3": needs.typo3}
"""What a machine may lack, with what says why it does."""
LIST = Path(__file__).with_name("may_skip.toml")


def listed(path: Path, provider: str | None) -> dict[str, str]:
    """Return the reasons for which tests are left out on a provider, by test."""
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["leave_out"]
    return {
        test: entry["reason"]
        for entry in entries
        if provider in entry["providers"]
        for test in entry["tests"]
    }


def needing(path: Path) -> dict[str, str]:
    """Return what tests need that a machine may lack, by test; `NEEDS` finds out."""
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("leave_out_without", [])
    return {test: entry["what"] for entry in entries for test in entry["tests"]}


def entry_of(test: str, names: Iterable[str]) -> str | None:
    """Return the name under which a test is listed, with its parameters or without."""
    return next((each for each in (test, test.partition("[")[0]) if each in names), None)


def unknown(names: Iterable[str], collected: Sequence[str]) -> list[str]:
    """Return what is listed of files that were collected, and is no test in them."""
    files = {test.partition("::")[0] for test in collected}
    known = {entry_of(test, names) for test in collected}
    return [each for each in names if each.partition("::")[0] in files and each not in known]


@dataclass(eq=False)  # plugins are kept by identity
class Skips:
    """Leaves out what is listed, remembers whatever else is skipped, and tells both."""

    reasons: dict[str, str]
    needs: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    others: list[str] = field(default_factory=list)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        collected = [item.nodeid for item in items]
        wrong = unknown([*self.reasons, *self.needs], collected)
        if wrong and not any("::" in each for each in config.args):
            raise pytest.UsageError(f"no such test, to be left out: {', '.join(wrong)}")
        self.reasons |= dict(self._lacking(collected))
        for item in items:
            if name := entry_of(item.nodeid, self.reasons):
                item.add_marker(pytest.mark.skip(reason=self.reasons[name]))

    def _lacking(self, collected: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Yield the tests for which something is not here, with why; no other is asked about."""
        entries = {entry_of(test, self.needs) for test in collected} - {None}
        for what in sorted({self.needs[each] for each in entries if each}):
            if why := NEEDS[what]():
                yield from ((test, why) for test, its in self.needs.items() if its == what)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped:
            self._note(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self._note(report.nodeid)

    def _note(self, test: str) -> None:
        if name := entry_of(test, self.reasons):
            self.left_out[self.reasons[name]].append(test)
        else:
            self.others.append(test)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.others and os.environ.get("CI") == "true":
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for line in self.told():
            terminalreporter.write_line(line)

    def told(self) -> Iterator[str]:
        """Yield what was left out, by reason, and what was skipped beside it."""
        for reason, tests in self.left_out.items():
            yield f"left out: {reason}"
            yield from (f"  {test}" for test in tests)
        for test in self.others:
            yield f"skipped, and {LIST.name} does not list it (an error where CI=true): {test}"
