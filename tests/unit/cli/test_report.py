"""The report's tasks: what they print, and the status they end with."""

from pathlib import Path
from random import Random

import pytest
from invoke.context import Context
from invoke.exceptions import Exit

from redis_ha import report as library
from redis_ha.cli import report
from tests import drills
from tests.drills import drill, one_round

SLOW = drill([one_round(Random(1), rto_s=5.0)])
FAST = drill([one_round(Random(1), rto_s=3.0)])


@pytest.fixture
def before(tmp_path: Path) -> Path:
    return drills.write(tmp_path / "before", [FAST])


def test_records_are_looked_for_among_the_reports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(library, "REPORTS", drills.write(tmp_path, [FAST]))
    monkeypatch.chdir(tmp_path)
    report.make(Context())
    assert capsys.readouterr().out == "report.html\nreport.md\nreport.junit.xml\n"
    drills.write(tmp_path / "drill-docker-1", [FAST])
    report.make(Context())
    assert capsys.readouterr().out.startswith("drill-docker-1/report.html\n")


def test_no_records_is_status_2(tmp_path: Path) -> None:
    with pytest.raises(Exit, match="no records of drills") as error:
        report.make(Context(), from_=str(tmp_path))
    assert error.value.code == 2


def test_worse_is_status_1(before: Path, tmp_path: Path) -> None:
    after = drills.write(tmp_path / "after", [SLOW])
    with pytest.raises(Exit, match="worse: kill master on docker: median recovery") as error:
        report.compare(Context(), before=str(before), after=str(after))
    assert error.value.code == 1


def test_better_is_status_0_and_says_what_is_only_in_one(
    before: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    after = drills.write(tmp_path / "after", [FAST, drill([one_round(Random(1))], fault="hang")])
    report.compare(Context(), before=str(before), after=str(after))
    out = capsys.readouterr().out
    assert f"only in {after}: hang master on docker" in out
    assert out.splitlines()[0] == "not worse: 0 better, 0 worse, 5 same"


@pytest.mark.parametrize("words", [{}, {"before": "a"}])
def test_two_words_are_needed(words: dict[str, str]) -> None:
    with pytest.raises(Exit, match="name two folders or records") as error:
        report.compare(Context(), **words)
    assert error.value.code == 2


def test_nothing_in_common_is_status_2(before: Path, tmp_path: Path) -> None:
    after = drills.write(tmp_path / "after", [drill([one_round(Random(1))], fault="hang")])
    with pytest.raises(Exit, match="have no drill in common") as error:
        report.compare(Context(), before=str(before), after=str(after))
    assert error.value.code == 2
