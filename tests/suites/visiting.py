"""Drills with visitors of the web node: what suites make of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from redis_ha import report
from redis_ha.checkers import evidence
from redis_ha.checkers.drill import Drill
from redis_ha.checkers.evidence import Evidence
from redis_ha.checkers.locks import Locks
from redis_ha.checkers.pages import Pages
from redis_ha.checkers.round import ClientFigures, Round
from redis_ha.measure import packed, visits
from redis_ha.measure.clients import CONFIRMED
from redis_ha.measure.history import History
from redis_ha.nodes.environment import Environment
from redis_ha.suites import failover
from redis_ha.suites.plan import Plan
from tests.suites.telling import told

LIGHT = 0.2
"""Of the full load, some 500 writes a second: visitors or other checks share the machine."""
OLD_S = 0.6
"""How long after a majority stopped naming a node the proxy may still let writes through to it."""


@dataclass(frozen=True)
class Visited:
    """One round as visitors saw it, beside the careful clients."""

    done: Round

    @property
    def visitors(self) -> ClientFigures:
        return self.done.clients[visits.SESSION]

    @property
    def pages(self) -> Pages:
        assert self.visitors.pages
        return self.visitors.pages

    @property
    def locks(self) -> Locks:
        found = self.done.clients[visits.LOCK].locks
        assert found
        return found

    @property
    def page_after_s(self) -> float | None:
        """Return how long after the first write of a careful client the first good page came."""
        return self._after_s(self.visitors.first_write_s)

    @property
    def error_after_s(self) -> float | None:
        """Return how long after it the last error was; below 0 before it, None without any."""
        return self._after_s(self.pages.last_error_s)

    def _after_s(self, at_s: float | None) -> float | None:
        first_s = self.done.clients[CONFIRMED].first_write_s
        return None if at_s is None or first_s is None else at_s - first_s


def drilled(environment: Environment, fault: str, target: str = "", rounds: int = 1) -> Drill:
    """Run a drill with visitors and holders of locks beside its writers."""
    plan = Plan(fault, report.HISTORIES, target, rounds, load=LIGHT, clients=visits.OF_PAGE)
    return failover.run(environment, plan, told)


def table(drill: Drill) -> Iterator[str]:
    """Yield what visitors went through in a drill, a line for each figure."""
    seen = [Visited(done) for done in drill.rounds]
    errors = [each.pages.errors for each in seen]
    asked = sum(sum(each.pages.statuses.values()) for each in seen)
    yield f"{drill.title}: {len(seen)} rounds, {drill.verdict}, {asked} pages"
    yield f"  HTTP errors by round: {errors}, most {max(errors)}"
    yield f"  logged out {sum(each.pages.logged_out for each in seen)}"
    yield f"  sessions that went back {sum(each.pages.went_back for each in seen)}"
    yield f"  two with a lock {sum(each.locks.doubled for each in seen)}"
    yield f"  first good page, s after the first careful write: {_times(seen, 'page_after_s')}"
    yield f"  last HTTP error, s after it: {_times(seen, 'error_after_s')}"
    waits = [each.visitors.longest_wait_s or 0.0 for each in seen]
    gaps = [each.visitors.longest_gap_s or 0.0 for each in seen]
    yield f"  slowest page {max(waits):.2f} s, longest time without a good one {max(gaps):.2f} s"
    for number, each in enumerate(drill.rounds, 1):
        yield from (f"  round {number}: {problem}" for problem in each.problems)


def _times(seen: list[Visited], name: str) -> str:
    known = [value for each in seen if (value := getattr(each, name)) is not None]
    if not known:
        return "none"
    return f"worst {max(known):+.2f}, all {[round(value, 2) for value in known]}"


def kept(done: Round) -> tuple[Evidence, History]:
    """Read the evidence and the history of a round."""
    history = History()
    lines = packed.read(report.HISTORIES / str(done.history)).decode().splitlines()
    history.read(lines)
    seen = evidence.from_bytes(packed.read(report.HISTORIES / str(done.evidence)))
    return seen, history


def written_to_the_old(done: Round) -> int:
    """Count what was written through the proxy to a node long after a majority named another."""
    seen, history = kept(done)
    moved_s: dict[str, float] = {}
    for event in seen.events:
        if event.kind == "+switch-master" and event.at_s >= seen.fault_s:
            moved_s.setdefault(event.source, event.at_s)
    sentinels = seen.strike.sentinels()
    needed = sentinels - sentinels // 2  # with so many gone no majority is left that names it
    if len(moved_s) < needed:
        return 0
    limit_s = sorted(moved_s.values())[needed - 1] + OLD_S
    return sum(
        one.acknowledged and one.node == done.old_master and one.ended_s > limit_s
        for kind in visits.OF_PAGE
        for one in history.writes(kind)
    )
