"""What may be skipped is listed: nothing else is in CI, and the list names tests that exist."""

from pathlib import Path

import pytest

from tests import skips

pytest_plugins = ["pytester"]

LISTED = """
[[leave_out]]
providers = ["local"]
reason = "no means"
tests = ["test_it.py::test_listed", "test_it.py::test_one[b]"]
"""
CONFTEST = """
from pathlib import Path
from tests.skips import Skips, listed

def pytest_configure(config):
    config.pluginmanager.register(Skips(listed(Path("list.toml"), "local")))
"""
TESTS = """
import pytest

def test_listed(): assert False, "left out before it runs"

@pytest.mark.parametrize("which", ["a", "b"])
def test_one(which): assert which == "a"
"""
SILENT = """
def test_silent(): pytest.skip("not today")
"""


@pytest.fixture(autouse=True)
def _project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("list.toml").write_text(LISTED)
    pytester.makeconftest(CONFTEST)
    monkeypatch.setenv("CI", "true")


def ran(pytester: pytest.Pytester, tests: str, *words: str) -> pytest.RunResult:
    pytester.makepyfile(test_it=tests)
    return pytester.runpytest_inprocess("-p", "no:cacheprovider", *words)


def test_what_is_listed_is_left_out_and_told(pytester: pytest.Pytester) -> None:
    done = ran(pytester, TESTS)
    assert done.ret == 0
    done.assert_outcomes(passed=1, skipped=2)
    done.stdout.fnmatch_lines(
        ["left out: no means", "  test_it.py::test_listed", "  test_it.py::test_one[[]b[]]"]
    )


def test_any_other_skip_fails_a_run_in_ci(pytester: pytest.Pytester) -> None:
    done = ran(pytester, TESTS + SILENT)
    assert done.ret == pytest.ExitCode.TESTS_FAILED
    done.assert_outcomes(passed=1, skipped=3)
    done.stdout.fnmatch_lines(["skipped, and may_skip.toml does not list it *::test_silent"])


def test_so_does_a_module_that_skips_itself(pytester: pytest.Pytester) -> None:
    done = ran(pytester, "import pytest\npytest.skip('no', allow_module_level=True)")
    assert done.ret == pytest.ExitCode.TESTS_FAILED


def test_elsewhere_it_is_told(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI")
    done = ran(pytester, TESTS + SILENT)
    assert done.ret == 0
    done.stdout.fnmatch_lines(["skipped, and *::test_silent"])


def test_an_entry_that_is_no_test_is_an_error(pytester: pytest.Pytester) -> None:
    done = ran(pytester, "def test_listed(): pass")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["*no such test, to be left out: test_it.py::test_one[[]b[]]"])


def test_entries_of_other_files_and_providers_do_not_count(tmp_path: Path) -> None:
    assert skips.unknown(["test_b.py::test_x"], ["test_a.py::test_x"]) == []
    path = tmp_path / "list.toml"
    path.write_text(LISTED)
    assert skips.listed(path, "docker") == skips.listed(path, None) == {}


def test_every_reason_of_the_list_says_something() -> None:
    every = [skips.listed(skips.LIST, each) for each in ("local", "docker", "vagrant")]
    assert all(len(reason.split()) >= 5 for each in every for reason in each.values())
    assert all(every)
