"""redis_ha/report/visitors.py: the same figures in every form of the report."""

from random import Random
from typing import Any

from redis_ha.checkers.drill import parse
from redis_ha.cli import drill_tables
from redis_ha.cli.drill_tables import one_round
from redis_ha.report import compare, junit, markdown, words
from redis_ha.report.visitors import edited, visitors
from tests import drills

PAGES = {
    "statuses": {"200": 90, "503": 3},
    "errors": 3,
    "last_error_s": 3.1,
    "late_errors": 1,
    "logged_out": 2,
    "went_back": 4,
}
LOCKS = {"holds": 50, "doubled": 5, "doubled_s": 1.0}


def record(*rounds: dict[str, Any]) -> dict[str, Any]:
    """Return a drill of which each round has other figures of its visitors."""
    done = []
    for changes in rounds:
        made = drills.one_round(Random(1))
        usual = made["clients"]["sentinel"]
        made["clients"]["php-session"] = {**usual, "pages": {**PAGES, **changes}}
        made["clients"]["php-lock"] = {**usual, "pages": {**PAGES, **changes}, "locks": LOCKS}
        done.append(made)
    return drills.drill(done)


def test_rounds_are_added_and_the_one_with_the_most_errors_is_told() -> None:
    of_pages, of_locks = visitors(parse(record({}, {"errors": 9})))
    assert list(of_pages.cells) == ["186", "12", "9", "2", "4", "8", "–"]
    assert (of_locks.kind, of_locks.doubled) == ("php-lock", 10)


def test_a_drill_without_visitors_has_none() -> None:
    drill = parse(drills.drill([drills.one_round(Random(1))]))
    assert visitors(drill) == []
    assert words.visited(drill.rounds[0]) == ""
    assert "--clients" not in words.command(drill)


def test_every_form_has_them_in_the_same_words() -> None:
    drill = parse(record({}))
    told = "; visitors: 3 HTTP errors, 2 logged out, 4 went back; holders of locks: "
    assert told in one_round(drill.rounds[0])
    assert "5 times two with a lock" in one_round(drill.rounds[0])
    table = drill_tables.visitors(drill)
    assert [str(column.header).replace("\n", " ") for column in table.columns][1:] == list(
        words.VISITORS.values()
    )
    for name in words.VISITORS.values():
        assert name in markdown.render([drill])
    assert "--clients php-lock,php-session" in words.command(drill)


def test_a_failed_case_of_junit_has_them() -> None:
    made = record({})
    made["rounds"][0]["verdict"] = made["verdict"] = "invalid"
    assert "visitors: 3 HTTP errors" in junit.render([parse(made)])


def test_a_comparison_says_what_got_worse_for_visitors() -> None:
    good = {"errors": 0, "logged_out": 0, "went_back": 0}
    found = compare.compare([parse(record(good))], [parse(record({}))])
    (pair,) = found.pairs
    told = {each.name: (each.before, each.after, each.word) for each in pair.changes}
    assert told["HTTP errors"] == ("0", "6", "worse")
    assert told["logged out"] == ("0", "4", "worse")
    assert told["two with a lock"] == ("5", "5", "same")
    assert [reason.split(": ")[1] for reason in pair.reasons] == [
        "logged out 0 before, 4 now",
        "went back 0 before, 8 now",
    ]


# --- a TYPO3 site

EDITS = {"saved": 30, "lost": 1, "stale": ["/story-1", "/story-2"], "unserved": []}


def of_site(**changes: Any) -> dict[str, Any]:
    """Return a drill of two rounds with everybody who comes to a site."""
    rounds = []
    for _ in range(2):
        made = drills.one_round(Random(1))
        usual = made["clients"]["sentinel"]
        for kind in ("typo3-page", "typo3-now", "typo3-visitor", "typo3-backend", "typo3-editor"):
            made["clients"][kind] = {**usual, "pages": {**PAGES, "outdated": 1}}
        made["clients"]["typo3-editor"]["edits"] = {**EDITS, **changes}
        rounds.append(made)
    return drills.drill(rounds)


def test_edits_of_all_rounds_are_added() -> None:
    found = edited(parse(of_site()))
    assert found
    assert list(found.cells) == ["60", "2", "10", "4", "0"]
    assert edited(parse(record({}))) is None


def test_every_form_has_them() -> None:
    drill = parse(of_site())
    line = one_round(drill.rounds[0])
    assert "; TYPO3: 465 pages, 15 HTTP errors, 10 logged out, 1 of 30 edits lost, 2 pages" in line
    table = drill_tables.edits(drill)
    heads = [str(column.header).replace("\n", " ") for column in table.columns]
    assert heads == list(words.EDITED.values())
    for name in words.EDITED.values():
        assert name in markdown.render([drill])
    assert "--clients typo3-editor,typo3-page,typo3-visitor" in words.command(drill)


def test_more_pages_that_stay_old_are_worse() -> None:
    good = parse(of_site(lost=0, stale=[]))
    (pair,) = compare.compare([good], [parse(of_site())]).pairs
    assert [reason.split(": ")[1] for reason in pair.reasons] == [
        "edits lost 0 before, 1 now",
        "pages that stay old 0 before, 2 now",
    ]
