"""redis_ha/services/moment.py: when a failover begins so that Sentinels see it at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from redis_ha.errors import Unhealthy, Unreachable
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.services import moment
from redis_ha.services.moment import Asked, Leader
from tests.unit import builders
from tests.unit.builders import redis_view, sentinel_view, snapshot
from tests.unit.faults.doubles import as_namespace

NEW = redis_view("redis2")


class Sentinel:
    """Tells these ages of the last INFO, one after the other."""

    def __init__(self, *ages_ms: int) -> None:
        self._ages: Iterator[int] = iter(ages_ms)

    def asked_ms_ago(self, address: str, port: int) -> int:
        assert (address, port) == (NEW.address, NEW.port)
        return next(self._ages)

    def address(self) -> tuple[str, int]:
        return "10.0.0.1", 6379


@pytest.mark.parametrize(
    ("ago_ms", "took_s", "is_time"),
    [
        (690, 0.0, False),
        (700, 0.0, True),
        (749, 0.0, True),
        (750, 0.0, False),
        (9000, 0.0, False),
        (690, 0.005, True),
        (500, 0.1, True),
    ],
)
def test_a_slow_sentinel_is_asked_earlier(ago_ms: int, took_s: float, is_time: bool) -> None:
    assert Asked(ago_ms, took_s).is_time is is_time


def test_the_moment_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setattr(moment, "now_s", lambda: 0.0)
    sentinel = Sentinel(9000, 9990, 5, 500, 705, 1000)
    assert Leader(sentinel, NEW).wait_for_moment()  # type: ignore[arg-type]
    assert sentinel.asked_ms_ago(NEW.address, NEW.port) == 1000


def test_a_moment_that_does_not_come_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moment, "COMES_WITHIN_S", 0)
    assert not Leader(Sentinel(9000), NEW).wait_for_moment()  # type: ignore[arg-type]


def test_a_question_before_the_promotion_is_known_by_its_age(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(moment, "now_s", lambda: 10.0)
    for ago_ms, is_early in ((100, True), (900, False)):
        leader = Leader(Sentinel(ago_ms), NEW)  # type: ignore[arg-type]
        assert leader.has_asked_since(9.8) is is_early


@pytest.mark.parametrize(("late", "is_known"), [((), True), (("redis3",), False)])
def test_all_sentinels_have_to_name_the_new_master(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, late: tuple[str, ...], is_known: bool
) -> None:
    @contextmanager
    def sentinel_of(_: Environment, node: Node, port: int) -> Iterator[Any]:
        named = NEW if node.name not in late else redis_view("redis1")
        yield as_namespace(address=lambda: (named.address, named.port))

    monkeypatch.setattr(moment, "NAMES_WITHIN_S", 0)
    monkeypatch.setattr(moment, "sentinel_of", sentinel_of)
    named_s = moment.wait_named(builders.folders(tmp_path), snapshot(), NEW)
    assert (named_s is not None) is is_known


def test_a_sentinel_that_does_not_answer_is_none_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> Any:
        raise Unreachable("redis1: nobody answers")

    monkeypatch.setattr(moment, "sentinel_of", gone)
    assert moment.wait_named(builders.folders(tmp_path), snapshot(), NEW) is None


def test_without_a_sentinel_that_agrees_nothing_begins(tmp_path: Path) -> None:
    torn = snapshot(sentinels=[sentinel_view("redis1", master=None)])
    with (
        pytest.raises(Unhealthy, match="no Sentinel agrees"),
        moment.leader(builders.folders(tmp_path), torn, NEW),
    ):
        pass
