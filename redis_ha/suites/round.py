"""One strike of a fault and what came of it: the figures, the judgement, the record."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast

from redis_ha.checkers import Verdict, worst
from redis_ha.checkers.availability import Availability
from redis_ha.checkers.durability import Loss, Writes
from redis_ha.checkers.exclusivity import Overlap
from redis_ha.checkers.prediction import Prediction
from redis_ha.checkers.staleness import StaleReads
from redis_ha.measure.clients import CONFIRMED
from redis_ha.measure.series import Series
from redis_ha.measure.timeline import Event, Phases


@dataclass(frozen=True)
class Figures:
    """What one kind of client saw; times in seconds after the fault."""

    writes: Writes
    availability: Availability
    first_write_s: float | None

    def as_json(self) -> dict[str, Any]:
        """Return the figures as records have them."""
        times = (self.availability.longest_gap_s, self.availability.longest_wait_s)
        names = ("longest_gap_s", "longest_wait_s")
        return {
            **asdict(self.writes),
            "first_write_s": self.first_write_s,
            **dict(zip(names, times, strict=True)),
        }


@dataclass(frozen=True)
class Round:
    """One fault and what came of it.

    Args:
        rto_s: the recovery time: until another master took a write, or until writes went on;
            0 when they never stopped, the writers' stall for a planned change.
        elections: how often Sentinels voted after the fault.
        clients: by kind; the careful ones decide the verdict.
        overlap: of all clients; what those that follow the master did is among the problems.
        problems: everything that was not as it should be, in words.
        history: the name of the file with every operation.
        ping_s: within which time every Redis answered nine of ten questions under the load.
        load_share: how much of the full load the nodes were given, 0 to 1.
    """

    old_master: str
    new_master: str | None
    targets: tuple[str, ...]
    rto_s: float | None
    prediction: Prediction | None
    late_phase: str | None
    elections: int
    phases: Phases
    clients: Mapping[str, Figures]
    losses: tuple[Loss, ...]
    overlap: Overlap
    stale_reads: StaleReads
    healed_s: float
    converged_s: float | None
    problems: tuple[str, ...]
    events: tuple[Event, ...]
    series: Series
    history: str
    ping_s: float
    load_share: float

    @property
    def writes(self) -> Writes:
        """Return the account of the careful clients."""
        return self.clients[CONFIRMED].writes

    @property
    def predicted_s(self) -> float | None:
        return self.prediction.first_write_s if self.prediction else None

    @property
    def verdict(self) -> Verdict:
        """Return invalid for lost writes or anything else that is wrong."""
        fine = Verdict.INVALID if self.problems else Verdict.VALID
        return worst([fine, self.writes.verdict])

    def as_json(self) -> dict[str, Any]:
        """Return the round as records have it, times rounded to milliseconds."""
        careful = self.clients[CONFIRMED].availability
        data = {
            **{name: getattr(self, name) for name in _PLAIN},
            "predicted_s": self.predicted_s,
            "band_s": self.prediction.band_s if self.prediction else None,
            "predicted_phases": asdict(self.prediction.phases) if self.prediction else None,
            "writes": asdict(self.writes),
            "clients": {kind: figures.as_json() for kind, figures in self.clients.items()},
            "gaps": [asdict(gap) for gap in careful.gaps],
            "longest_gap_s": careful.longest_gap_s,
            **{name: asdict(getattr(self, name)) for name in _RECORDS},
            "losses": [asdict(loss) for loss in self.losses],
            "events": [asdict(event) for event in self.events],
            "verdict": str(self.verdict),
        }
        return cast(dict[str, Any], _rounded(data))


_PLAIN = (
    *("old_master", "new_master", "targets", "rto_s", "late_phase", "elections"),
    *("healed_s", "converged_s", "problems", "history", "ping_s", "load_share"),
)
_RECORDS = ("phases", "overlap", "stale_reads", "series")


def _rounded(value: object) -> object:
    match value:
        case float():
            return round(value, 3)
        case dict():
            return {key: _rounded(item) for key, item in value.items()}
        case list() | tuple():
            return [_rounded(item) for item in value]
    return value
