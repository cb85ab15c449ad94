from random import Random
from typing import Any

import pytest

from redis_ha.checkers.drill import parse
from redis_ha.report import compare
from redis_ha.report.compare import Comparison, by_time, by_value
from tests import drills
from tests.drills import SETTINGS, drill, not_applicable, one_round

Record = dict[str, Any]


def compared(before: list[Record], after: list[Record]) -> Comparison:
    return compare.compare([parse(each) for each in before], [parse(each) for each in after])


def timed(*times: float | None, **changes: Any) -> Record:
    return drill([one_round(Random(1), rto_s=time) for time in times], **changes)


@pytest.mark.parametrize(
    ("old", "new", "due", "word"),
    [
        (3.0, 3.0, True, "same"),
        (3.0, 3.3, True, "same"),
        (3.0, 3.31, True, "worse"),
        (3.0, 2.69, True, "better"),
        (0.2, 0.3, True, "same"),
        (0.2, 0.31, True, "worse"),
        (0.0, 0.1, True, "same"),
        (3.0, None, True, "worse"),
        (None, 3.0, True, "better"),
        (None, None, True, "same"),
        (3.0, None, False, "same"),
        (None, 3.0, False, "same"),
    ],
)
def test_a_time_got_better_or_worse(
    old: float | None, new: float | None, due: bool, word: str
) -> None:
    assert by_time(old, new, due=due) == word


@pytest.mark.parametrize(
    ("old", "new", "word"), [(0, 0, "same"), (0, 1, "worse"), (1, 0, "better"), (100, 109, "same")]
)
def test_lost_writes_have_no_tenth_of_a_second(old: int, new: int, word: str) -> None:
    assert by_value(old, new, least=0) == word


CASES = {
    "alike": (timed(3.2), timed(3.3), []),
    "slower": (timed(3.2), timed(4.2), ["median recovery 3.20 s before, 4.20 s now"]),
    "faster": (timed(4.2), timed(3.2), []),
    "slower now and then": (timed(3.2, 3.2, 3.2), timed(3.2, 3.2, 9.0), []),
    "never": (timed(3.2), timed(None), ["median recovery 3.20 s before, – now"]),
    "never as before": (timed(None, expected="outage"), timed(None, expected="outage"), []),
    "not sure any more": (
        timed(3.2),
        timed(3.2, verdict="unknown"),
        ["verdict valid before, unknown now"],
    ),
    "sure again": (timed(3.2, verdict="unknown"), timed(3.2), []),
    "lossy": (
        drill([one_round(Random(1))]),
        drill([one_round(Random(1), lost=3)]),
        ["verdict valid before, invalid now", "lost writes 0 before, 3 now"],
    ),
    "lossy for comparison": (
        drill([one_round(Random(1), lost=3)], comparison=True),
        drill([one_round(Random(1), lost=300)], comparison=True),
        [],
    ),
    "as lossy in more rounds": (
        drill([one_round(Random(1), lost=30)]),
        drill([one_round(Random(1), lost=30), one_round(Random(1), lost=30)]),
        [],
    ),
}


@pytest.mark.parametrize(("before", "after", "reasons"), CASES.values(), ids=CASES)
def test_what_makes_the_second_run_worse(before: Record, after: Record, reasons: list[str]) -> None:
    found = compared([before], [after])
    assert found.reasons == [f"kill master on docker: {each}" for each in reasons]


def test_a_round_that_never_recovered_counts_as_the_longest() -> None:
    found = compared([timed(3.2, 3.3, 3.4)], [timed(3.2, None, None)])
    words = {change.name: change.word for change in found.pairs[0].changes}
    assert (words["median recovery"], words["worst recovery"]) == ("worse", "worse")


def test_only_what_is_alike_is_compared() -> None:
    fast = {**SETTINGS, "min_replicas_to_write": 0}
    found = compared(
        [timed(3.2), timed(3.2, fault="hang")], [timed(3.2), timed(2.3, settings=fast)]
    )
    assert len(found.pairs) == 1
    assert found.only_before == ("hang master on docker",)
    assert found.only_after == ("kill master on docker, min_replicas_to_write 0",)


def test_what_is_not_applicable_was_not_run() -> None:
    found = compared([timed(3.2, provider="local")], [not_applicable(fault="kill")])
    assert (found.pairs, found.only_before, found.only_after) == (
        (),
        ("kill master on local",),
        (),
    )


def test_an_older_record_is_compared_by_the_settings_it_has() -> None:
    assert len(compared([drills.old_record()], [timed(3.2)]).pairs) == 1
    other = timed(3.2, down_after_ms=5000, settings={**SETTINGS, "down_after_ms": 5000})
    assert compared([drills.old_record()], [other]).pairs == ()


def test_several_drills_of_a_kind_are_one() -> None:
    found = compared([timed(3.0), timed(4.0)], [timed(3.5)])
    (pair,) = found.pairs
    assert [change.before for change in pair.changes][1:3] == ["3.50 s", "4.00 s"]


def test_figures_are_counted_by_word() -> None:
    found = compared([timed(4.2)], [timed(3.2)])
    assert (found.number("better"), found.number("worse"), found.number("same")) == (2, 0, 3)
