from dataclasses import replace

import pytest

from redis_ha.checkers import Verdict
from redis_ha.checkers.durability import Loss
from redis_ha.checkers.exclusivity import Overlap
from redis_ha.checkers.round import Round
from tests.unit.builders import WRITES, drill, drill_round, figures

FINE = drill_round()


def with_writes(**changes: int) -> Round:
    return drill_round(writes=replace(WRITES, **changes))


VERDICTS = {
    "fine": (FINE, Verdict.VALID),
    "lost writes": (with_writes(lost=1), Verdict.INVALID),
    "a naive client on the old master": (drill_round(overlap=Overlap(1, 0.001)), Verdict.VALID),
    "problems in the end": (drill_round(problems=("redis1 is down",)), Verdict.INVALID),
    "too few writes": (with_writes(acknowledged=9), Verdict.UNKNOWN),
    "a loss and too few": (with_writes(acknowledged=9, lost=1), Verdict.INVALID),
    "a naive client's loss": (
        drill_round(
            clients={"sentinel": figures(), "naive": figures(replace(WRITES, lost=900))},
            losses=(Loss(0.1, 2.0, 900, "redis1", "naive"),),
        ),
        Verdict.VALID,
    ),
    "out of the band": (drill_round(late_phase="visible"), Verdict.VALID),
}


@pytest.mark.parametrize(("done", "verdict"), VERDICTS.values(), ids=VERDICTS)
def test_a_round_is_judged_by_writes_masters_and_problems(done: Round, verdict: Verdict) -> None:
    assert done.verdict is verdict
    (record,) = drill(done).as_json()["rounds"]
    assert record["verdict"] == str(verdict)
