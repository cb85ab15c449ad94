"""TYPO3 itself, installed once for all tests of a version, and a Redis with a password."""

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from redis_ha.provision import typo3_packages
from redis_ha.typo3.versions import VERSIONS
from tests.php.servers import Server

Site = Callable[[str], Path]
PASSWORD = "a-password"


def emptied(folder: Path) -> Path:
    """Return where the settings of a site belong; what another test left is gone."""
    for name in ("config", "var"):
        shutil.rmtree(folder / name, ignore_errors=True)
    system = folder / "config" / "system"
    system.mkdir(parents=True)
    return system


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a function that installs a version of TYPO3, without setting it up."""

    @cache
    def installed(version: str) -> Path:
        folder = tmp_path_factory.mktemp(f"typo3-{version}")
        extensions = [f"b13/{each}" for each in VERSIONS[version].packages]
        core = (typo3_packages.CORE, *typo3_packages.LEAST)
        required = dict.fromkeys(core, f"{version}.*") | dict.fromkeys(extensions, "*")
        text = typo3_packages.project(required, typo3_packages.repositories())
        (folder / "composer.json").write_text(text)
        typo3_packages.composer(folder, "install", "--no-progress", "--no-dev")
        return folder

    return installed


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("redis"), PASSWORD)
    server.start()
    try:
        yield server
    finally:
        server.end()


@pytest.fixture
def redis(server: Server) -> Server:
    """Return the Redis, empty: TYPO3 makes no session that is there."""
    with server.client as client:
        client.flushall()
    return server
