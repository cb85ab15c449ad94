"""The steps that take Redis out again, followed on a real site that began with it."""

import os
import sqlite3
import subprocess
from pathlib import Path

import pytest

from redis_ha.provision import typo3_settings as settings
from redis_ha.typo3.versions import VERSIONS, Typo3Version
from tests.php.servers import Server
from tests.typo3.conftest import Site, emptied
from tests.typo3.test_settings import fragment

TAKEN_IN = """<?php
if (is_file(__DIR__ . '/redis.php')) {
    require __DIR__ . '/redis.php';
}
"""
SETUP = (
    *("vendor/bin/typo3", "setup", "--no-interaction", "--server-type=other", "--driver=sqlite"),
    *("--project-name=site", "--admin-username=admin", "--admin-email=admin@site.example"),
)
FLUSH = ("vendor/bin/typo3", "cache:flush", "--group", "pages")


def run(folder: Path, *words: str) -> str:
    own = {"TYPO3_SETUP_ADMIN_PASSWORD": "Un-Passw0rt!", "TYPO3_DB_PASSWORD": "none"}
    said = subprocess.run(
        words, cwd=folder, env=os.environ | own, capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stdout + said.stderr
    return said.stdout


def tables(folder: Path) -> set[str]:
    (path,) = (folder / "var" / "sqlite").iterdir()
    with sqlite3.connect(path) as database:
        found = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    database.close()
    return {name for (name,) in found}


@pytest.fixture
def begun(version: Typo3Version, site: Site, redis: Server, tmp_path: Path) -> Path:
    """Return a site that was set up with Redis in its settings."""
    folder = site(version.name)
    system = emptied(folder)
    (system / "additional.php").write_text(TAKEN_IN)
    made = fragment(version, redis, tmp_path)
    (system / "redis.php").write_text(made.read_text())
    run(folder, *SETUP)
    return folder


@pytest.mark.parametrize("version", VERSIONS.values(), ids=VERSIONS)
def test_the_tables_are_there_before_redis_is_gone(
    version: Typo3Version, begun: Path, redis: Server, tmp_path: Path
) -> None:
    wanted = {f"cache_{name}" for name in version.caches}
    assert not wanted & tables(begun)
    steps = tmp_path / "redis-off.sh"
    steps.write_text(settings.off(version))
    run(begun, "bash", str(steps))
    assert wanted <= tables(begun)
    system = begun / "config" / "system"
    assert {path.name for path in system.iterdir()} >= {"redis.php.off", "additional.php"}
    assert not (system / "redis.php").exists()
    redis.end()
    try:
        run(begun, *FLUSH)
    finally:
        redis.start()
