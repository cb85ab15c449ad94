"""Sentinels' periods: shorter for a while, kept so over a restart, and put back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from redis_ha import inventory
from redis_ha.nodes.environment import Environment
from redis_ha.wait import wait_until
from tests import periods
from tests.unit import builders, resp


class Sentinel:
    """One that has periods, and forgets what it was told when it is started anew."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        self.periods = {**periods.STOCK, "PING-PERIOD": "1000"}

    def answer(self, words: list[str]) -> bytes:
        if words[:2] != ["SENTINEL", "DEBUG"]:
            return resp.OK
        self.periods.update(zip(words[2::2], words[3::2], strict=True))
        return resp.OK if words[2:] else resp.pairs(**self.periods)


@pytest.fixture
def sentinel() -> Sentinel:
    return Sentinel()


@pytest.fixture
def environment(sentinel: Sentinel, tmp_path: Path) -> Iterator[Environment]:
    default = inventory.load("default")
    with resp.served(sentinel.answer) as port:
        spec = builders.changed(default.node("redis1"), sentinels=(port,))
        topology = builders.changed(default, nodes=(spec,))
        host = builders.folder_host(spec, tmp_path, "127.0.0.1")
        yield builders.environment([host], topology, tmp_path)


def test_they_are_shorter_for_a_while_and_put_back(environment: Environment) -> None:
    assert periods.told(environment) == [periods.STOCK]
    with periods.quick(environment):
        assert periods.told(environment) == [periods.QUICK]
    assert periods.told(environment) == [periods.STOCK]


def test_a_sentinel_that_is_started_anew_is_told_again(
    environment: Environment, sentinel: Sentinel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(periods, "AGAIN_S", 0.01)
    with periods.quick(environment):
        sentinel.start()
        wait_until(
            lambda: periods.told(environment),
            accept=lambda told: told == [periods.QUICK],
            what="it is told again",
            timeout_s=5,
        )


def test_one_that_does_not_answer_is_passed_over(environment: Environment) -> None:
    spec = builders.changed(environment.node("redis1").spec, sentinels=(1024,))
    topology = builders.changed(environment.topology, nodes=(spec,))
    host = builders.folder_host(spec, environment.folder, "127.0.0.1")
    periods.tell(builders.environment([host], topology, environment.folder), periods.QUICK)
    assert periods.told(environment) == [periods.STOCK]
