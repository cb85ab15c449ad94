"""What judges pages besides our own looks."""

import pytest

from tests.pages import looks


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    return looks.axe_source(tmp_path_factory.mktemp("pages"))
