"""What holds for every run of pytest here."""

from collections.abc import Generator
from contextlib import ExitStack

import pytest
from hypothesis import settings

from redis_ha.cli import turns
from tests.skips import LIST, Skips, listed, needing
from tests.turn import TURN

settings.register_profile("day", max_examples=500, derandomize=True, deadline=None, database=None)
settings.register_profile(
    "night", settings.get_profile("day"), max_examples=50_000, derandomize=False
)
settings.load_profile("day")


def pytest_configure(config: pytest.Config) -> None:
    provider = config.getoption("--provider", None)
    config.pluginmanager.register(Skips(listed(LIST, provider), needing(LIST)), "skips")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    with ExitStack() as turn:
        turn.enter_context(turns.shared())
        item.stash[TURN] = turn
        return (yield)
