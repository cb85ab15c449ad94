"""The verdict on one strike, as a function of what was kept of it: evidence and history."""

from collections.abc import Iterator, Sequence
from typing import Any

from redis_ha.checkers import (
    Verdict,
    durability,
    exclusivity,
    handover,
    prediction,
    problems,
    staleness,
    worst,
)
from redis_ha.checkers.case import Case
from redis_ha.checkers.durability import Writes
from redis_ha.checkers.evidence import Evidence
from redis_ha.checkers.round import ClientFigures, Round
from redis_ha.measure import visits, witnesses
from redis_ha.measure.clients import CONFIRMED, KINDS
from redis_ha.measure.events import Event, elections
from redis_ha.measure.history import History
from redis_ha.measure.series import series

ALL_KINDS = (*KINDS, *visits.ALL, *witnesses.KINDS)


def judged(seen: Evidence, history: History) -> Round:
    """Turn what was recorded into figures and a verdict."""
    case = Case(seen, history)
    writes, wrong = _account(case, CONFIRMED), tuple(problems.of(case))
    wrote = history.kinds()
    kinds = [kind for kind in ALL_KINDS if kind in wrote]
    return Round(
        old_master=case.old,
        new_master=case.new,
        rto_s=case.rto_s,
        elections=elections(seen.events, seen.fault_s),
        phases=case.phases,
        writes=writes,
        clients={kind: _client(case, kind) for kind in kinds},
        switchovers=tuple(handover.of(seen, history, kinds)),
        losses=tuple(durability.losses(case.writes, case.remains.possible, seen.fault_s)),
        gaps=case.careful.gaps,
        longest_gap_s=case.careful.longest_gap_s,
        overlap=exclusivity.overlap(case.writes, case.old, seen.authority, seen.fault_s),
        stale_reads=staleness.stale_reads(history, seen.events),
        series=series(history.writes(CONFIRMED), seen.fault_s),
        problems=wrong,
        verdict=verdict(writes, wrong),
        **_of_prediction(case),
        **_as_seen(seen),
    )


def verdict(writes: Writes, wrong: Sequence[str]) -> Verdict:
    """Return invalid for lost writes or anything else that is wrong."""
    return worst([Verdict.INVALID if wrong else Verdict.VALID, writes.verdict])


def _account(case: Case, kind: str) -> Writes:
    left, writes = case.remains, case.history.writes(kind)
    if kind in visits.OF_SITE:  # nothing of theirs is a key of Redis; `edits` has what is lost
        return durability.account(writes, {one.key for one in writes if one.acknowledged})
    return durability.account(writes, left.kept, left.open)


def _client(case: Case, kind: str) -> ClientFigures:
    found = case.availability(kind)
    return ClientFigures(
        **vars(_account(case, kind)),
        first_write_s=case.first_write_s(kind),
        longest_gap_s=found.longest_gap_s,
        longest_wait_s=found.longest_wait_s,
        **_of_visits(case, kind),
    )


def _of_visits(case: Case, kind: str) -> dict[str, Any]:
    """Return the figures that only visitors of the web node have."""
    if kind not in visits.ALL:
        return {}
    return {
        "pages": case.pages[kind],
        "locks": case.locks if kind == visits.LOCK else None,
        "edits": case.edits if kind == visits.EDITOR else None,
    }


def _of_prediction(case: Case) -> dict[str, Any]:
    """Return the figures of a round that has a prediction; those that have none keep defaults."""
    expected = case.predicted
    if expected is None:
        return {}
    late = None if case.rto_s is None else prediction.late_phase(expected, case.phases, case.rto_s)
    return {
        "predicted_s": expected.first_write_s,
        "band_s": expected.band_s,
        "predicted_phases": expected.phases,
        "late_phase": late,
    }


def _as_seen(seen: Evidence) -> dict[str, Any]:
    """Return what a round shows of its evidence as it is."""
    return {
        "targets": seen.strike.targets,
        "healed_s": seen.since(seen.healed_s),
        "converged_s": None if seen.converged_s is None else seen.since(seen.converged_s),
        "events": tuple(_events(seen)),
        "history": seen.history,
        "evidence": seen.file,
        "ping_s": seen.ping_s,
        "load_share": seen.load_share,
    }


def _events(seen: Evidence) -> Iterator[Event]:
    for one in seen.events:
        yield Event(seen.since(one.at_s), one.source, one.kind, one.detail)
