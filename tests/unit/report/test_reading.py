import json
import os
from pathlib import Path

import pytest

from redis_ha.errors import RedisHaError
from redis_ha.report.reading import drills as read
from redis_ha.report.reading import newest
from tests import drills


def test_a_folder_has_its_records_in_order_and_leaves_other_suites_out(tmp_path: Path) -> None:
    drills.write(tmp_path, reversed(drills.twenty()))
    (tmp_path / "benchmark-local-1.json").write_text("{damaged")
    found = read(tmp_path)
    assert len(found) == 20
    assert [each.title for each in found] == sorted(each.title for each in found)


def test_a_run_may_name_its_files_as_it_likes(tmp_path: Path) -> None:
    (tmp_path / "kill-master.json").write_text(json.dumps(drills.old_record()))
    (tmp_path / "steps.json").write_text("[]")
    assert [each.title for each in read(tmp_path)] == ["kill master"]


def test_one_file_is_enough(tmp_path: Path) -> None:
    path = tmp_path / "any.json"
    path.write_text(json.dumps(drills.old_record()))
    assert len(read(path)) == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "EOF while parsing"),
        ("", "EOF while parsing"),
        ('{"fault": "\xff"}', "invalid unicode"),
        ('{"fault": "\\ud800"}', "hex escape"),
        ('{"fault": NaN}', "expected value"),
        ("[" * 100_000, "recursion"),
        ("[]", "not the record of a drill"),
        ('{"fault": "kill"}', "provider: is required"),
        ('{"fault": 1, "rounds": [{"verdict": "no"}], "provider": "x"}', "rounds[0].verdict"),
    ],
)
def test_a_damaged_file_is_one_line_that_names_it(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "failover-docker-1.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(RedisHaError, match="damaged") as error:
        read(tmp_path)
    message = str(error.value)
    assert str(path) in message
    assert says in message
    assert "\n" not in message
    assert len(message) < 600


def test_without_records_the_line_says_how_to_get_some(tmp_path: Path) -> None:
    with pytest.raises(RedisHaError, match=r"no records of drills here; `\./inv failover` makes"):
        read(tmp_path)


def test_the_newest_row_of_drills_is_found(tmp_path: Path) -> None:
    assert newest(tmp_path) == tmp_path
    for number, name in enumerate(("drill-local-2", "drill-docker-1")):
        (tmp_path / name).mkdir()
        record = tmp_path / name / "01-kill.json"
        record.write_text("{}")
        os.utime(record, (number, number))
    assert newest(tmp_path) == tmp_path / "drill-docker-1"


def test_a_place_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RedisHaError, match="no such file or folder"):
        read(tmp_path / "nowhere")
