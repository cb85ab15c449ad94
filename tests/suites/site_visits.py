"""Drills with everybody who comes to a TYPO3 site: what suites make of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from redis_ha import report
from redis_ha.checkers.drill import Drill
from redis_ha.checkers.edits import Edits
from redis_ha.checkers.pages import Pages
from redis_ha.checkers.round import ClientFigures, Round
from redis_ha.measure import visits
from redis_ha.measure.clients import CONFIRMED
from redis_ha.nodes.environment import Environment
from redis_ha.suites import failover
from redis_ha.suites.plan import Plan
from tests.suites.telling import told

LOAD = 0.1
"""Of the writers: a site shares the machine with them."""
CLIENTS = (visits.PAGE, visits.VISITOR, visits.EDITOR)


@dataclass(frozen=True)
class Seen:
    """One round as those saw it who come to the site."""

    done: Round

    @property
    def clients(self) -> dict[str, ClientFigures]:
        """Return what each kind of client went through."""
        return {kind: each for kind, each in self.done.clients.items() if kind in visits.OF_SITE}

    @property
    def pages(self) -> list[Pages]:
        return [each.pages for each in self.clients.values() if each.pages]

    @property
    def edits(self) -> Edits:
        found = self.clients[visits.EDITOR].edits
        assert found
        return found

    @property
    def asked(self) -> int:
        return sum(sum(each.statuses.values()) for each in self.pages)

    def total(self, name: str) -> int:
        """Return the sum of a count over all kinds of client."""
        return sum(getattr(each, name) for each in self.pages)

    @property
    def error_after_s(self) -> float | None:
        """Return how long after a careful client's first write the last error was."""
        first_s = self.done.clients[CONFIRMED].first_write_s
        ends = [each.last_error_s for each in self.pages if each.last_error_s is not None]
        return max(ends) - first_s if ends and first_s is not None else None


def drilled(environment: Environment, fault: str, rounds: int = 1) -> Drill:
    """Run a drill with everybody who comes to the site beside its writers."""
    plan = Plan(fault, report.HISTORIES, rounds=rounds, load=LOAD, clients=CLIENTS)
    return failover.run(environment, plan, told)


def table(drill: Drill, version: str) -> Iterator[str]:
    """Yield what came of a drill, a line for each figure."""
    seen = [Seen(done) for done in drill.rounds]
    asked = [each.asked for each in seen]
    yield f"TYPO3 {version}, {drill.title}: {len(seen)} rounds, pages {asked}"
    yield f"  HTTP errors by round: {[each.total('errors') for each in seen]}"
    yield f"  last of them, s after the first careful write: {[_s(e.error_after_s) for e in seen]}"
    yield f"  later than 0.5 s after it: {[each.total('late_errors') for each in seen]}"
    yield f"  logged out {sum(each.total('logged_out') for each in seen)}"
    yield f"  sessions that went back {[each.total('went_back') for each in seen]}"
    edits = [each.edits for each in seen]
    yield f"  edits {[e.saved for e in edits]}, lost {[e.lost for e in edits]}"
    yield f"  pages that stay old {[len(e.stale) for e in edits]}"
    yield f"  old text shown for a while {[each.total('outdated') for each in seen]}"
    for kind in visits.OF_SITE:
        found = [each.clients[kind] for each in seen if kind in each.clients]
        statuses = [each.pages.statuses for each in found if each.pages]
        gaps = [_s(each.longest_gap_s) for each in found]
        waits = [_s(each.longest_wait_s) for each in found]
        yield f"  {kind}: {statuses}; without a good page {gaps} s, slowest {waits} s"
    for number, done in enumerate(drill.rounds, 1):
        yield from (f"  round {number}: {problem}" for problem in done.problems)


def _s(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
