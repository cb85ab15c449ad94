"""How long a recovery should take, phase by phase, from the settings and the kind of fault.

Sentinel pings every min(down-after, 1 s) and counts from the ping that was not answered. Where
connections break (a killed process) every Sentinel counts from that moment. Where they stay open
(a hang, a cut cable, a machine without power) each counts from its own last ping, anywhere within
one ping interval P: of m Sentinels that are left the k-th agrees after P·k/(m+1) on average. The
rest are medians of loopback sets of three Redis 7.0.15 and 8.0.2 with three Sentinels.
"""

from dataclasses import dataclass, fields

from redis_ha.checkers import expectation
from redis_ha.checkers.expectation import Expected
from redis_ha.checkers.strike import Strike
from redis_ha.measure.events import Phases

PING_S = 1.0
TICK_S = 0.10
"""Sentinel looks at everything about every 100 ms."""
AGREE_S = 0.08
ELECT_S = 0.07
PROMOTE_S = 0.13
VISIBLE_S = 0.82
"""From the promotion to the INFO by which the leading Sentinel learns of it. It asks every second
from o-down on; where it had asked just before (it does every 10 s), the answer is there sooner."""
REPLICA_S = 0.07
"""From there until the new master has a replica of its own and accepts writes."""
TIMEOUT_S = 0.10
"""What a careful client loses on average where connections stay open: it waits for a time-out."""
TRIPS = 20
"""Questions and answers one after another until the first write. The Sentinels' (7): what the peers
see, the vote, the promotion, INFO, the other replica's new master, the hello that tells the others.
The replica's (5): connection, PING, AUTH, REPLCONF, PSYNC. The client's (8): a Sentinel, the
connection, AUTH, twice CLIENT SETINFO, ROLE, the write, its confirmation."""
COPY_TRIPS = 50
"""What a full copy takes in such answers, where the other replica was ahead of the new master and
cannot go on from there: a fork, the copy written, sent, loaded (0.7 s where answers take 14 ms)."""
SLACK_S = 0.35
"""How far each phase may lie from its median before it is called late: a busy machine's timers."""


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


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What a prediction depends on.

    Args:
        down_after_s, quorum: the Sentinels' settings.
        silent: connections stay open, nothing answers.
        sentinels_left: how many Sentinels can still see each other.
        min_replicas: how many replicas the new master needs before it accepts writes.
        ping_s: within which time every Redis answers nine of ten questions under the load.
    """

    down_after_s: float
    quorum: int
    silent: bool
    sentinels_left: int
    min_replicas: int
    ping_s: float = 0.0


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
            silent=strike.is_silent,
            sentinels_left=expectation.sentinels_left(strike),
            min_replicas=strike.min_replicas,
            ping_s=ping_s,
        )
    )


def of(situation: Situation) -> Prediction:
    """Predict the recovery from a failure of the master."""
    down_s = situation.down_after_s
    ping_s = min(down_s, PING_S) if situation.silent else 0.0
    left = max(situation.sentinels_left, 1)
    quorum = min(situation.quorum, left)
    steps = Phases(
        sdown_s=down_s + TICK_S + ping_s / (left + 1),
        odown_s=AGREE_S + ping_s * (quorum - 1) / (left + 1),
        elected_s=ELECT_S,
        promoted_s=PROMOTE_S,
        visible_s=VISIBLE_S,
        first_write_s=(REPLICA_S if situation.min_replicas else 0.0)
        + (TIMEOUT_S if situation.silent else 0.0),
    )
    phases = _summed(steps)
    median_s = phases.first_write_s or 0.0
    spread_s = ping_s * quorum / (left + 1)
    return Prediction(
        phases,
        median_s - spread_s - VISIBLE_S - SLACK_S,
        median_s + (ping_s - spread_s) + SLACK_S + (TRIPS + COPY_TRIPS) * situation.ping_s,
    )


def of_switchover() -> Prediction:
    """Predict how long writers stall in a switchover: until Sentinels name the new master."""
    stall_s = PROMOTE_S + VISIBLE_S
    phases = Phases(promoted_s=PROMOTE_S, visible_s=stall_s, first_write_s=stall_s)
    return Prediction(phases, 0.0, stall_s + SLACK_S)


def late_phase(prediction: Prediction, seen: Phases, recovery_s: float) -> str | None:
    """Say which phase took a recovery out of its band: the one that lost most; None inside it."""
    if prediction.low_s <= recovery_s <= prediction.high_s:
        return None
    sign = 1 if recovery_s > prediction.high_s else -1
    wanted, had = _steps(prediction.phases), _steps(seen)
    return max(had, key=lambda name: sign * (had[name] - wanted.get(name, 0.0)), default=None)


def _summed(steps: Phases) -> Phases:
    total_s, summed = 0.0, {}
    for name, step_s in vars(steps).items():
        total_s += step_s or 0.0
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
