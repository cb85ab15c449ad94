"""One strike before its judge: what was kept of it, and what follows from that."""

from dataclasses import dataclass
from functools import cached_property

from redis_ha.checkers import availability, edits, expectation, locks, pages, prediction, remains
from redis_ha.checkers.availability import Availability
from redis_ha.checkers.edits import Edits
from redis_ha.checkers.evidence import Evidence
from redis_ha.checkers.expectation import MOVES, Expected
from redis_ha.checkers.locks import Locks
from redis_ha.checkers.pages import Pages
from redis_ha.checkers.prediction import Prediction
from redis_ha.checkers.remains import Remains
from redis_ha.measure import visits
from redis_ha.measure.clients import CONFIRMED
from redis_ha.measure.events import Phases, phases
from redis_ha.measure.history import History, Operation


@dataclass(frozen=True)
class Case:
    """Evidence and history, and nothing else; times in seconds after the fault."""

    seen: Evidence
    history: History

    @property
    def old(self) -> str:
        """Return who was master."""
        return self.seen.strike.master

    @property
    def new(self) -> str | None:
        """Return who is master in the end."""
        return self.seen.after.master

    @cached_property
    def expected(self) -> Expected:
        return expectation.of(self.seen.strike)

    @property
    def moves(self) -> bool:
        """Say whether another node should be master in the end."""
        return self.expected in MOVES

    @cached_property
    def predicted(self) -> Prediction | None:
        return prediction.after(self.seen.strike, self.seen.ping_s)

    @cached_property
    def writes(self) -> list[Operation]:
        return self.history.writes()

    @cached_property
    def remains(self) -> Remains:
        return remains.of(self.seen, [one.key for one in self.writes])

    @cached_property
    def locks(self) -> Locks:
        """Return how sessions' locks were held."""
        return locks.locks(self.history.holds())

    @cached_property
    def pages(self) -> dict[str, Pages]:
        """Return what each kind of visitors of the web node saw."""
        first_s = self.first_write_s(CONFIRMED)
        return {
            kind: pages.pages(self.history.writes(kind), self.seen.fault_s, first_s)
            for kind in visits.ALL
        }

    @cached_property
    def edits(self) -> Edits:
        """Return what became of an editor's edits."""
        return edits.edits(self.history.writes(visits.EDITOR), self.seen.stories)

    @cached_property
    def careful(self) -> Availability:
        """Return what the clients saw that verdicts go by."""
        return self.availability(CONFIRMED)

    @cached_property
    def rto_s(self) -> float | None:
        """Return the recovery time; of a planned change the writers' stall."""
        if self.expected is Expected.SWITCHOVER:
            return self.careful.longest_gap_s
        return self.first_write_s(CONFIRMED)

    @cached_property
    def phases(self) -> Phases:
        first_s = self.first_write_s(CONFIRMED)
        at_s = None if first_s is None else self.seen.fault_s + first_s
        return phases(self.seen.events, self.seen.fault_s, self.old, at_s)

    def availability(self, kind: str) -> Availability:
        """Return for how long one kind of client could not write."""
        return availability.of(self.history.writes(kind), self.seen.fault_s)

    def first_write_s(self, kind: str) -> float | None:
        """Return when one kind of client was acknowledged a write again."""
        is_told = any(one.acknowledged and one.node for one in self.history.writes(kind))
        if not self.moves or not is_told:
            return self.availability(kind).resumed_s
        first = self.history.acknowledged_elsewhere(self.old, self.seen.fault_s, {kind})
        return self.seen.since(first.ended_s) if first else None
