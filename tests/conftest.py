"""What holds for every run of pytest here."""

import pytest

from tests.skips import LIST, Skips, listed


def pytest_configure(config: pytest.Config) -> None:
    provider = config.getoption("--provider", None)
    config.pluginmanager.register(Skips(listed(LIST, provider)), "skips")
