"""The report from outside: its files, and the exit statuses that a job can rely on."""

import re
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest

from tests import drills
from tests.contract.inv import Said, run
from tests.drills import drill, one_round


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return drills.write(tmp_path_factory.mktemp("records"), drills.twenty())


@pytest.fixture(scope="module")
def made(records: Path) -> Said:
    return run("report", "--from", str(records), "--output", str(records / "out"))


def test_the_files_are_named_and_there(records: Path, made: Said) -> None:
    assert (made.status, made.err) == (0, "")
    names = ["report.html", "report.md", "report.junit.xml"]
    assert made.out.splitlines() == [str(records / "out" / name) for name in names]
    assert all((records / "out" / name).stat().st_size > 1000 for name in names)


def test_the_page_fetches_nothing(records: Path, made: Said) -> None:
    assert made.status == 0
    page = (records / "out/report.html").read_text(encoding="utf-8")
    assert re.findall(r'(?<!xmlns=")https?://', page) == []
    assert "<script" not in page


def test_the_cases_can_be_read(records: Path, made: Said) -> None:
    assert made.status == 0
    root = ElementTree.parse(records / "out/report.junit.xml").getroot()
    assert (root.get("failures"), root.get("skipped")) == ("4", "1")


def test_one_record_is_enough(records: Path, tmp_path: Path) -> None:
    first = min(records.glob("*.json"))
    assert run("report", "--from", str(first), "--output", str(tmp_path)).status == 0
    assert (tmp_path / "report.html").exists()


def test_without_records_it_is_one_line(tmp_path: Path) -> None:
    said = run("report", "--from", str(tmp_path))
    assert (said.status, said.out) == (2, "")
    assert "no records of drills here" in said.error


def test_a_damaged_record_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    damaged = tmp_path / "failover-local-1.json"
    damaged.write_text('{"fault": "kill"')
    said = run("report", "--from", str(tmp_path), "--output", str(tmp_path / "out"))
    assert (said.status, said.out, (tmp_path / "out").exists()) == (2, "", False)
    assert said.error.startswith(f"redis-ha: {damaged}: damaged: ")


def test_two_runs_side_by_side(records: Path, tmp_path: Path) -> None:
    same = run("report.compare", str(records), str(records))
    assert (same.status, same.err) == (0, "")
    assert same.out.splitlines()[0].startswith("not worse: 0 better, 0 worse, ")
    fast = drills.write(tmp_path / "fast", [drill([one_round(Random(1), rto_s=3.0)])])
    slow = drills.write(tmp_path / "slow", [drill([one_round(Random(1), rto_s=5.0)])])
    assert run("report.compare", str(slow), str(fast)).status == 0
    worse = run("report.compare", str(fast), str(slow))
    assert worse.status == 1
    assert "median recovery 3.00 s before, 5.00 s now" in worse.error


def test_compare_needs_two() -> None:
    said = run("report.compare", "reports")
    assert said.status == 2
    assert "name two" in said.error


def test_the_kept_row_is_judged_again() -> None:
    said = run("judge", "docs/evidence")
    assert said.status == 0, said.err
    assert said.out.splitlines()[0].startswith("valid, as recorded: ")
