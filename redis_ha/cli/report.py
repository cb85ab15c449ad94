"""What the records of drills come to: a report to read, and two runs side by side."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from redis_ha.cli.console import print_json, say, show, table, verdict
from redis_ha.cli.group import Group
from redis_ha.cli.option import Option
from redis_ha.cli.task import task
from redis_ha.errors import RedisHaError, Unhealthy

if TYPE_CHECKING:
    from rich.table import Table

    from redis_ha.report.compare import Comparison, FigureChange

STYLES = {"better": "green", "worse": "red", "same": "dim"}


@task(
    Group.PROVE,
    help={
        "from_": Option(
            "a folder with records of drills, or one record",
            None,
            "the newest row of drills, else reports/failover-*.json",
            "PATH",
        ),
        "output": Option("the folder to write into", None, "where the records are", "FOLDER"),
    },
    words=("from_",),
)
def make(from_: str = "", output: str = "") -> None:
    """Make a report of drills, as a page, Markdown and JUnit.

    It writes report.html, report.md and report.junit.xml.
    """
    from redis_ha.report import REPORTS, files, reading

    source = Path(from_) if from_ else reading.newest(REPORTS)
    beside = source.parent if source.is_file() else source
    for path in files.write(reading.records(source), Path(output) if output else beside):
        say(_short(path))


@task(
    Group.PROVE,
    help={
        "before": Option("a folder or a record", None, "none: it has to be named"),
        "after": Option("the same, later", None, "none: it has to be named"),
        "json": "print the record instead of a table",
    },
    words=("before", "after"),
)
def compare(before: str = "", after: str = "", json: bool = False) -> None:
    """Say what got better: `report.compare BEFORE AFTER`.

    Exit status 1 when something got worse.
    """
    from redis_ha.report import compare as comparing
    from redis_ha.report import reading

    if not (before and after):
        raise RedisHaError("name two folders or records: `./inv report.compare BEFORE AFTER`")
    found = comparing.compare(reading.drills(Path(before)), reading.drills(Path(after)))
    if not found.pairs:
        raise RedisHaError(f"{before} and {after} have no drill in common")
    counted = ", ".join(f"{found.number(word)} {word}" for word in ("better", "worse", "same"))
    said = f"worse: {'; '.join(found.reasons)}" if found.reasons else f"not worse: {counted}"
    if json:
        print_json(asdict(found))
    else:
        verdict(said, good=not found.reasons)
        show(differences(found))
        for place, titles in ((before, found.only_before), (after, found.only_after)):
            for title in titles:
                say(f"only in {place}: {title}")
    if found.reasons:
        raise Unhealthy(said)


def differences(found: Comparison) -> Table:
    """Return a row per kind of drill: before, after, and what that is."""
    names = [change.name for change in found.pairs[0].changes]
    made = table("Before and after", "drill", *names)
    for pair in found.pairs:
        made.add_row(pair.title, *(_change(change) for change in pair.changes))
    return made


def _change(change: FigureChange) -> Text:
    both = change.before if change.before == change.after else f"{change.before} → {change.after}"
    return Text.assemble(both, " ", (change.word, STYLES[change.word]))


def _short(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
