"""One Redis with a replica and one php-fpm for all of these tests."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.php import servers, typo3
from tests.php.servers import Pair, Site


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """Return a folder whose path is short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="redis-ha-php-") as made:
        yield Path(made)


@pytest.fixture(scope="session")
def running(folder: Path) -> Iterator[Pair]:
    with servers.redis_pair(folder) as pair:
        yield pair


@pytest.fixture
def pair(running: Pair) -> Pair:
    """Return both servers, in sync."""
    running.settle()
    return running


@pytest.fixture(scope="session")
def serving(folder: Path, running: Pair) -> Iterator[Site]:
    with servers.served(folder, running.master) as site:
        yield site


@pytest.fixture
def site(serving: Site, pair: Pair) -> Iterator[Site]:
    """Return the site, with the settings that it has in the beginning."""
    yield serving
    serving.tell()


@pytest.fixture(name="typo3")
def typo3_site(tmp_path: Path, pair: Pair) -> Path:
    """Return a site without TYPO3 itself, whose settings name a Redis that runs."""
    typo3.write(tmp_path, pair.master)
    return tmp_path
