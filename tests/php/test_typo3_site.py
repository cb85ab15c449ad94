"""A TYPO3 site's settings, read by PHP as the site reads them: values and kinds, no password."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from redis_ha.checkers import typo3
from redis_ha.errors import RedisHaError
from redis_ha.services import typo3_site
from redis_ha.services.typo3_site import PROGRAM
from tests.php.servers import ADDRESS, Pair

SETTINGS = """<?php
return ['DB' => ['Connections' => ['Default' => [
    'driver' => 'mysqli', 'host' => '127.0.0.1', 'port' => 1,
    'user' => 'site', 'password' => 'of-the-database']]]];
"""
ADDITIONAL = """<?php
$backend = 'TYPO3\\\\CMS\\\\Core\\\\Cache\\\\Backend\\\\RedisBackend';
$server = ['hostname' => '%(host)s', 'port' => %(port)s, 'password' => '%(password)s'];
$system = &$GLOBALS['TYPO3_CONF_VARS']['SYS'];
$system['caching']['cacheConfigurations']['pages'] = [
    'backend' => $backend, 'options' => ['database' => '5', 'secretive' => 'of-nobody'] + $server];
$system['caching']['cacheConfigurations']['hash'] = ['backend' => 'Other'];
$system['session']['FE'] = [
    'backend' => 'RedisSessionBackend', 'options' => ['database' => 6] + $server];
$system['locking']['redis'] = ['database' => 3, 'disabled' => true] + $server;
echo 'what a site prints is no part of the answer';
"""


@pytest.fixture
def site(tmp_path: Path, pair: Pair) -> Path:
    """Return a site without TYPO3 itself, whose settings name a Redis that runs."""
    system = tmp_path / "config" / "system"
    system.mkdir(parents=True)
    (system / "settings.php").write_text(SETTINGS)
    words = {"host": ADDRESS, "port": pair.master.port, "password": pair.master.password}
    (system / "additional.php").write_text(ADDITIONAL % words)
    (system / "settings.php").chmod(0o664)
    return tmp_path


def told(folder: Path) -> Any:
    said = subprocess.run(("php", PROGRAM, folder), capture_output=True, text=True, check=False)
    assert said.stderr == ""
    return json.loads(said.stdout)


def test_values_keep_their_kind_and_passwords_stay_where_they_are(site: Path, pair: Pair) -> None:
    said = told(site)
    options = said["caches"]["pages"]["options"]
    assert said["caches"].keys() == {"pages"}
    assert options["database"] == {"kind": "string", "empty": False, "value": "5"}
    assert options["port"]["value"] == pair.master.port
    assert options["password"] == options["secretive"] == {"kind": "string", "empty": False}
    assert said["locks"] is None
    assert said["modes"]["settings.php"] == 0o664
    whole = json.dumps(said)
    assert all(each not in whole for each in (pair.master.password, "of-the-database", "of-nobody"))


def test_its_servers_are_asked(site: Path, pair: Pair) -> None:
    with pair.master.set_to(maxmemory_policy="allkeys-lru"):
        (server,) = told(site)["servers"].values()
    wanted = {"policy": "allkeys-lru", "role": "master", "replicas": 1, "direct": True}
    assert server | wanted == server


@pytest.mark.parametrize("change", ["another-password", "another-port"])
def test_a_server_that_says_nothing_is_named_without_the_password(
    site: Path, pair: Pair, change: str
) -> None:
    path = site / "config" / "system" / "additional.php"
    was, now = {
        "another-password": (pair.master.password, "not-the-password"),
        "another-port": (f"'port' => {pair.master.port}", "'port' => 1"),
    }[change]
    path.write_text(path.read_text().replace(was, now))
    (server,) = told(site)["servers"].values()
    assert server.keys() == {"trouble"}
    assert server["trouble"]
    assert "not-the-password" not in server["trouble"]
    assert pair.master.password not in server["trouble"]


def test_the_rules_see_what_is_wrong_with_it(site: Path) -> None:
    found = typo3.findings(typo3_site.read(site))
    assert {each.setting for each in found if each.wrong} == {"pages: database"}
    others = {each.setting for each in found if not each.wrong}
    assert {"pages: connectionTimeout", "scheduler: garbage of caches", "settings.php"} <= others


def test_a_folder_without_a_site_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(RedisHaError, match=r"no TYPO3 here: no config/system/settings\.php"):
        typo3_site.read(tmp_path)
    with pytest.raises(RedisHaError, match="no such folder"):
        typo3_site.read(tmp_path / "nosuch")


ENDS = {
    "a syntax error": ("<?php return [;", "syntax error"),
    "an exception": ("<?php throw new RuntimeException('not today');", "not today"),
    "an end": ("<?php exit(3);", "its settings end PHP: status 3"),
}


@pytest.mark.parametrize(("text", "why"), ENDS.values(), ids=ENDS)
def test_settings_that_end_in_an_error_say_which(site: Path, text: str, why: str) -> None:
    (site / "config" / "system" / "additional.php").write_text(text)
    with pytest.raises(RedisHaError, match=why):
        typo3_site.read(site)
