"""What was recorded of one strike, turned into figures and problems: pure functions."""

from collections.abc import Iterator
from dataclasses import dataclass

from redis_ha.checkers import (
    availability,
    convergence,
    durability,
    exclusivity,
    prediction,
    staleness,
)
from redis_ha.checkers.expectation import Expected
from redis_ha.faults import Fault
from redis_ha.faults.scene import Scene
from redis_ha.measure.clients import CONFIRMED, KINDS, NAIVE
from redis_ha.measure.history import History
from redis_ha.measure.series import series
from redis_ha.measure.timeline import Event, Phases, elections, phases
from redis_ha.providers import loses_cache
from redis_ha.services.snapshot import Snapshot
from redis_ha.suites.round import Figures, Round

MOVES = (Expected.FAILOVER, Expected.SWITCHOVER)
STOPS_S = 2.0
"""How much longer than max-lag an isolated master may go on: lag is counted in whole seconds."""


@dataclass(frozen=True)
class Evidence:
    """Everything that was recorded of one strike; times on the drill's clock."""

    kind: Fault
    struck: Scene
    expected: Expected
    predicted: prediction.Prediction | None
    before: Snapshot
    after: Snapshot
    history: History
    there: dict[str, set[str]]
    events: list[Event]
    fault_s: float
    healing_s: float
    healed_s: float
    converged_s: float | None
    file: str
    ping_s: float
    share: float

    @property
    def kept(self) -> set[str]:
        """Return the keys that the final master has; none where there is no master."""
        return self.there.get(str(self.after.master), set())

    def since(self, at_s: float) -> float:
        return at_s - self.fault_s


def judged(seen: Evidence) -> Round:
    """Turn what was recorded into figures."""
    old, new = str(seen.before.master), seen.after.master
    wrote = seen.history.kinds()
    clients = {kind: _figures(seen, kind) for kind in KINDS if kind in wrote}
    rto_s = _rto_s(seen, clients[CONFIRMED])
    told = phases(seen.events, seen.fault_s, old, _plus(seen.fault_s, clients[CONFIRMED]))
    writes = seen.history.writes()
    return Round(
        old,
        new,
        tuple(seen.struck.names),
        rto_s,
        seen.predicted,
        _late_phase(seen, told, rto_s),
        elections(seen.events, seen.fault_s),
        told,
        clients,
        tuple(durability.losses(writes, seen.kept, seen.fault_s)),
        exclusivity.overlap(writes, old, new, seen.fault_s),
        staleness.stale_reads(seen.history, seen.events),
        seen.since(seen.healed_s),
        seen.since(seen.converged_s) if seen.converged_s else None,
        tuple(_problems(seen, rto_s)),
        tuple(Event(seen.since(one.at_s), one.source, one.kind, one.detail) for one in seen.events),
        series(seen.history.writes(CONFIRMED), seen.fault_s),
        f"{seen.file}.gz",
        seen.ping_s,
        seen.share,
    )


def _late_phase(seen: Evidence, told: Phases, rto_s: float | None) -> str | None:
    if seen.predicted is None or rto_s is None:
        return None
    return prediction.late_phase(seen.predicted, told, rto_s)


def _figures(seen: Evidence, kind: str) -> Figures:
    writes = seen.history.writes(kind)
    found = availability.of(writes, seen.fault_s)
    if seen.expected in MOVES:
        first = seen.history.acknowledged_elsewhere(seen.struck.master, seen.fault_s, {kind})
        first_s = seen.since(first.ended_s) if first else None
    else:
        first_s = found.resumed_s
    return Figures(durability.account(writes, seen.kept), found, first_s)


def _plus(fault_s: float, figures: Figures) -> float | None:
    return None if figures.first_write_s is None else fault_s + figures.first_write_s


def _rto_s(seen: Evidence, careful: Figures) -> float | None:
    if seen.expected is Expected.SWITCHOVER:
        return careful.availability.longest_gap_s
    return careful.first_write_s


def _problems(seen: Evidence, rto_s: float | None) -> Iterator[str]:
    """Yield what is wrong, in words."""
    gone = set(seen.struck.names)
    yield from convergence.problems(seen.before, seen.after, seen.expected, gone)
    old, new = str(seen.before.master), seen.after.master
    if seen.expected in MOVES and rto_s is None:
        yield "no other node took a write while the fault lasted"
    if seen.history.acknowledged_after(seen.healed_s, {CONFIRMED}) is None:
        yield "no write was acknowledged after the fault had healed"
    if seen.expected in (Expected.REFUSES, Expected.OUTAGE) and (count := _unrefused(seen)):
        yield f"{count} writes were acknowledged that nothing but {old} can have"
    following = [one for one in seen.history.writes() if one.kind != NAIVE]
    if late := exclusivity.overlap(following, old, new, seen.fault_s).writes:
        yield f"{old} acknowledged {late} writes after {new} had begun to"
    yield from _lacking(seen)
    yield from _unwritten(seen)


def _unrefused(seen: Evidence) -> int:
    """Count the writes that were acknowledged while they had to be refused."""
    lag_s = seen.struck.environment.topology.redis.min_replicas_max_lag
    from_s = seen.fault_s + lag_s + STOPS_S
    return sum(
        one.acknowledged and one.invoked_s > from_s and one.ended_s < seen.healing_s
        for one in seen.history.writes()
    )


def _lacking(seen: Evidence) -> Iterator[str]:
    """Say which replicas lack acknowledged writes that the master has."""
    for name, keys in seen.there.items():
        if missing := len(seen.kept - keys):
            yield f"{name} lacks {missing} writes that {seen.after.master} has"


def _unwritten(seen: Evidence) -> Iterator[str]:
    """Say of losses that they are what no disk had yet when every node lost its power."""
    environment = seen.struck.environment
    dark = {node.name for node in environment.redis_nodes} <= set(seen.struck.names)
    if not (dark and seen.kind.cuts_power and loses_cache(environment.provider)):
        return
    if lost := durability.losses(seen.history.writes(CONFIRMED), seen.kept, seen.fault_s):
        first_s = -min(loss.from_s for loss in lost)
        yield f"no disk had the last {first_s:.2f} s when every node lost its power (appendfsync)"
