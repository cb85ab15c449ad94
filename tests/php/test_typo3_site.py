"""A TYPO3 site's settings, read by PHP as the site reads them: values and kinds, no password."""

import json
import os
import subprocess
from pathlib import Path
from shutil import which
from typing import Any

import pytest

from redis_ha.checkers.typo3 import findings
from redis_ha.errors import RedisHaError
from redis_ha.services import typo3_site
from tests.php.servers import Pair
from tests.unit.builders import program


def told(folder: Path) -> Any:
    said = subprocess.run(
        ("php", "--", folder),
        input=typo3_site.program(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.stderr == f"{typo3_site.BEGUN}\n"
    return json.loads(said.stdout)


def test_values_keep_their_kind_and_passwords_stay_where_they_are(typo3: Path, pair: Pair) -> None:
    said = told(typo3)
    options = said["caches"]["pages"]["options"]
    assert said["caches"].keys() == {"pages"}
    assert options["database"] == {"kind": "string", "empty": False, "value": "5"}
    assert options["port"]["value"] == pair.master.port
    assert options["password"] == options["secretive"] == {"kind": "string", "empty": False}
    assert said["locks"] is None
    assert said["modes"]["settings.php"] == 0o664
    whole = json.dumps(said)
    assert all(each not in whole for each in (pair.master.password, "of-the-database", "of-nobody"))


def test_its_servers_are_asked(typo3: Path, pair: Pair) -> None:
    with pair.master.set_to(maxmemory_policy="allkeys-lru"):
        (server,) = told(typo3)["servers"].values()
    wanted = {"policy": "allkeys-lru", "role": "master", "replicas": 1, "direct": True}
    assert server | wanted == server


@pytest.mark.parametrize("change", ["another-password", "another-port"])
def test_a_server_that_says_nothing_is_named_without_the_password(
    typo3: Path, pair: Pair, change: str
) -> None:
    path = typo3 / "config" / "system" / "additional.php"
    was, now = {
        "another-password": (pair.master.password, "not-the-password"),
        "another-port": (f"'port' => {pair.master.port}", "'port' => 1"),
    }[change]
    path.write_text(path.read_text().replace(was, now))
    (server,) = told(typo3)["servers"].values()
    assert server.keys() == {"trouble"}
    assert server["trouble"]
    assert "not-the-password" not in server["trouble"]
    assert pair.master.password not in server["trouble"]


def test_the_rules_see_what_is_wrong_with_it(typo3: Path) -> None:
    found = findings(typo3_site.here(typo3))
    assert {each.setting for each in found if each.is_wrong} == {"pages: database"}
    others = {each.setting for each in found if not each.is_wrong}
    assert {"pages: connectionTimeout", "scheduler: garbage of caches", "settings.php"} <= others


def test_a_folder_without_a_site_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(RedisHaError, match=r"no TYPO3 here: no config/system/settings\.php"):
        typo3_site.here(tmp_path)
    with pytest.raises(RedisHaError, match="no such folder"):
        typo3_site.here(tmp_path / "nosuch")


@pytest.mark.parametrize("closed", ["config", "config/system/settings.php"])
def test_settings_that_are_closed_to_who_reads_them_are_told(
    closed: str, typo3: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not os.geteuid():  # root as anybody: bound to the modes of files
        held = f'exec setpriv --bounding-set=-dac_override,-dac_read_search {which("php")} "$@"'
        program(typo3 / "bin", "php", held)
        monkeypatch.setenv("PATH", str(typo3 / "bin"), prepend=":")
    (typo3 / closed).chmod(0)
    with pytest.raises(RedisHaError, match=f"/{closed}: closed to the account `\\w+`"):
        typo3_site.here(typo3)
    (typo3 / closed).chmod(0o700)


def test_a_php_that_is_too_old_says_so(typo3: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_more = typo3_site.program().replace("80100", "990000")
    monkeypatch.setattr(typo3_site, "program", lambda: needs_more)
    with pytest.raises(RedisHaError, match=r"its settings take PHP 8\.1"):
        typo3_site.here(typo3)


ENDS = {
    "a syntax error": ("<?php return [;", "syntax error"),
    "an exception": ("<?php throw new RuntimeException('not today');", "not today"),
    "an end": ("<?php exit(3);", "its settings end PHP: status 3"),
}


@pytest.mark.parametrize(("text", "why"), ENDS.values(), ids=ENDS)
def test_settings_that_end_in_an_error_say_which(typo3: Path, text: str, why: str) -> None:
    (typo3 / "config" / "system" / "additional.php").write_text(text)
    with pytest.raises(RedisHaError, match=why):
        typo3_site.here(typo3)
