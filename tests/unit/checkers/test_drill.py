import json
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from pydantic import ValidationError

from redis_ha.checkers import Verdict
from redis_ha.checkers.drill import Drill, parse
from redis_ha.checkers.durability import Loss
from tests import drills
from tests.unit import builders


def drill(*rounds: dict[str, Any], **changes: Any) -> Drill:
    return parse(drills.drill(rounds or [drills.one_round(Random(1))], **changes))


def test_a_record_of_a_whole_night_is_read() -> None:
    read = [parse(json.loads(json.dumps(each))) for each in drills.twenty()]
    assert [each.verdict for each in read].count(Verdict.INVALID) == 3
    assert sum(len(each.rounds) for each in read) == 55


def test_an_older_record_has_no_series_and_no_clients() -> None:
    old = parse(drills.old_record())
    (only,) = old.rounds
    assert (only.series, only.clients, only.band_s, only.losses) == (None, {}, None, ())
    assert (old.all_settings, old.comparison) == ({"down_after_ms": 2000}, False)


def test_keys_that_a_later_version_adds_are_ignored() -> None:
    assert drill(weather="fine").title == "kill master"


@pytest.mark.parametrize(
    "changes",
    [
        {"clients": {"naive": 3}},
        {"rto_s": float("nan")},
        {"writes": {"lost": -1}},
        {"series": {"from_s": 0, "step_s": 0}},
        {"phases": {"sdown_s": "soon"}},
    ],
)
def test_what_no_picture_could_be_made_of_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        drill({**drills.one_round(Random(1)), **changes}, verdict="valid")


def test_a_verdict_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValidationError, match="verdict"):
        drill(verdict="fine")


def test_the_median_is_of_the_rounds_that_recovered() -> None:
    times = (3.0, None, 4.0)
    rounds = [drills.one_round(Random(1), rto_s=time) for time in times]
    assert (drill(*rounds).recovery_s, drill(*rounds).unrecovered) == (3.5, 1)


@pytest.mark.parametrize(
    ("changes", "kind", "judged"),
    [
        ({}, "valid", True),
        ({"verdict": "unknown"}, "unknown", True),
        ({"comparison": True}, "comparison", False),
        ({"verdict": "not applicable"}, "not applicable", False),
        ({"verdict": "not applicable", "comparison": True}, "not applicable", False),
    ],
)
def test_only_what_ran_and_is_no_comparison_is_judged(
    changes: dict[str, Any], kind: str, judged: bool
) -> None:
    assert (drill(**changes).kind, drill(**changes).is_judged) == (kind, judged)


def test_a_drill_is_as_good_as_its_worst_round() -> None:
    fine = builders.drill_round()
    worse = builders.drill_round(writes=replace(builders.WRITES, acknowledged=9))
    for rounds, verdict in (
        ((fine, fine), Verdict.VALID),
        ((fine, worse), Verdict.UNKNOWN),
        ((), Verdict.UNKNOWN),
    ):
        assert builders.drill(*rounds).verdict is verdict


def test_times_are_rounded_to_milliseconds() -> None:
    done = builders.drill_round(rto_s=3.30049, late_phase="visible")
    (record,) = builders.drill(done).as_json()["rounds"]
    assert (record["rto_s"], record["late_phase"]) == (3.3, "visible")
    assert record["band_s"] == [2.1, 3.6]
    assert record["clients"]["naive"]["first_write_s"] is None
    (gap,) = record["gaps"]
    assert gap | {"from_s": 0.0, "to_s": 3.3, "open": False} == gap


def test_what_is_written_is_what_is_read() -> None:
    done = builders.drill(builders.drill_round(losses=(Loss(0.1, 0.2, 3, "redis1", "naive"),)))
    assert parse(json.loads(json.dumps(done.as_json()))) == done
