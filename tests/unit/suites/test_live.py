"""A round while it goes on."""

from types import SimpleNamespace
from typing import cast

import pytest

from redis_ha.checkers.strike import Strike
from redis_ha.measure.events import Event
from redis_ha.measure.history import History, Operation, Outcome
from redis_ha.measure.timeline import Timeline
from redis_ha.measure.workload import Workload
from redis_ha.suites import live
from redis_ha.suites.live import Live
from tests.unit.builders import operation, writes

FAULT_S = 100.0
EVENTS = [
    Event(102.1, "redis2:26379", "+sdown", "master mymaster"),
    Event(102.4, "redis2", "role", "master"),
]


class Load:
    """A load of which more is known at each look."""

    def __init__(self, *parts: list[Operation]) -> None:
        self.parts = list(parts)
        self.operations: list[Operation] = []

    def look(self) -> History:
        self.operations += self.parts.pop(0) if self.parts else []
        return History(self.operations)


def watched(load: Load) -> Live:
    timeline = SimpleNamespace(events=EVENTS)
    strike = SimpleNamespace(master="redis1", targets=("redis1",))
    return Live("kill master", cast(Strike, strike), cast(Timeline, timeline), cast(Workload, load))


def test_before_the_fault_there_are_writes_and_no_phases() -> None:
    seen = watched(
        Load(writes(3), writes(2, Outcome.FAILED), writes(1, Outcome.INDETERMINATE))
    ).seen()
    assert (seen.since_s, seen.phases.sdown_s) == (None, None)
    assert (seen.acknowledged, seen.refused, seen.unanswered) == (3, 0, 0)
    assert seen.stage == "the load becomes steady"


def test_phases_come_one_by_one_and_each_write_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "now_s", lambda: FAULT_S + 3)
    old = [operation(FAULT_S + 0.5, "redis1")]
    new = [operation(FAULT_S + 3.3, "redis2"), operation(FAULT_S + 3.4, "redis2")]
    load = Load(writes(2), [*old, *writes(2, Outcome.FAILED)], new)
    round_ = watched(load)
    round_.seen()
    round_.struck(FAULT_S)
    seen = round_.seen()
    assert seen.since_s == pytest.approx(3)
    assert seen.phases.sdown_s == pytest.approx(2.1)
    assert seen.phases.promoted_s == pytest.approx(2.4)
    assert (seen.acknowledged, seen.refused, seen.phases.first_write_s) == (3, 2, None)
    seen = round_.seen()
    assert seen.acknowledged == 5
    assert seen.phases.first_write_s == pytest.approx(3.3)


def test_an_interrupt_is_announced_and_goes_on() -> None:
    round_, told = watched(Load()), list[str]()
    round_.tell = told.append
    with pytest.raises(KeyboardInterrupt), round_.announced():
        raise KeyboardInterrupt
    assert round_.seen().stage == "interrupted, healing"
    assert told == [f"healing kill master …; {live.SECOND}"]
