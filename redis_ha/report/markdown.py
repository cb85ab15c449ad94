"""The report as a summary of a CI job: short, in GitHub's Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from redis_ha.checkers.drill import Drill
from redis_ha.checkers.round import Round
from redis_ha.report import matrix, words
from redis_ha.report.clients import by_fault
from redis_ha.report.matrix import Cell
from redis_ha.report.summary import Summary
from redis_ha.report.visitors import edited, visitors

SPECIAL = re.compile(r"([\\`*_{}\[\]()#!|~@])")
ROUND = (
    "round",
    "verdict",
    "master",
    *words.STEPS.values(),
    "recovery",
    "predicted",
    "out of band by",
)
WRITES = ("acknowledged", "failed", "indeterminate", "lost", "recovered")


def render(drills: Sequence[Drill]) -> str:
    """Return the summary."""
    summary = Summary(tuple(drills))
    parts = [
        "# redis-ha drills",
        f"**{_sign(summary.verdict)}** · {_text(summary.sentence)}",
        f"{words.some(summary.rounds, 'round')}, {words.count(summary.acknowledged)} acknowledged "
        f"writes, **{words.count(summary.lost)} lost**.",
        " · ".join(f"{_text(name)} {_text(value)}" for name, value in summary.facts),
        _matrix(drills),
        *_compared(drills),
        *(_drill(*each) for each in zip(drills, matrix.names(drills), strict=True)),
    ]
    return "\n\n".join(parts) + "\n"


def _matrix(drills: Sequence[Drill]) -> str:
    made = matrix.build(drills)
    head = ["fault and target", *(column.title for column in made.columns)]
    rows = ([_text(row.title), *(_cell(cell) for cell in row.cells)] for row in made.rows)
    return _table(head, rows)


def _compared(drills: Sequence[Drill]) -> Iterator[str]:
    """Yield the table of clients by fault, where there are some that others wrote."""
    if found := by_fault(drills):
        rows = (
            [
                _text(drill.title),
                _text(each.name),
                words.gap(each),
                words.count(each.errors),
                words.count(each.total("acknowledged")),
                words.count(each.total("lost")),
            ]
            for drill in found
            for each in drill.rows
        )
        yield _table(["drill", *words.COMPARED], rows)


def _cell(cell: Cell) -> str:
    if not cell.drills:
        return "not run"
    if not cell.ran:
        return f"{_sign(cell.kind)}: {_text(cell.reason)}"
    lost = f", **{words.count(cell.lost)} lost**" if cell.lost else ""
    without = f", {cell.unrecovered} without recovery" if cell.unrecovered else ""
    rounds = words.some(cell.rounds, "round")
    return f"{_sign(cell.kind)}, {cell.recovery}, {rounds}{without}{lost}"


def _drill(drill: Drill, name: str) -> str:
    """Return a drill with its rounds: open where something is wrong."""
    title = f"{_html(name)}: {_sign(drill.kind)}"
    if not drill.is_applicable:
        return f"<details><summary>{title}</summary>\n\n{_text(drill.reason or '')}\n\n</details>"
    rows = (_round(number, each) for number, each in enumerate(drill.rounds, 1))
    table = _table([*ROUND, *WRITES, "problems"], rows)
    state = "" if drill.kind in ("valid", "comparison") else " open"
    summary = f"{title}, {words.recovery(drill)}, {words.some(drill.lost, 'write')} lost"
    summary += words.undecided(drill.unknown)
    parts = [_text(drill.reason)] if drill.reason else []
    visited = [[_text(one.name), *one.cells] for one in visitors(drill)]
    tables = [table, _table(["client", *words.VISITORS.values()], visited)] if visited else [table]
    if found := edited(drill):
        tables.append(_table(list(words.EDITED.values()), [list(found.cells)]))
    text = "\n\n".join([*parts, *tables])
    return f"<details{state}><summary>{summary}</summary>\n\n{text}\n\n</details>"


def _round(number: int, each: Round) -> list[str]:
    return [
        str(number),
        _sign(each.verdict),
        _text(words.masters(each)),
        *(words.seconds(getattr(each.phases, key)) for key in words.STEPS),
        words.of_round(each),
        words.seconds(each.predicted_s),
        _text(words.late(each.late_phase, each.elections)) if each.late_phase else "",
        *(words.count(getattr(each.writes, name)) for name in WRITES),
        _text("; ".join(each.problems)),
    ]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; the cells are Markdown already."""
    lines = [[_text(each) for each in head], ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _sign(kind: str) -> str:
    return f"{words.SIGNS[kind]} {kind}"


def _text(text: str) -> str:
    """Return text that means only itself: neither Markdown nor HTML, and on one line."""
    return SPECIAL.sub(r"\\\1", _html(text))


def _html(text: str) -> str:
    return escape(" ".join(text.split()), quote=False)
