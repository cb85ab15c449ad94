from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from redis_ha.measure.writer import Writer

from redis_ha import faults
from redis_ha.checkers import Verdict
from redis_ha.checkers.durability import Writes
from redis_ha.errors import InventoryError, RedisHaError
from redis_ha.measure.history import History, Outcome, Write
from redis_ha.measure.timeline import Event, Phases
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.services import cluster
from redis_ha.services.cluster import Snapshot
from redis_ha.suites import failover
from redis_ha.suites.failover import Drill, Round, survivors
from tests.unit import builders
from tests.unit.builders import after_failover, snapshot

FINE = Round(
    old_master="redis1",
    new_master="redis2",
    rto_s=3.21449,
    predicted_s=3.27,
    phases=Phases(sdown_s=2.00049, visible_s=3.1),
    writes=Writes(1000, 900, 90, 10, lost=0, recovered=1),
    problems=(),
    events=(Event(2.00049, "redis2:26379", "+sdown", "master mymaster"),),
)
VERDICTS = {
    "fine": (FINE, Verdict.VALID),
    "lost writes": (replace(FINE, writes=replace(FINE.writes, lost=1)), Verdict.INVALID),
    "no recovery": (replace(FINE, rto_s=None), Verdict.INVALID),
    "problems in the end": (replace(FINE, problems=("redis1 is down",)), Verdict.INVALID),
    "too few writes": (replace(FINE, writes=Writes(9, 9, 0, 0, 0, 0)), Verdict.UNKNOWN),
    "a loss and too few": (replace(FINE, writes=Writes(9, 9, 0, 0, 1, 0)), Verdict.INVALID),
}


@pytest.mark.parametrize(("done", "verdict"), VERDICTS.values(), ids=VERDICTS)
def test_a_round_is_judged_by_writes_recovery_and_convergence(
    done: Round, verdict: Verdict
) -> None:
    assert done.verdict is verdict
    assert done.as_json()["verdict"] == str(verdict)


def test_a_drill_is_as_good_as_its_worst_round() -> None:
    worse = VERDICTS["too few writes"][0]
    for rounds, verdict in (
        ((FINE, FINE), Verdict.VALID),
        ((FINE, worse), Verdict.UNKNOWN),
        ((), Verdict.UNKNOWN),
    ):
        assert Drill("local", "kill", "master", 2000, rounds, ()).verdict is verdict


def test_the_record_has_the_keys_of_the_contract() -> None:
    record = Drill("local", "kill", "master", 2000, (FINE,), ("8.0.2",)).as_json()
    assert record.keys() >= {"provider", "fault", "target", "down_after_ms", "verdict", "rounds"}
    (done,) = record["rounds"]
    assert done.keys() >= {
        *("old_master", "new_master", "rto_s", "predicted_s", "phases", "writes", "verdict")
    }
    assert done["phases"] == {
        "sdown_s": 2.0,
        "odown_s": None,
        "elected_s": None,
        "promoted_s": None,
        "visible_s": 3.1,
        "first_write_s": None,
    }
    assert done["writes"] == {
        "attempted": 1000,
        "acknowledged": 900,
        "failed": 90,
        "indeterminate": 10,
        "lost": 0,
        "recovered": 1,
    }
    assert (done["rto_s"], record["down_after_ms"]) == (3.214, 2000)


# From here on a drill runs, with doubles for the fault, the writer and the listeners.

FAULT_S = 100.0


class Store:
    """The master that is there in the end, with other values than were written for some keys."""

    def __init__(self) -> None:
        self.instead: dict[str, str | None] = {}
        self.removed: list[str] = []

    def mget(self, keys: list[str]) -> list[str | None]:
        return [self.instead.get(key, key) for key in keys]

    def unlink(self, *keys: str) -> None:
        self.removed += keys


class FakeWriter:
    """150 writes before the fault and one on the new master, or none."""

    recovers = True

    def __init__(self, environment: Environment) -> None:
        self.history = History(builders.writes(150))

    def __enter__(self) -> "FakeWriter":
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing to end."""

    def steady(self) -> None:
        """It is."""

    def steady_for(self, seconds: float) -> None:
        """No need to wait."""

    def recovered(self, old_master: str, since_s: float, timeout_s: float) -> Write | None:
        assert (old_master, since_s) == ("redis1", FAULT_S)
        if not self.recovers:
            return None
        first = Write("key:first", 102.9, 103.0, Outcome.ACKNOWLEDGED, "redis2")
        self.history.add(first)
        return first


class FakeTimeline:
    def __init__(self, environment: Environment) -> None:
        self.events = [
            Event(99.0, "redis2:26379", "+sdown", "master mymaster"),
            Event(102.0, "redis3:26379", "+sdown", "master mymaster"),
        ]

    def __enter__(self) -> "FakeTimeline":
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing to end."""


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    """Let a failover from redis1 to redis2 be recorded."""
    made = Store()
    seen = [snapshot(), after_failover()]
    broken: list[str] = []

    @contextmanager
    def fault(node: Node) -> Iterator[float]:
        broken.append(node.name)
        yield FAULT_S
        assert broken == ["redis1"]

    @contextmanager
    def asking(*_: object) -> Iterator[Store]:
        yield made

    def look(_: Environment) -> Snapshot:
        return seen.pop(0) if len(seen) > 1 else seen[0]

    monkeypatch.setattr(failover, "Writer", FakeWriter)
    monkeypatch.setattr(failover, "Timeline", FakeTimeline)
    monkeypatch.setattr(failover, "asking", asking)
    monkeypatch.setattr(faults, "FAULTS", {"kill": fault})
    monkeypatch.setattr(cluster, "look", look)
    return made


def test_a_round_counts_from_the_fault_and_accounts_for_every_write(
    tmp_path: Path, store: Store
) -> None:
    told: list[Round] = []
    drill = failover.run(builders.folders(tmp_path), on_round=told.append)
    (done,) = drill.rounds
    assert told == [done]
    assert (done.old_master, done.new_master, done.rto_s) == ("redis1", "redis2", 3.0)
    assert (done.phases.sdown_s, done.phases.first_write_s) == (2.0, 3.0)
    assert [event.at_s for event in done.events] == [-1.0, 2.0]
    assert (done.writes.attempted, done.writes.lost) == (151, 0)
    assert len(store.removed) == 151
    assert drill.verdict is Verdict.VALID


def test_a_lost_write_makes_the_drill_invalid(tmp_path: Path, store: Store) -> None:
    store.instead = {"key:7": None, "key:first": "another value"}
    (done,) = failover.run(builders.folders(tmp_path)).rounds
    assert (done.writes.lost, done.verdict) == (2, Verdict.INVALID)


def test_without_a_recovery_there_is_no_time_of_it(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeWriter, "recovers", False)
    (done,) = failover.run(builders.folders(tmp_path)).rounds
    assert (done.rto_s, done.phases.first_write_s) == (None, None)
    assert done.verdict is Verdict.INVALID


def test_without_a_master_in_the_end_nothing_survived(tmp_path: Path) -> None:
    writer = cast(Writer, FakeWriter(builders.folders(tmp_path)))
    assert survivors(builders.folders(tmp_path), None, writer) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"fault": "fire"}, "no fault `fire`"),
        ({"rounds": 0}, "--rounds: at least 1, not 0"),
        ({"target": "redis2"}, "--target: redis2 is not the master now, redis1 is"),
        ({"target": "web1"}, "--target: web1 "),
        ({"target": "redis9"}, "no node `redis9`"),
    ],
    ids=["fault", "rounds", "a replica", "no Redis", "nobody"],
)
def test_a_drill_that_makes_no_sense_is_refused_and_breaks_nothing(
    changes: dict[str, object], message: str, tmp_path: Path, store: Store
) -> None:
    with pytest.raises(RedisHaError, match=f"^{message}"):
        failover.run(builders.folders(tmp_path), **changes)  # type: ignore[arg-type]
    assert store.removed == []


def test_an_unknown_target_is_an_error_of_the_inventory(tmp_path: Path, store: Store) -> None:
    with pytest.raises(InventoryError):
        failover.run(builders.folders(tmp_path), target="redis9")
