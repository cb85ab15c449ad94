"""`./inv judge`: what it prints, and the status it ends with."""

from pathlib import Path

import pytest
from invoke.context import Context
from invoke.exceptions import Exit

from redis_ha.checkers import evidence
from redis_ha.cli.judge import judge
from redis_ha.measure import packed
from tests import drills
from tests.unit.kept import keep, lacking, seen


def test_a_valid_row_is_status_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(tmp_path)
    judge(Context(), folder=str(tmp_path))
    out = capsys.readouterr().out
    rows = [line.split() for line in out.splitlines()]
    assert ["kill", "master", "docker", "1", "190", "0", "valid", "valid"] in rows
    assert out.splitlines()[0] == "valid, as recorded: 1 drill: 1 valid."


def test_another_verdict_than_recorded_is_status_1_and_says_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(tmp_path)
    tampered = seen(survivors=lacking("before:7", nodes=["redis2"]))
    packed.save(tmp_path / tampered.file, evidence.to_bytes(tampered))
    with pytest.raises(
        Exit, match="kill master: valid as recorded, invalid today: 1 of 190"
    ) as error:
        judge(Context(), folder=str(tmp_path))
    assert error.value.code == 1
    assert (
        "kill master, round 1: otherwise than recorded: writes, clients, losses, verdict"
    ) in capsys.readouterr().out


def test_a_row_that_is_as_invalid_as_recorded_is_status_1(tmp_path: Path) -> None:
    keep(tmp_path, seen(survivors=lacking("before:7")))
    with pytest.raises(Exit, match="invalid: 1 drill: 1 invalid") as error:
        judge(Context(), folder=str(tmp_path))
    assert error.value.code == 1


def test_of_many_that_differ_a_line_names_three(tmp_path: Path) -> None:
    drills.write(tmp_path, [drills.old_record() for _ in range(5)])
    with pytest.raises(Exit) as error:
        judge(Context(), folder=str(tmp_path))
    assert str(error.value).count("kill master: valid as recorded, unknown today") == 3
    assert str(error.value).endswith("; 2 more")


@pytest.mark.parametrize(
    ("folder", "message"),
    [("", "name a folder"), (".", "no records of drills"), ("nowhere", "no such file or folder")],
)
def test_where_there_are_no_records_the_status_is_2(
    folder: str, message: str, tmp_path: Path
) -> None:
    where = str(tmp_path / folder) if folder else ""
    with pytest.raises(Exit, match=message) as error:
        judge(Context(), folder=where)
    assert error.value.code == 2
