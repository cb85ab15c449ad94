"""How far the set-up of a TYPO3 site has come, by its settings and its database alone."""

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.php.servers import PHP

PROGRAM = PHP / "bin" / "typo3-state.php"
NAMED = """<?php return ['DB' => ['Connections' => ['Default' => [
    'driver' => 'pdo_sqlite', 'path' => '%s']]]];
"""
EMPTY = "<?php return ['SYS' => ['sitename' => 'a site']];"
TABLES = ("CREATE TABLE be_users (uid INTEGER)", "CREATE TABLE pages (uid INTEGER)")
USER, PAGE = "INSERT INTO be_users VALUES (1)", "INSERT INTO pages VALUES (1)"


@pytest.mark.parametrize(
    ("settings", "statements", "state"),
    [
        (None, (), "none"),
        (None, TABLES, "half"),
        (None, (*TABLES, USER, PAGE), "strange"),
        (EMPTY, (), "half"),
        (NAMED, (), "half"),
        (NAMED, TABLES, "half"),
        (NAMED, (*TABLES, USER), "done"),
        (NAMED, (*TABLES, USER, PAGE), "done"),
        (NAMED, (*TABLES, PAGE), "strange"),
    ],
    ids=[
        "nothing",
        "tables alone",
        "no settings",
        "settings",
        "named",
        "tables",
        "account",
        "all",
        "pages alone",
    ],
)
def test_it_is_told_by_what_is_there(
    settings: str | None, statements: tuple[str, ...], state: str, tmp_path: Path
) -> None:
    (folder := tmp_path / "var" / "sqlite").mkdir(parents=True)
    path = folder / "site.sqlite"
    with closing(sqlite3.connect(path)) as database, database:
        for each in statements:
            database.execute(each)
    if settings:
        (system := tmp_path / "config" / "system").mkdir(parents=True)
        (system / "settings.php").write_text(settings.replace("%s", str(path)))
    command = ("php", str(PROGRAM), str(tmp_path))
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (said.stdout, said.returncode) == (f"{state}\n", 0)


def test_a_database_that_does_not_answer_is_no_state(tmp_path: Path) -> None:
    command = ("php", str(PROGRAM), str(tmp_path), str(tmp_path / "nowhere.sock"), "site", "site")
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.returncode != 0
    assert "none" not in said.stdout
