"""redis_ha/suites/drill.py: which drills, and that one that fails does not end the row."""

from collections.abc import Callable
from pathlib import Path

import pytest

from redis_ha.checkers.drill import Drill
from redis_ha.errors import InventoryError, NotApplicable, RedisHaError, TimedOut
from redis_ha.faults import FAULTS, heal
from redis_ha.nodes.environment import Environment
from redis_ha.services import cluster
from redis_ha.suites import drill, failover
from redis_ha.suites.plan import Plan
from tests.unit import builders
from tests.unit.faults import doubles


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    monkeypatch.setattr(cluster, "look", lambda _: builders.snapshot())
    return builders.folders(tmp_path)


def test_faults_are_named_with_or_without_a_target(environment: Environment) -> None:
    words = "kill, partition:minority,sentinel-kill:redis1:26379"
    found = drill.plans(environment, words, 3, Path("folder"))
    assert [(plan.fault, plan.spec, plan.rounds) for plan in found] == [
        ("kill", "master", 3),
        ("partition", "minority", 3),
        ("sentinel-kill", "redis1:26379", 3),
    ]
    assert drill.name(found[2]) == "sentinel-kill-redis1-26379"


def test_all_of_a_row_have_the_same_load(environment: Environment) -> None:
    found = drill.plans(environment, "kill,hang", 1, Path(), compare="kill", load=0.2)
    assert [plan.load for plan in found] == [0.2] * 3


def test_all_are_all_of_the_catalogue_but_what_loses_writes_or_cannot_be_put_back(
    environment: Environment,
) -> None:
    found = [plan.fault for plan in drill.plans(environment, "all", 1, Path())]
    assert set(FAULTS) - set(found) == {"sentinel-failover", "upgrade"}


def test_where_a_cache_goes_with_the_power_a_cold_start_is_not_among_all(
    environment: Environment,
) -> None:
    doubles.powered(environment, loses_cache=True)
    found = [plan.fault for plan in drill.plans(environment, "all", 1, Path())]
    assert set(FAULTS) - set(found) == {"sentinel-failover", "upgrade", "cold-start"}
    (named,) = drill.plans(environment, "cold-start", 1, Path())
    assert named.fault == "cold-start"


def test_a_comparison_is_made_of_what_should_fail_over(environment: Environment) -> None:
    found = drill.plans(environment, "kill,kill:replica,hang,switchover", 2, Path(), compare="kill")
    assert [drill.name(plan) for plan in found] == [
        *("kill-master", "kill-replica", "hang-master", "switchover-master"),
        "kill-master-min-replicas-0",
    ]


@pytest.mark.parametrize(
    ("words", "error", "message"),
    [
        ("kill,fire", RedisHaError, "no fault `fire`"),
        ("", RedisHaError, "--faults: name at least one"),
        ("kill:redis9", InventoryError, "no node `redis9`"),
        ("kill:web1", RedisHaError, "--target: `web1` has no redis"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused_as_a_whole(
    words: str, error: type[Exception], message: str, environment: Environment
) -> None:
    with pytest.raises(error, match=message):
        drill.plans(environment, words, 1, Path())


def test_only_what_is_drilled_can_be_compared(environment: Environment) -> None:
    with pytest.raises(RedisHaError, match=r"^--compare: hang: not among --faults$"):
        drill.plans(environment, "kill", 1, Path(), compare="kill,hang")


def test_what_fails_is_told_and_the_next_one_begins(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    healed: list[str] = []
    errors = {"hang": NotApplicable("no means"), "host": TimedOut("not healthy")}

    def run(environment: Environment, plan: Plan, on_round: object, **_: object) -> Drill:
        if plan.fault in errors:
            raise errors[plan.fault]
        return failover.nothing(environment, plan, "", applicable=True)

    def put_back(environment: Environment, tell: Callable[[str], None]) -> None:
        healed.append("all")

    monkeypatch.setattr(failover, "run", run)
    monkeypatch.setattr(heal, "run", put_back)
    plans = drill.plans(environment, "kill,hang,host,kill", 1, Path())
    done = list(drill.run(environment, plans, print))
    assert [each.fault for each in done] == ["kill", "hang", "host", "kill"]
    assert [str(each.verdict) for each in done[1:3]] == ["not applicable", "unknown"]
    assert [each.fails for each in done[1:3]] == [False, True]
    assert healed == ["all"]


def test_nothing_begins_on_what_could_not_be_healed(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise TimedOut("redis2 does not answer")

    monkeypatch.setattr(failover, "run", fail)
    monkeypatch.setattr(heal, "run", fail)
    told: list[str] = []
    plans = drill.plans(environment, "kill,hang,host", 1, Path())
    done = list(drill.run(environment, plans, told.append))
    assert [each.reason for each in done] == ["redis2 does not answer", *[drill.NOT_BEGUN] * 2]
    assert [each.fails for each in done] == [True] * 3
    assert told == ["redis2 does not answer"]
