"""Passwords stand in files of this user alone, and nowhere else."""

import shutil
import stat
from pathlib import Path

import pytest

from redis_ha.render import PROJECT
from redis_ha.roles.web import VERSIONS
from redis_ha.tool import located
from tests.contract.conftest import BroughtUp
from tests.contract.inv import Inv

CONSOLE = {"local-development.json"} if shutil.which("node") and shutil.which("npm") else set()
HAS_PHP = any(located(f"php-fpm{version}") for version in ("", *VERSIONS))
SITE = {"sessions.json"} if located("nginx") and HAS_PHP else set()
HOLDERS = {"secrets.json", "redis.conf", "sentinel.conf"} | CONSOLE | SITE
"""The files that have to have passwords in them."""


@pytest.mark.parametrize("words", [("render",), ("diff",), ("diff", "--json"), ("status",)])
def test_what_is_shown_has_them_masked(words: tuple[str, ...], inv: Inv) -> None:
    said = inv(*words)
    assert said.status == 0
    assert not [secret for secret in inv.secrets if secret in said.out + said.err]


def test_render_shows_where_they_would_be(inv: Inv) -> None:
    assert "\nrequirepass ********\n" in inv("render").out


def test_no_command_line_ever_had_one(brought_up: BroughtUp) -> None:
    lines = brought_up.command_lines
    assert any(b"2-configure.sh" in line for line in lines)  # the samples are dense enough
    for secret in brought_up.inv.secrets:
        assert not [line for line in lines if secret.encode() in line]


def test_a_server_that_quotes_its_file_has_them_masked(inv: Inv) -> None:
    path = inv.folder / "redis3/etc/redis/redis.conf"
    text = path.read_text()
    (line,) = (each for each in text.splitlines() if each.startswith("requirepass "))
    path.write_text(text.replace(line, f"{line} more"))
    try:
        said = inv("restart")
    finally:
        path.write_text(text)
        (inv.folder / "redis3/var/log/redis.log").write_text("")  # where the server quoted it
        assert inv("up").status == 0
    assert said.status == 2
    assert "redis3: redis does not run, its log ends: Reading the configuration file" in said.error
    assert "requirepass ********" in said.error
    assert not [secret for secret in inv.secrets if secret in said.out + said.err]


def test_only_files_of_this_user_alone_have_one(inv: Inv) -> None:
    assert inv("sentinel").status == 0  # leaves a record
    secrets = [secret.encode() for secret in inv.secrets]
    files = [path for path in inv.folder.rglob("*") if path.is_file()]
    reports = [path for path in (PROJECT / "reports").iterdir() if path.is_file()]
    holders = [path for path in files + reports if has(path, secrets)]
    assert {path.name for path in holders} == HOLDERS
    assert {stat.S_IMODE(path.stat().st_mode) for path in holders} == {0o600}
    assert stat.S_IMODE(inv.folder.stat().st_mode) == 0o700


def has(path: Path, secrets: list[bytes]) -> bool:
    content = path.read_bytes()
    return any(secret in content for secret in secrets)
