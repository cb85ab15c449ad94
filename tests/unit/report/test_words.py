from random import Random

import pytest

from redis_ha.checkers.drill import parse
from redis_ha.report import words
from tests.drills import drill, one_round


@pytest.mark.parametrize(
    ("rto_s", "expected", "text"),
    [
        (3.274, "failover", "3.27 s"),
        (0, "stays", "never interrupted"),
        (None, "failover", "no recovery"),
        (None, "outage", "no recovery"),
    ],
)
def test_a_recovery_or_why_there_is_none(rto_s: float | None, expected: str, text: str) -> None:
    made = parse(drill([one_round(Random(1), rto_s=rto_s)], expected=expected))
    assert words.recovery(made) == text


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "redis1 → redis2"),
        ({"new_master": "redis1"}, "redis1 stays"),
        ({"new_master": None}, "redis1 → nobody"),
        ({"old_master": None, "new_master": None}, "– → nobody"),
    ],
)
def test_who_was_master_and_who_is(changes: dict[str, str | None], text: str) -> None:
    (only,) = parse(drill([{**one_round(Random(1)), **changes}])).rounds
    assert words.masters(only) == text


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, ""),
        ({"load_share": 1.0, "ping_s": 0.001}, ""),
        (
            {"load_share": 0.046, "ping_s": 0.0142},
            "Load: 5% of the full one, answers within 14 ms.",
        ),
        ({"load_share": 0.5}, "Load: 50% of the full one."),
    ],
)
def test_a_smaller_load_is_said(changes: dict[str, float], text: str) -> None:
    made = parse(drill([{**one_round(Random(1)), **changes}, one_round(Random(2))]))
    assert words.load(made.rounds) == text


def test_numbers_and_nouns() -> None:
    assert (words.some(1, "round"), words.some(1200, "round")) == ("1 round", "1,200 rounds")
    assert (words.seconds(None), words.with_unit(0.5)) == ("–", "0.50 s")


def test_a_late_phase_by_its_key_with_and_without_unit() -> None:
    assert (words.phase("sdown_s"), words.phase("sdown"), words.phase("x")) == (
        "s-down",
        "s-down",
        "x",
    )


def test_what_came_late_says_of_a_split_vote_that_there_was_another_election() -> None:
    told = [words.late(*each) for each in (("visible", 1), ("elected", 2))]
    assert told == ["visible", "elected, 2 elections"]


def test_stale_reads() -> None:
    assert words.stale(None) == ["–"] * 4
    (only,) = parse(drill([one_round(Random(1))])).rounds
    assert words.stale(only.stale_reads) == ["1,200", "0", "3", "0.004"]
