"""How long a recovery should take, phase by phase: `services.recovery` as drills compare it."""

from dataclasses import dataclass, fields

from redis_ha.checkers import expectation
from redis_ha.checkers.expectation import Expected
from redis_ha.checkers.strike import Strike
from redis_ha.measure.events import Phases
from redis_ha.services import recovery
from redis_ha.services.recovery import PhaseTimes, Situation


@dataclass(frozen=True)
class Prediction:
    """A predicted recovery, in seconds after the fault.

    Args:
        phases: when each phase should be reached (median).
        low_s, high_s: the band in which the first write should lie.
    """

    phases: Phases
    low_s: float
    high_s: float

    @property
    def first_write_s(self) -> float:
        return self.phases.first_write_s or 0.0

    @property
    def band_s(self) -> tuple[float, float]:
        return (self.low_s, self.high_s)


def after(strike: Strike, ping_s: float) -> Prediction | None:
    """Predict what comes of a strike; None where there is no recovery to predict."""
    expected = expectation.of(strike)
    if expected is Expected.SWITCHOVER:
        return of_switchover()
    if expected is not Expected.FAILOVER:
        return None
    return of(
        Situation(
            down_after_s=strike.down_after_s,
            quorum=strike.quorum,
            is_silent=strike.is_silent,
            sentinels_left=expectation.sentinels_left(strike),
            min_replicas=strike.min_replicas,
            ping_s=ping_s,
        )
    )


def of(situation: Situation) -> Prediction:
    """Predict the recovery from a failure of the master."""
    made = recovery.of(situation)
    return Prediction(_summed(made.steps), made.low_s, made.high_s)


def of_switchover() -> Prediction:
    """Predict how long writers stall in a switchover: until Sentinels name the new master.

    The band has room for one in which they asked the replica before its promotion, and only a
    second later again.
    """
    stall_s = recovery.PROMOTE_S + recovery.NAMED_S
    phases = Phases(promoted_s=recovery.PROMOTE_S, visible_s=stall_s, first_write_s=stall_s)
    late_s = recovery.PROMOTE_S + recovery.VISIBLE_S
    return Prediction(phases, 0.0, late_s + recovery.SLACK_S)


def late_phase(prediction: Prediction, seen: Phases, recovery_s: float) -> str | None:
    """Say which phase took a recovery out of its band: the one that lost most; None inside it."""
    if prediction.low_s <= recovery_s <= prediction.high_s:
        return None
    sign = 1 if recovery_s > prediction.high_s else -1
    wanted, had = _steps(prediction.phases), _steps(seen)
    return max(had, key=lambda name: sign * (had[name] - wanted.get(name, 0.0)), default=None)


def _summed(steps: PhaseTimes) -> Phases:
    total_s, summed = 0.0, {}
    for name, step_s in vars(steps).items():
        total_s += step_s
        summed[name] = total_s
    return Phases(**summed)


def _steps(phases: Phases) -> dict[str, float]:
    """Return how long each phase that was seen took by itself, by its plain name."""
    steps, last_s = {}, 0.0
    for item in fields(phases):
        at_s: float | None = getattr(phases, item.name)
        if at_s is not None:
            steps[item.name.removesuffix("_s")] = at_s - last_s
            last_s = at_s
    return steps
