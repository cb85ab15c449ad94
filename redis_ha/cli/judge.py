"""Give the verdicts of a kept row of drills again, from its evidence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text

from redis_ha.cli.console import print_json, say, show, table, verdict
from redis_ha.cli.drill_tables import verdict_word
from redis_ha.cli.group import Group
from redis_ha.cli.option import Option
from redis_ha.cli.task import task
from redis_ha.errors import RedisHaError, Unhealthy
from redis_ha.report import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.table import Table

    from redis_ha.report.judging import KeptRow, Review

NAMED = 3
"""How many drills a line names."""


@task(
    Group.PROVE,
    help={
        "folder": Option(
            "a folder with records of drills and their files, or one record",
            None,
            "none: it has to be named",
        ),
        "json": "print the verdicts instead of a table",
    },
    words=("folder",),
)
def judge(folder: str = "", json: bool = False) -> None:
    """Judge a kept row of drills anew: `judge FOLDER`.

    Exit status 1 when one is not valid, or not as recorded.
    """
    from redis_ha.report import judging

    if not folder:
        raise RedisHaError("name a folder: `./inv judge docs/evidence`")
    found = judging.row(Path(folder))
    said = f"valid, as recorded: {found.today.sentence}" if found.is_valid else _why(found)
    if json:
        print_json([_record(review) for review in found.reviews])
    else:
        verdict(said, good=found.is_valid)
        show(verdicts(found))
        for line in differences(found):
            say(line)
    if not found.is_valid:
        raise Unhealthy(said)


def _record(review: Review) -> dict[str, Any]:
    """Return a drill's verdict as recorded and as of today, with what of each round differs."""
    recorded, today = review.recorded, review.today
    return {
        **{name: getattr(recorded, name) for name in ("fault", "target", "provider", "comparison")},
        "recorded": recorded.verdict,
        "today": today.verdict,
        "acknowledged": today.acknowledged,
        "lost": today.lost,
        "changes": [list(review.changes(number)) for number in range(len(today.rounds))],
    }


def verdicts(row: KeptRow) -> Table:
    """Return a line per round: as recorded, and as judged today."""
    made = table(
        "Judged again",
        *("fault", "target", "provider", ">round", ">acknowledged", ">lost"),
        *("recorded", "today"),
    )
    for review in row.reviews:
        for line in _lines(review):
            made.add_row(*line)
    return made


def _lines(review: Review) -> Iterator[tuple[str | Text, ...]]:
    recorded, today = review.recorded, review.today
    name = (_fault(review), recorded.target, recorded.provider)
    if not today.rounds:
        yield (*name, "-", "-", "-", verdict_word(recorded.verdict), verdict_word(today.verdict))
    for number, (was, now) in enumerate(zip(recorded.rounds, today.rounds, strict=True), 1):
        counts = [now.writes.acknowledged, now.writes.lost] if now.evidence else ["-", "-"]
        figures = (str(number), *map(str, counts))
        yield (*name, *figures, verdict_word(was.verdict), verdict_word(now.verdict))


def differences(row: KeptRow) -> Iterator[str]:
    """Yield what came out otherwise than recorded, a line per round."""
    for review in row.reviews:
        for number, now in enumerate(review.today.rounds):
            if changes := review.changes(number):
                problems = f" ({'; '.join(now.problems)})" if "problems" in changes else ""
                where = f"{_fault(review)} {review.today.target}, round {number + 1}"
                yield f"{where}: otherwise than recorded: {', '.join(changes)}{problems}"


def _fault(review: Review) -> str:
    return review.recorded.fault + (" (comparison)" if review.recorded.comparison else "")


def _why(row: KeptRow) -> str:
    """Return what makes the row fail, in one line: the first drills by name, the others counted."""
    told = [_difference(each) for each in row.differing]
    if not told:
        return f"{row.today.verdict}: {row.today.sentence}"
    more = [f"{len(told) - NAMED} more"] if len(told) > NAMED else []
    return "; ".join([*told[:NAMED], *more])


def _difference(review: Review) -> str:
    recorded, today = review.recorded, review.today
    return (
        f"{_fault(review)} {recorded.target}: {recorded.verdict} as recorded, "
        f"{today.verdict} today{f': {words.lost(today)}' if today.acknowledged else ''}"
    )
