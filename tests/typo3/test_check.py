"""A real site's settings, read through its TYPO3."""

from pathlib import Path

import pytest

from redis_ha.checkers import typo3
from redis_ha.services import typo3_site
from redis_ha.typo3.versions import VERSIONS, Typo3Version
from tests.php.servers import Server
from tests.typo3.conftest import Site, emptied
from tests.typo3.test_settings import fragment

SETTINGS = "<?php return ['SYS' => ['encryptionKey' => '0', 'caching' => []]];\n"
UNKNOWN = {"scheduler: garbage of caches", "default_socket_timeout"}
"""What no settings of TYPO3 decide."""


@pytest.mark.parametrize("version", VERSIONS.values(), ids=VERSIONS)
def test_the_settings_that_are_printed_have_nothing_wrong(
    version: Typo3Version, site: Site, redis: Server, tmp_path: Path
) -> None:
    folder = site(version.name)
    system = emptied(folder)
    made = fragment(version, redis, tmp_path)
    for name, text in (("settings.php", SETTINGS), ("additional.php", made.read_text())):
        (system / name).write_text(text)
        (system / name).chmod(0o640)
    with redis.client as client:
        client.config_set("maxmemory-policy", "volatile-ttl")
    found = typo3_site.here(folder)
    assert found.version is version
    assert {each.name for each in found.caches} == set(version.caches)
    assert {each.setting for each in typo3.findings(found)} <= UNKNOWN
