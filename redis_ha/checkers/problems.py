"""What was not as it should be in one strike, in words."""

from collections.abc import Iterator

from redis_ha.checkers import convergence, durability, exclusivity, remains
from redis_ha.checkers.case import Case
from redis_ha.checkers.expectation import Expected
from redis_ha.measure import visits, witnesses
from redis_ha.measure.clients import CONFIRMED, NAIVE

CONFIRMS = "redis-ha"
"""Who keeps sessions (`web.sessions`) and has each write of them confirmed."""
PATIENT = frozenset({NAIVE, *witnesses.KINDS})
"""Kinds of client that may wait until a master that hung answers them; no verdict goes by that."""
NOT_ELECTED = "-failover-abort-not-elected"
SPLIT = (
    "the Sentinels that were left voted each for itself: they try again after 2 x failover-timeout"
)
STOPS_S = 2.0
"""How much longer than max-lag an isolated master may go on: lag is counted in whole seconds."""


def of(case: Case) -> Iterator[str]:
    """Yield everything that is wrong but lost writes, which are counted."""
    seen = case.seen
    yield from convergence.problems(seen.before, seen.after, case.expected, seen.strike.targets)
    yield from _of_votes(case)
    yield from _of_writing(case)
    yield from _of_two_masters(case)
    yield from _of_replicas(case)
    yield from _of_disks(case)
    yield from _of_visitors(case)
    yield from _of_edits(case)


def _of_votes(case: Case) -> Iterator[str]:
    """Say whether Sentinels tried and none got a majority: nothing but chance decides that."""
    if case.moves and case.rto_s is None and {NOT_ELECTED} & {e.kind for e in case.seen.events}:
        yield SPLIT


def _of_writing(case: Case) -> Iterator[str]:
    """Say where writes did not go on, or went on where they had to be refused."""
    if case.moves and case.rto_s is None:
        yield f"no other node took a write while the fault lasted{_last_told(case)}"
    if case.history.acknowledged_after(case.seen.healed_s, {CONFIRMED}) is None:
        yield f"no write was acknowledged after the fault had healed{_last_told(case)}"
    if case.expected in (Expected.REFUSES, Expected.OUTAGE) and (count := _unrefused(case)):
        yield f"{count} writes were acknowledged that nothing but {case.old} can have"


def _last_told(case: Case) -> str:
    """Return the last reply by which a write was refused after the fault."""
    last = case.history.last_failure(case.seen.fault_s)
    return f": {last.node} replied {last.error}" if last and last.refused and last.node else ""


def _unrefused(case: Case) -> int:
    """Count the writes that were acknowledged while they had to be refused."""
    from_s = case.seen.fault_s + case.seen.strike.max_lag_s + STOPS_S
    return sum(
        one.acknowledged and one.invoked_s > from_s and one.ended_s < case.seen.healing_s
        for one in case.writes
    )


def _of_two_masters(case: Case) -> Iterator[str]:
    following = [one for one in case.writes if one.kind not in PATIENT]
    new = case.seen.authority
    found = exclusivity.overlap(following, case.old, new, case.seen.fault_s)
    if found.writes:
        yield f"{case.old} acknowledged {found.writes} writes after {new} had begun to"


def _of_replicas(case: Case) -> Iterator[str]:
    """Say what nodes lack of what the master has; of all, where nobody knows who that is."""
    doubt = remains.doubt(case.seen)
    if doubt and case.remains.open:
        yield f"it is not known which writes are kept: {doubt}"
    told = frozenset(one.key for one in case.writes if one.acknowledged)
    whole = told if doubt else case.remains.kept
    of_whom = "were acknowledged" if doubt else f"{case.seen.authority} has"
    for name, keys in case.seen.survivors.items():
        if missing := len(whole - keys):
            yield f"{name} lacks {missing} writes that {of_whom}"


def _of_disks(case: Case) -> Iterator[str]:
    """Say of losses that they are what no disk had yet when every node lost its power."""
    if not (case.seen.strike.is_dark and case.seen.strike.loses_cache):
        return
    writes = case.history.writes(CONFIRMED)
    if lost := durability.losses(writes, case.remains.possible, case.seen.fault_s):
        first_s = -min(loss.from_s for loss in lost)
        yield f"no disk had the last {first_s:.2f} s when every node lost its power (appendfsync)"


def _of_visitors(case: Case) -> Iterator[str]:
    """Say what happened to visitors that must not; the one of php-redis promises less."""
    found = case.pages[visits.SESSION]
    if logged_out := found.logged_out + case.pages[visits.VISITOR].logged_out:
        yield f"visitors were logged out {logged_out} times"
    if logged_out := case.pages[visits.BACKEND].logged_out:
        yield f"the editor was logged out {logged_out} times"
    if case.seen.sessions == CONFIRMS:
        if found.went_back:
            yield f"sessions went back {found.went_back} times"
        writes, kept = case.history.writes(visits.SESSION), case.remains.possible
        if lost := sum(one.acknowledged and one.key not in kept for one in writes):
            yield f"{lost} writes of sessions that were confirmed are lost"
    if (doubled := case.locks.doubled) and not _may_lose_locks(case):
        yield f"{doubled} times two requests had the lock of one session"


def _of_edits(case: Case) -> Iterator[str]:
    """Say what became of edits that must not: TYPO3 would show an old page for a day."""
    if lost := case.edits.lost:
        yield f"{lost} edits were acknowledged and are lost"
    for what, pages in (("old", case.edits.stale), ("not served", case.edits.unserved)):
        if pages:
            yield f"{what} long after the end: {', '.join(pages)}"


def _may_lose_locks(case: Case) -> bool:
    """Say whether a lock may be gone that one master alone acknowledged: nobody confirms those."""
    strike = case.seen.strike
    return strike.cuts or (strike.takes_redis and strike.takes_sentinels and strike.is_silent)
