from pathlib import Path

import pytest

from redis_ha.checkers.drill import parse
from redis_ha.report import files
from redis_ha.report.reading import KeptDrill
from tests import drills

RECORDS = [KeptDrill(Path("old.json"), parse(drills.old_record()))]


def test_three_files_in_a_new_folder(tmp_path: Path) -> None:
    paths = files.write(RECORDS, tmp_path / "new/folder")
    assert [path.name for path in paths] == ["report.html", "report.md", "report.junit.xml"]
    assert all(path.read_text(encoding="utf-8") for path in paths)


def test_nothing_is_written_where_something_cannot_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(files.WRITERS, "report.md", lambda drills: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        files.write(RECORDS, tmp_path / "new")
    assert not (tmp_path / "new").exists()
