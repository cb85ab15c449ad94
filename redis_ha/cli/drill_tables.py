"""What drills came to, as tables and lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from redis_ha.cli.console import table
from redis_ha.cli.tables import or_dash
from redis_ha.report import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redis_ha.checkers.drill import Drill
    from redis_ha.checkers.round import Round

PHASES = ("s-down", "o-down", "elected", "promoted", "visible", "write")
"""What tables and lines call the phases, in the order of `Phases`."""
NEW_LINE = "\n"
VERDICTS = {"valid": "green", "invalid": "red", "unknown": "yellow", "not applicable": "dim"}


def verdict_word(verdict: str) -> Text:
    """Return a verdict in its colour."""
    return Text(verdict, style=VERDICTS[verdict])


def one_round(done: Round) -> str:
    """Return one round of a drill as a line."""
    problems = f" ({'; '.join(done.problems)})" if done.problems else ""
    master = done.old_master
    if done.new_master != done.old_master:
        master = f"{done.old_master} -> {done.new_master or 'no single master'}"
    return (
        f"{master}: {_recovery(done)}{_predicted(done)}, {words.lost(done.writes)}: "
        f"{done.verdict}{problems}{words.handed_over(done)}{words.visited(done)}"
    )


def _predicted(done: Round) -> str:
    if done.predicted_s is None:
        return ""
    late = f"; out of its band by: {_late(done)}" if done.late_phase else ""
    return f" (predicted {done.predicted_s:.2f} s{late})"


def _late(done: Round) -> str | None:
    return done.late_phase and words.late(done.late_phase, done.elections)


def _recovery(done: Round) -> str:
    if done.rto_s is None:
        return "no recovery"
    return f"writes again after {done.rto_s:.2f} s" if done.rto_s else "writes never stopped"


def recovery(record: Drill) -> Table:
    """Return a row per round: who was master, and the recovery beside its prediction."""
    made = table(
        f"{record.title} on {record.provider}, down-after {(record.down_after_ms or 0) / 1000:g} s",
        *(">round", "verdict", "old", "new", ">write s", ">predicted s", "band s"),
        "out of it by",
    )
    for number, each in enumerate(record.rounds, 1):
        low_s, high_s = each.band_s or (None, None)
        made.add_row(
            str(number),
            verdict_word(each.verdict),
            or_dash(each.old_master),
            or_dash(each.new_master),
            _seconds(each.rto_s),
            _seconds(each.predicted_s),
            "-" if low_s is None else f"{_seconds(low_s)} to {_seconds(high_s)}",
            or_dash(_late(each)),
        )
    return made


def phases(record: Drill) -> Table:
    """Return a row per round: when each phase of the recovery came."""
    made = table("Phases, seconds after the fault", ">round", *(f">{name}" for name in PHASES))
    for number, each in enumerate(record.rounds, 1):
        made.add_row(str(number), *map(_seconds, vars(each.phases).values()))
    return made


def writes(record: Drill) -> Table:
    """Return a row per round: what became of the careful clients' writes."""
    made = table(
        "Writes of careful clients",
        *(">round", ">attempted", ">acknowledged", ">failed", ">indeterminate"),
        *(">lost", ">recovered", ">unknown"),
    )
    for number, each in enumerate(record.rounds, 1):
        made.add_row(str(number), *(str(value) for value in vars(each.writes).values()))
    return made


def clients(record: Drill) -> Table:
    """Return a row per kind of client: medians of times, sums of writes."""
    from redis_ha.report.clients import figures

    made = table(
        "Clients side by side (times are medians)",
        *("client", ">first\nwrite s", ">longest\ngap s", ">longest\nwait s"),
        *(">acknowledged", ">errors", ">lost"),
    )
    for each in figures(record):
        made.add_row(
            each.kind,
            _or_never(each.first_write_s),
            _or_never(each.gap_s),
            _or_never(each.wait_s),
            str(each.total("acknowledged")),
            str(each.errors),
            str(each.total("lost")),
        )
    return made


def handovers(record: Drill) -> Table | None:
    """Return a row per planned change of master; None without any."""
    found = [
        (number, each) for number, done in enumerate(record.rounds, 1) for each in done.switchovers
    ]
    if not found:
        return None
    made = table(
        "Planned changes of master, seconds after writers were held",
        *(">round", "new", ">held", ">named", "how", "written again"),
    )
    for number, each in found:
        made.add_row(
            str(number),
            each.new_master,
            _seconds(each.held_s),
            _seconds(each.named_s),
            words.asked(each),
            ", ".join(f"{kind} {_or_never(at_s)}" for kind, at_s in each.again_s.items()),
        )
    return made


def compared(drills: Sequence[Drill]) -> Table | None:
    """Return a row per drill and kind of client; None where nobody else's clients took part."""
    from redis_ha.report.clients import by_fault

    found = by_fault(drills)
    if not found:
        return None
    made = table(
        "Clients by fault (gaps are medians)",
        *("drill", "=client", "longest gap", ">errors", ">acknowledged", ">lost"),
    )
    for drill in found:
        for number, each in enumerate(drill.rows):
            made.add_row(
                "" if number else drill.title,
                each.kind,
                words.gap(each),
                *(str(n) for n in (each.errors, each.total("acknowledged"), each.total("lost"))),
            )
    return made


def visitors(record: Drill) -> Table:
    """Return a row per kind of visitors of the web node, over all rounds."""
    from redis_ha.report.visitors import visitors

    heads = (f">{name.replace(' ', NEW_LINE, 1)}" for name in words.VISITORS.values())
    made = table("Visitors of the web node", "client", *heads)
    for each in visitors(record):
        made.add_row(each.name, *each.cells)
    return made


def edits(record: Drill) -> Table:
    """Return what became of the edits of a TYPO3 site, over all rounds."""
    from redis_ha.report.visitors import edited

    heads = (f">{name.replace(' ', NEW_LINE, 1)}" for name in words.EDITED.values())
    made = table("Edits of the TYPO3 site", *heads)
    if found := edited(record):
        made.add_row(*found.cells)
    return made


def _or_never(value: float | None) -> str:
    return "never" if value is None else _seconds(value)


def catalogue() -> Table:
    """Return a row per fault."""
    from redis_ha.faults import FAULTS

    made = table("Faults", "=fault", "=target", "what happens")
    for name, fault in FAULTS.items():
        made.add_row(name, fault.target, fault.summary)
    return made


def matrix(drills: Sequence[Drill]) -> Table:
    """Return a row per drill."""
    made = table(
        "Drills (writes: those that were acknowledged)",
        *("=fault", "target", ">rounds", ">median\ns", ">worst\ns", ">predicted\ns"),
        *(">writes", ">lost", "verdict"),
    )
    for drill in drills:
        predicted = drill.rounds[-1].predicted_s if drill.rounds else None
        made.add_row(
            drill.fault,
            drill.target + (" (min-replicas 0)" if drill.comparison else ""),
            str(len(drill.rounds)),
            _seconds(drill.recovery_s),
            _seconds(max(drill.recoveries_s, default=None)),
            _seconds(predicted),
            str(drill.acknowledged),
            str(drill.lost),
            verdict_word(drill.verdict),
        )
    return made


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
