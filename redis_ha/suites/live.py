"""A round of a drill while it goes on, for those who watch it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from redis_ha.checkers.strike import Strike
from redis_ha.measure.clients import CONFIRMED
from redis_ha.measure.events import Phases, phases
from redis_ha.measure.history import Outcome
from redis_ha.measure.timeline import Timeline
from redis_ha.measure.workload import Workload
from redis_ha.providers import Tell, nobody
from redis_ha.wait import now_s

SECOND = "a second Ctrl-C leaves what is not healed yet to `./inv heal`"


@dataclass(frozen=True)
class Sight:
    """What a round is like at one moment.

    Args:
        stage: what is being done, in words.
        since_s: seconds since the fault struck, None before that.
        acknowledged: writes of all clients so far; likewise those that were refused, and those
            that were sent and never answered.
    """

    stage: str
    since_s: float | None
    phases: Phases
    acknowledged: int
    refused: int
    unanswered: int


class Live:
    """A round, which another thread may look at whenever it likes.

    Args:
        title: the fault and its target, as they were asked for.
    """

    def __init__(self, title: str, strike: Strike, timeline: Timeline, load: Workload) -> None:
        self.title = title
        self.tell: Tell = nobody
        self._master, self._timeline, self._load = strike.master, timeline, load
        self._stage = "the load becomes steady"
        self._fault_s: float | None = None
        self._first_write_s: float | None = None
        self._counts = dict.fromkeys(Outcome, 0)
        self._counted = 0

    def now(self, stage: str) -> None:
        """Take what is being done from now on."""
        self._stage = stage

    def struck(self, fault_s: float) -> None:
        """Take the moment at which the fault struck."""
        self._fault_s = fault_s
        self.now("the fault lasts")

    @contextmanager
    def announced(self) -> Iterator[None]:
        """Have an interrupt (Ctrl-C) say what goes on: the fault heals before the command ends."""
        try:
            yield
        except KeyboardInterrupt:
            self.now("interrupted, healing")
            self.tell(f"healing {self.title} …; {SECOND}")
            raise

    def seen(self) -> Sight:
        """Return what it is like now."""
        self._count()
        return Sight(
            stage=self._stage,
            since_s=None if self._fault_s is None else now_s() - self._fault_s,
            phases=self._phases(),
            acknowledged=self._counts[Outcome.ACKNOWLEDGED],
            refused=self._counts[Outcome.FAILED],
            unanswered=self._counts[Outcome.INDETERMINATE],
        )

    def _phases(self) -> Phases:
        if self._fault_s is None:
            return Phases()
        return phases(self._timeline.events, self._fault_s, self._master, self._first_write_s)

    def _count(self) -> None:
        """Take note of what was written since the last look: each operation once."""
        history = self._load.look()
        for each in islice(history, self._counted, None):
            self._counted += 1
            self._counts[each.outcome] += 1
            is_first = self._first_write_s is None and self._fault_s is not None
            if is_first and each.acknowledged and each.kind == CONFIRMED:
                is_new = each.node != self._master and each.ended_s >= (self._fault_s or 0)
                self._first_write_s = each.ended_s if is_new else None


OnBegin = Callable[[Live], object]
"""Takes a round as soon as its load runs."""
