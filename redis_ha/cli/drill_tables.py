"""What drills came to, as tables and lines."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from redis_ha.cli.console import table
from redis_ha.cli.tables import or_dash
from redis_ha.report import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from redis_ha.suites.record import Drill
    from redis_ha.suites.round import Figures, Round

VERDICTS = {"valid": "green", "invalid": "red", "unknown": "yellow", "not applicable": "dim"}


def one_round(done: Round) -> str:
    """Return one round of a drill as a line."""
    problems = f" ({'; '.join(done.problems)})" if done.problems else ""
    master = done.old_master
    if done.new_master != done.old_master:
        master = f"{done.old_master} -> {done.new_master}"
    return (
        f"{master}: {_recovery(done)}{_predicted(done)}, {done.writes.lost} of "
        f"{done.writes.acknowledged} acknowledged writes lost: {done.verdict}{problems}"
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
    """Return a row per round: the recovery by phase, in seconds after the fault."""
    made = table(
        f"{record.plan.fault} {record.plan.spec} on {record.provider}, seconds after the fault "
        f"(down-after {record.down_after_ms / 1000:g} s)",
        *("", "old", "new", ">s-down", ">o-down", ">elected", ">promoted", ">visible"),
        *(">write", ">predicted", "band", "out of it by", "verdict"),
    )
    for number, each in enumerate(record.rounds, 1):
        phases = [_seconds(value) for value in list(vars(each.phases).values())[:-1]]
        low_s, high_s = each.prediction.band_s if each.prediction else (None, None)
        made.add_row(
            str(number),
            each.old_master,
            or_dash(each.new_master),
            *phases,
            _seconds(each.rto_s),
            _seconds(each.predicted_s),
            "-" if low_s is None else f"{_seconds(low_s)} to {_seconds(high_s)}",
            or_dash(_late(each)),
            Text(each.verdict, style=VERDICTS[each.verdict]),
        )
    return made


def writes(record: Drill) -> Table:
    """Return a row per round: what became of the careful clients' writes."""
    made = table(
        "Writes of careful clients",
        *("round", ">attempted", ">acknowledged", ">failed", ">indeterminate"),
        *(">lost", ">recovered"),
    )
    for number, each in enumerate(record.rounds, 1):
        made.add_row(str(number), *(str(value) for value in vars(each.writes).values()))
    return made


def clients(record: Drill) -> Table:
    """Return a row per kind of client: medians of times, sums of writes."""
    made = table(
        "Clients side by side (medians, seconds)",
        *("client", ">first write", ">longest gap", ">longest wait", ">acknowledged", ">lost"),
    )
    kinds = record.rounds[0].clients if record.rounds else ()
    for kind in kinds:
        seen = [each.clients[kind] for each in record.rounds if kind in each.clients]
        made.add_row(
            kind,
            _median(figures.first_write_s for figures in seen),
            _median(figures.availability.longest_gap_s for figures in seen),
            _median(figures.availability.longest_wait_s for figures in seen),
            *_sums(seen),
        )
    return made


def _sums(seen: Sequence[Figures]) -> tuple[str, str]:
    acknowledged = sum(figures.writes.acknowledged for figures in seen)
    return str(acknowledged), str(sum(figures.writes.lost for figures in seen))


def _median(values: Iterable[float | None]) -> str:
    known = [value for value in values if value is not None]
    return _seconds(median(known)) if known else "never"


def verdict(record: Drill) -> str:
    """Return what the whole drill came to, as a line."""
    if record.reason:
        return record.reason
    lost = sum(each.writes.lost for each in record.rounds)
    acknowledged = sum(each.writes.acknowledged for each in record.rounds)
    times = [each.rto_s for each in record.rounds if each.rto_s is not None]
    counted = f" (median of {len(times)})" if len(times) > 1 else ""
    after = "writes never stopped"
    if not times:
        after = "no recovery"
    elif middle := median(times):
        after = f"writes again after {middle:.2f} s{counted}"
    return f"{lost} of {acknowledged} acknowledged writes lost, {after}"


def catalogue() -> Table:
    """Return a row per fault."""
    from redis_ha.faults import FAULTS

    made = table("Faults", "fault", "target", "what happens")
    for name, fault in FAULTS.items():
        made.add_row(name, fault.target, fault.summary)
    return made


def matrix(drills: Sequence[Drill]) -> Table:
    """Return a row per drill."""
    made = table(
        "Drills",
        *("fault", "target", ">rounds", ">median s", ">worst s", ">predicted s"),
        *(">acknowledged", ">lost", "verdict"),
    )
    for drill in drills:
        times = [each.rto_s for each in drill.rounds if each.rto_s is not None]
        predicted = drill.rounds[-1].predicted_s if drill.rounds else None
        made.add_row(
            drill.plan.fault + (" (min-replicas 0)" if drill.comparison else ""),
            drill.plan.spec,
            str(len(drill.rounds)),
            _seconds(median(times) if times else None),
            _seconds(max(times, default=None)),
            _seconds(predicted),
            str(sum(each.writes.acknowledged for each in drill.rounds)),
            str(sum(each.writes.lost for each in drill.rounds)),
            Text(drill.verdict, style=VERDICTS[drill.verdict]),
        )
    return made


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
