"""redis_ha/suites/failover.py with doubles for the fault, the load and the listeners."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import redis

from redis_ha import faults, inventory
from redis_ha.checkers import Verdict, evidence
from redis_ha.checkers.durability import Loss
from redis_ha.checkers.judgement import judged
from redis_ha.checkers.round import Round
from redis_ha.errors import InventoryError, NotApplicable, RedisHaError, Refused, TooOld
from redis_ha.faults import Fault
from redis_ha.faults.scene import REDIS, Scene
from redis_ha.measure import load, packed
from redis_ha.measure.events import Event
from redis_ha.measure.history import History, Operation, Outcome
from redis_ha.measure.visits import Visits
from redis_ha.measure.witnesses import Witness
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.report import words
from redis_ha.services import cluster
from redis_ha.services.recovery import COPY_TRIPS, TRIPS
from redis_ha.services.snapshot import Snapshot
from redis_ha.suites import failover, min_replicas, survivors
from redis_ha.suites.plan import Plan
from tests.unit import builders
from tests.unit.builders import after_failover, operation, redis_view, snapshot, writes
from tests.unit.faults import doubles

FAULT_S, HEALED_S = 100.0, 106.0
SHARE, PING_S = 0.5, 0.02


class Stage:
    """What a drill sees: the nodes, what was written, what every node holds in the end."""

    def __init__(self) -> None:
        self.snapshots = [snapshot(), after_failover()]
        self.looks = 0
        self.operations = steady()
        self.first = operation(103.0, "redis2")
        self.lacks: dict[str, set[str]] = {}
        self.silent: dict[str, str] = {}
        self.set_to: list[str] = []
        self.rewritten: list[str] = []
        self.removed: list[str] = []
        self.refusals: list[str] = []
        self.struck: list[list[str]] = []
        self.sides: list[Sequence[Sequence[str]]] = []
        self.confirmations: list[int | None] = []
        self.visits: list[Sequence[Visits]] = []
        self.witnesses: list[Sequence[Witness]] = []

    @property
    def history(self) -> History:
        return History(self.operations)

    @contextmanager
    def around(self, _: Environment) -> Iterator[None]:
        self.struck.append(["before"])
        try:
            yield
        finally:
            self.struck.append(["after"])

    def look(self, _: Environment) -> Snapshot:
        self.looks += 1
        return self.snapshots.pop(0) if len(self.snapshots) > 1 else self.snapshots[0]


def steady() -> list[Operation]:
    """Return 150 writes on redis1 before the fault and 20 on redis2 after it."""
    before = [operation(FAULT_S - number / 100, key=f"before:{number}") for number in range(1, 151)]
    after = [operation(103 + number / 10, "redis2") for number in range(40)]
    naive = [operation(FAULT_S - number / 10, client="naive-1") for number in range(1, 9)]
    return [*before, *after, *naive]


class FakeLoad:
    """Finds what the stage has written."""

    stage: Stage

    def __init__(
        self,
        environment: Environment,
        file: Path,
        *,
        sides: Sequence[Sequence[str]],
        confirmations: int | None,
        share: float,
        visits: Sequence[Visits],
        witnesses: Sequence[Witness],
    ) -> None:
        self.history, self.prefix = self.stage.history, "drill"
        self.stage.witnesses.append(witnesses)
        self.stage.visits.append(visits)
        self.stage.sides.append(sides)
        self.stage.confirmations.append(confirmations)

    def __enter__(self) -> "FakeLoad":
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing to end."""

    def steady(self) -> None:
        """It is."""

    def seen(self, find: object, what: str, timeout_s: float) -> Operation | None:
        return find(self.history)  # type: ignore[operator,no-any-return]

    def returned(self, since_s: float, timeout_s: float) -> None:
        """All have."""


class FakeTimeline:
    def __init__(self, environment: Environment) -> None:
        self.events = [
            Event(99.0, "redis2:26379", "+sdown", "master mymaster"),
            Event(102.0, "redis3:26379", "+sdown", "master mymaster"),
            Event(102.2, "redis3:26379", "+vote-for-leader", "b5f0 7"),
            Event(102.9, "redis3:26379", "+switch-master", "mymaster"),
        ]

    def ping_s(self) -> float:
        return PING_S

    def __enter__(self) -> "FakeTimeline":
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing to end."""


class Store:
    """One node's keys in the end: everything, but for what the stage says it lacks."""

    def __init__(self, stage: Stage, node: str) -> None:
        self._stage, self._node = stage, node

    def wait(self, replicas: int, timeout_ms: int) -> int:
        return replicas

    def mget(self, keys: list[str]) -> list[str | None]:
        if self._node in self._stage.silent:
            raise Refused(self._stage.silent[self._node])
        lacks = self._stage.lacks.get(self._node, set())
        return [None if key in lacks else key for key in keys]

    def unlink(self, *keys: str) -> None:
        if self._stage.refusals:
            raise redis.ResponseError(self._stage.refusals.pop())
        self._stage.removed += keys

    def execute_command(self, *words: str) -> None:
        if words == ("CONFIG", "REWRITE"):
            self._stage.rewritten.append(self._stage.set_to[-1])
        else:
            self._stage.set_to.append(f"{self._node} {words[-1]}")


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Let a failover from redis1 to redis2 be recorded."""
    made = Stage()
    FakeLoad.stage = made
    time_s = [HEALED_S]

    @contextmanager
    def strike(scene: Scene) -> Iterator[float]:
        made.struck.append(scene.names)
        yield FAULT_S

    @contextmanager
    def redis_of(_: Environment, node: Node) -> Iterator[Store]:
        yield Store(made, node.name)

    catalogue = {
        "kill": Fault("", strike, frozenset({REDIS})),
        "cut": Fault("", strike, faults.NODE, cuts=True, divides=True, is_silent=True),
        "planned": Fault("", strike, frozenset({REDIS}), leads_to="switchover"),
        "dark": Fault("", strike, faults.NODE, is_silent=True, cuts_power=True),
        "never": Fault("", strike, frozenset({REDIS}), obstacle=lambda scene: "no means here"),
        "once": Fault("", strike, frozenset({REDIS}), is_once=True),
        "kept": Fault("", strike, frozenset({REDIS}), around=made.around),
    }
    monkeypatch.setattr(faults, "FAULTS", catalogue)
    monkeypatch.setattr(failover, "Workload", FakeLoad)
    monkeypatch.setattr(failover, "Timeline", FakeTimeline)
    monkeypatch.setattr(min_replicas, "redis_of", redis_of)
    monkeypatch.setattr(survivors, "redis_of", redis_of)
    monkeypatch.setattr(failover, "pause_until", lambda moment_s: None)
    monkeypatch.setattr(failover, "now_s", lambda: time_s[0])
    monkeypatch.setattr(cluster, "look", made.look)
    monkeypatch.setattr(load, "pace", lambda *_: SHARE)
    return made


def drilled(tmp_path: Path, fault: str = "kill", target: str = "", **options: Any) -> Round:
    plan = Plan(fault, tmp_path, target, **options)
    (done,) = failover.run(builders.folders(tmp_path), plan).rounds
    return done


def test_a_round_counts_from_the_fault_and_accounts_for_every_write(
    tmp_path: Path, stage: Stage
) -> None:
    done = drilled(tmp_path)
    assert stage.struck == [["redis1"]]
    assert (done.old_master, done.new_master, done.rto_s) == ("redis1", "redis2", 3.0)
    assert (done.phases.sdown_s, done.phases.first_write_s) == (2.0, 3.0)
    assert done.phases.visible_s == pytest.approx(2.9)
    assert [round(event.at_s, 1) for event in done.events] == [-1.0, 2.0, 2.2, 2.9]
    assert (done.late_phase, done.elections) == (None, 1)
    assert (done.writes.acknowledged, done.writes.lost) == (190, 0)
    assert (done.healed_s, done.converged_s) == (6.0, 6.0)
    assert list(done.clients) == ["sentinel", "naive"]
    assert done.clients["naive"].first_write_s is None
    assert len(stage.removed) == 198
    assert (done.problems, done.verdict) == ((), Verdict.VALID)
    assert (done.ping_s, done.load_share) == (PING_S, SHARE)
    assert stage.looks == len(["before", "after"])


def test_a_cluster_that_does_not_get_healthy_is_judged_as_it_was_seen_last(
    tmp_path: Path, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failover, "RECOVERS_S", 0)
    broken = snapshot([redis_view("redis1", "down"), *after_failover().nodes[1:]])
    stage.snapshots = [snapshot(), broken]
    done = drilled(tmp_path)
    assert (done.converged_s, done.verdict) == (None, Verdict.INVALID)
    assert "redis1 is down" in done.problems
    assert stage.looks == len(["before", "after"])


def test_what_is_kept_of_a_round_comes_to_the_same_again(tmp_path: Path, stage: Stage) -> None:
    stage.lacks = {"redis2": {"before:7"}}
    done = drilled(tmp_path)
    seen = evidence.from_bytes(packed.read(tmp_path / str(done.evidence)))
    assert judged(seen, stage.history) == done
    assert done.verdict is Verdict.INVALID


def test_the_load_is_what_the_nodes_can_take_or_what_was_asked_for(
    tmp_path: Path, stage: Stage
) -> None:
    assert drilled(tmp_path).load_share == SHARE
    stage.snapshots = [snapshot(), after_failover()]
    (done,) = failover.run(builders.folders(tmp_path), Plan("kill", tmp_path, load=0.1)).rounds
    assert done.load_share == 0.1


def test_a_master_whose_replicas_lag_is_asked_again_to_remove_the_keys(
    tmp_path: Path, stage: Stage
) -> None:
    stage.refusals = ["NOREPLICAS Not enough good replicas to write."]
    assert drilled(tmp_path).verdict is Verdict.VALID
    assert len(stage.removed) == 198
    stage.refusals = ["READONLY You can't write against a read only replica."]
    stage.snapshots = [snapshot(), after_failover()]
    with pytest.raises(redis.ResponseError, match="READONLY"):
        drilled(tmp_path)


def test_slow_answers_widen_the_band(
    tmp_path: Path, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = drilled(tmp_path)
    stage.snapshots = [snapshot(), after_failover()]
    monkeypatch.setattr(FakeTimeline, "ping_s", lambda _: 0.0)
    quick = drilled(tmp_path)
    assert slow.band_s is not None
    assert quick.band_s is not None
    assert slow.band_s[1] == pytest.approx(quick.band_s[1] + (TRIPS + COPY_TRIPS) * PING_S)
    assert (slow.band_s[0], slow.predicted_s) == (quick.band_s[0], quick.predicted_s)


def test_a_lost_write_is_told_and_makes_the_round_invalid(tmp_path: Path, stage: Stage) -> None:
    stage.lacks = {"redis2": {"before:7", "at:103.0"}}
    done = drilled(tmp_path)
    assert (done.writes.lost, done.verdict) == (2, Verdict.INVALID)
    assert [(loss.count, loss.node) for loss in done.losses] == [(1, "redis1"), (1, "redis2")]
    assert isinstance(done.losses[0], Loss)


def test_a_loss_of_a_naive_client_is_told_and_no_verdict(tmp_path: Path, stage: Stage) -> None:
    stage.lacks = {"redis2": {"at:99.5"}}
    done = drilled(tmp_path)
    assert (done.clients["naive"].lost, done.writes.lost) == (1, 0)
    assert (len(done.losses), done.verdict) == (1, Verdict.VALID)


def test_a_naive_client_that_a_woken_master_answers_is_told_and_no_verdict(
    tmp_path: Path, stage: Stage
) -> None:
    stage.operations.append(operation(103.5, "redis1", client="naive-1"))
    done = drilled(tmp_path)
    assert (done.overlap and done.overlap.writes, done.verdict) == (1, Verdict.VALID)


def wrong(stage: Stage, what: str) -> None:
    """Let something go wrong."""
    match what:
        case "nobody takes over":
            stage.operations = [each for each in stage.operations if each.node == "redis1"]
        case "no failover":
            stage.snapshots = [snapshot()]
            stage.operations = [*writes(200), operation(107.0, took_s=0.1)]
        case "two masters":
            stage.operations.append(operation(103.5, "redis1", client="unconfirmed-1"))
        case "a replica lacks writes":
            stage.lacks = {"redis3": {"at:103.0"}}
        case "silence in the end":
            stage.operations = [each for each in stage.operations if each.ended_s < HEALED_S]


PROBLEMS = {
    "nobody takes over": "no other node took a write while the fault lasted",
    "no failover": "redis1 is still master: there was no failover",
    "two masters": "redis1 acknowledged 1 writes after redis2 had begun to",
    "a replica lacks writes": "redis3 lacks 1 writes that redis2 has",
    "silence in the end": "no write was acknowledged after the fault had healed",
}


@pytest.mark.parametrize(("what", "problem"), PROBLEMS.items(), ids=PROBLEMS)
def test_whatever_is_wrong_is_said_and_makes_the_round_invalid(
    what: str, problem: str, tmp_path: Path, stage: Stage
) -> None:
    wrong(stage, what)
    done = drilled(tmp_path)
    assert problem in done.problems
    assert done.verdict is Verdict.INVALID


def test_writes_that_had_to_be_refused_are_a_problem(tmp_path: Path, stage: Stage) -> None:
    stage.snapshots = [snapshot()]
    stage.operations = [
        *(operation(FAULT_S - number / 100) for number in range(1, 151)),
        operation(102.9),  # max-lag 1 and 2 s more: that much an isolated master may go on
        operation(104.0),
        operation(104.1, outcome=Outcome.FAILED),
        operation(107.0),
    ]
    done = drilled(tmp_path, target="replicas")
    assert done.problems == ("1 writes were acknowledged that nothing but redis1 can have",)
    stage.operations = [each for each in stage.operations if each.ended_s != 104.0]
    assert drilled(tmp_path, target="replicas").verdict is Verdict.VALID


@pytest.mark.parametrize(
    ("fault", "loses_cache", "problems"),
    [
        (
            "dark",
            True,
            ("no disk had the last 0.07 s when every node lost its power (appendfsync)",),
        ),
        ("dark", False, ()),
        ("kill", True, ()),
    ],
)
def test_what_no_disk_had_is_lost_with_the_power_of_all_machines(
    fault: str, loses_cache: bool, problems: tuple[str, ...], tmp_path: Path, stage: Stage
) -> None:
    stage.snapshots = [snapshot()]
    stage.operations = [*steady(), operation(107.0)]
    stage.operations = [each for each in stage.operations if each.node == "redis1"]
    stage.lacks = {"redis1": {"before:7", "before:2"}, "redis2": {"before:7", "before:2"}}
    built = builders.folders(tmp_path)
    doubles.powered(built, loses_cache=loses_cache)
    (done,) = failover.run(built, Plan(fault, tmp_path, "all")).rounds
    assert (done.writes.lost, done.problems) == (2, problems)
    assert done.verdict is Verdict.INVALID


def test_where_the_master_stays_the_end_of_the_last_gap_counts(
    tmp_path: Path, stage: Stage
) -> None:
    stage.snapshots = [snapshot()]
    stage.operations = [operation(90 + number / 10) for number in range(200)]
    assert drilled(tmp_path, target="replica").rto_s == 0.0
    stage.operations = [each for each in stage.operations if not 101 < each.ended_s < 102.45]
    done = drilled(tmp_path, target="replica")
    assert done.rto_s == pytest.approx(2.5)
    assert (done.predicted_s, done.verdict) == (None, Verdict.VALID)


def test_a_planned_change_is_measured_by_the_stall(tmp_path: Path, stage: Stage) -> None:
    done = drilled(tmp_path, "planned")
    assert done.rto_s == pytest.approx(3.01)
    assert done.late_phase is not None


def test_clients_are_divided_with_the_nodes(tmp_path: Path, stage: Stage) -> None:
    drilled(tmp_path, "cut", "master")
    assert stage.sides == [[("redis1",), ("redis2", "redis3")]]


def test_visitors_are_where_the_web_node_is(tmp_path: Path, stage: Stage) -> None:
    drilled(tmp_path, clients=("php-session",), requests_per_s=20)
    drilled(tmp_path)
    ((told,), nobody) = stage.visits
    assert (told.node, told.visitors, told.requests_per_s, told.locks) == ("web1", 25, 20, 0)
    program = f"{tmp_path}/web1/usr/local/share/redis-ha/php/bin/visitors.php"
    assert told.command[-2:] == ("php", program)
    assert nobody == ()


def test_what_can_be_done_once_has_one_round(tmp_path: Path, stage: Stage) -> None:
    stage.snapshots = [snapshot()]
    drill = failover.run(builders.folders(tmp_path), Plan("once", tmp_path, rounds=3))
    assert (len(drill.rounds), stage.struck) == (1, [["redis1"]])


def test_what_rounds_leave_is_put_back_after_the_last_one(tmp_path: Path, stage: Stage) -> None:
    stage.snapshots = [snapshot()]
    failover.run(builders.folders(tmp_path), Plan("kept", tmp_path, rounds=2))
    assert stage.struck == [["before"], ["redis1"], ["redis1"], ["after"]]


def test_clients_that_others_wrote_are_in_the_record(tmp_path: Path, stage: Stage) -> None:
    plan = Plan("kill", tmp_path, clients=("redis-py",))
    drill = failover.run(builders.folders(tmp_path), plan)
    drilled(tmp_path)
    ((told,), nobody) = stage.witnesses
    assert (told.kind, nobody) == ("redis-py", ())
    assert drill.clients["redis-py"].startswith("redis-py ")
    assert words.command(drill).count("--clients redis-py") == 1


def test_visitors_without_a_web_node_are_refused_and_break_nothing(
    tmp_path: Path, stage: Stage
) -> None:
    topology = inventory.load("default")
    built = builders.folders(tmp_path, replace(topology, nodes=topology.redis_nodes))
    words = "^--clients: php-lock: no node of `default` has the role `web`$"
    with pytest.raises(RedisHaError, match=words) as caught:
        failover.run(built, Plan("kill", tmp_path, clients=("php-lock",)))
    assert caught.value.exit_status == 2
    assert stage.struck == []


def test_other_settings_are_set_for_the_drill_and_put_back(tmp_path: Path, stage: Stage) -> None:
    plan = Plan("kill", tmp_path, min_replicas=0)
    drill = failover.run(builders.folders(tmp_path), plan)
    assert sorted(stage.set_to) == sorted(
        f"redis{number} {value}" for number in (1, 2, 3) for value in (0, 1)
    )
    assert [line.split()[1] for line in stage.set_to] == ["0", "0", "0", "1", "1", "1"]
    assert len(stage.rewritten) == len(stage.set_to)  # or a restart brings the old one back
    assert stage.confirmations == [0]
    assert drill.comparison
    assert drill.settings["min_replicas_to_write"] == 0
    assert not drill.fails


def test_settings_are_put_back_after_a_failure_as_well(tmp_path: Path, stage: Stage) -> None:
    with pytest.raises(NotApplicable):
        failover.run(builders.folders(tmp_path), Plan("never", tmp_path, min_replicas=0))
    assert [line.split()[1] for line in stage.set_to][-3:] == ["1", "1", "1"]


def test_the_record_has_the_keys_of_the_contract(tmp_path: Path, stage: Stage) -> None:
    told: list[Round] = []
    drill = failover.run(builders.folders(tmp_path), Plan("kill", tmp_path), told.append)
    record = drill.as_json()
    assert tuple(told) == drill.rounds
    assert record.keys() >= {"provider", "fault", "target", "down_after_ms", "verdict", "rounds"}
    (done,) = record["rounds"]
    assert done.keys() >= {
        *("old_master", "new_master", "rto_s", "predicted_s", "phases", "writes", "verdict")
    }
    phases = {
        "sdown_s": 2.0,
        "odown_s": None,
        "elected_s": None,
        "promoted_s": None,
        "visible_s": 2.9,
        "first_write_s": 3.0,
    }
    writes = {
        "attempted": 190,
        "acknowledged": 190,
        "failed": 0,
        "indeterminate": 0,
        "lost": 0,
        "recovered": 0,
    }
    assert done["phases"] | phases == done["phases"]
    assert done["writes"] | writes == done["writes"]
    assert (done["rto_s"], record["down_after_ms"], record["verdict"]) == (3.0, 2000, "valid")
    assert (record["expected"], record["comparison"]) == ("failover", False)
    assert sum(done["series"]["acknowledged"]) == 190


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (Plan("fire", Path()), "no fault `fire`"),
        (Plan("kill", Path(), min_replicas=9), "--min-replicas: at most 2 here"),
        (Plan("kill", Path(), "web1"), "--target: `web1` has no redis here"),
        (Plan("never", Path()), "`never` cannot strike here: no means here"),
        (Plan("kill", Path(), clients=("php-sesion",)), "no kind of client `php-sesion`"),
    ],
    ids=["fault", "replicas", "no Redis", "no means", "client"],
)
def test_a_drill_that_makes_no_sense_is_refused_and_breaks_nothing(
    plan: Plan, message: str, tmp_path: Path, stage: Stage
) -> None:
    with pytest.raises(RedisHaError, match=f"^{message}"):
        failover.run(builders.folders(tmp_path), plan)
    assert stage.struck == []


def test_an_unknown_target_is_an_error_of_the_inventory(tmp_path: Path, stage: Stage) -> None:
    with pytest.raises(InventoryError):
        failover.run(builders.folders(tmp_path), Plan("kill", tmp_path, "redis9"))


def test_what_was_not_done_is_neither_valid_nor_passed(tmp_path: Path, stage: Stage) -> None:
    built, plan = builders.folders(tmp_path), Plan("kill", tmp_path)
    skipped = failover.nothing(built, plan, "no means", applicable=False)
    broken = failover.nothing(built, plan, "gone", applicable=True)
    assert (skipped.verdict, skipped.fails) == (Verdict.NOT_APPLICABLE, False)
    assert (broken.verdict, broken.fails) == (Verdict.UNKNOWN, True)
    assert skipped.as_json()["reason"] == "no means"


TWO_MASTERS = snapshot([redis_view("redis1", "master"), redis_view("redis2", "master")])


def test_where_two_are_masters_every_node_is_asked_and_keeps_its_keys(
    tmp_path: Path, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failover, "RECOVERS_S", 0)
    stage.snapshots = [snapshot(), TWO_MASTERS]
    stage.lacks = {"redis2": {"before:7", "before:8"}}
    done = drilled(tmp_path)
    assert (done.writes.lost, done.writes.unknown, done.verdict) == (0, 0, Verdict.INVALID)
    assert "redis2 lacks 2 writes that redis1 has" in done.problems
    assert stage.removed == []


def test_a_node_that_cannot_be_asked_is_named_with_its_own_words(
    tmp_path: Path, stage: Stage
) -> None:
    stage.silent = {"redis2": "redis2 is busy with a script (BUSY)"}
    done = drilled(tmp_path)
    assert (done.writes.lost, done.writes.unknown) == (0, done.writes.acknowledged)
    assert (
        "it is not known which writes are kept: redis2 has the last word and was not asked for "
        "its keys: redis2 is busy with a script (BUSY)"
    ) in done.problems
    assert done.verdict is Verdict.INVALID


def test_the_record_names_the_servers(tmp_path: Path, stage: Stage) -> None:
    stage.snapshots = [
        replace(
            each,
            nodes=tuple(replace(view, version="9.1.2", server="Valkey") for view in each.nodes),
        )
        for each in stage.snapshots
    ]
    drill = failover.run(builders.folders(tmp_path), Plan("kill", tmp_path))
    assert (drill.server, drill.versions) == ("Valkey", ("9.1.2",))


def test_an_old_server_is_refused_before_anything_is_broken(tmp_path: Path, stage: Stage) -> None:
    first, *others = snapshot().nodes
    stage.snapshots = [snapshot([replace(first, version="6.2.14", server="Redis"), *others])]
    with pytest.raises(TooOld, match=r"^Redis 6\.2\.14 on redis1; this needs "):
        failover.run(builders.folders(tmp_path), Plan("kill", tmp_path))
    assert stage.struck == []
