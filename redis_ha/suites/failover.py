"""The drill: break an environment under load, and account for every write."""

import platform
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from os import cpu_count
from pathlib import Path
from random import SystemRandom
from typing import Any, cast

from redis_ha import faults
from redis_ha.checkers import (
    Verdict,
    availability,
    convergence,
    durability,
    exclusivity,
    expectation,
    prediction,
    staleness,
    worst,
)
from redis_ha.checkers.expectation import Expected
from redis_ha.errors import RedisHaError, TimedOut
from redis_ha.faults import Fault, scene
from redis_ha.faults.scene import Scene
from redis_ha.measure.clients import CONFIRMED, NAIVE
from redis_ha.measure.history import History
from redis_ha.measure.series import series
from redis_ha.measure.timeline import Event, Phases, Timeline, phases
from redis_ha.measure.workload import Workload
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each
from redis_ha.services import cluster
from redis_ha.services.client import ask, redis_of
from redis_ha.services.cluster import Snapshot
from redis_ha.suites.round import Figures, Round
from redis_ha.wait import now_s, pause_until

SETTLE_S = 90
"""How long the cluster may take to be whole again: a Sentinel that hung is in TILT for 30 s."""
AFTERMATH_S = 1.0
"""How long the fault lasts on after the recovery, so that writers settle on the new master."""
WATCHED_S = 3.0
"""How long after down-after a fault lasts that should lead to nothing."""
STOPS_S = 2.0
"""How much longer than max-lag an isolated master may go on: lag is counted in whole seconds."""
CHUNK = 1000
CHANCE = SystemRandom()
"""When within a ping interval of the Sentinels a fault strikes is left to chance: they count from
their pings, and the work before a strike takes about as long every time."""
MOVES = (Expected.FAILOVER, Expected.SWITCHOVER)


@dataclass(frozen=True)
class Plan:
    """What is to be broken, and with which settings.

    Args:
        target: see `faults.scene.make`; empty for the fault's own.
        min_replicas: `min-replicas-to-write` during the drill, by default the inventory's.
        histories: the folder for the files with every operation.
    """

    fault: str
    histories: Path
    target: str = ""
    rounds: int = 1
    min_replicas: int | None = None

    @property
    def kind(self) -> Fault:
        return faults.named(self.fault)

    @property
    def spec(self) -> str:
        return self.target or self.kind.target


@dataclass(frozen=True)
class Drill:
    """One kind of fault, one or more rounds.

    Args:
        reason: why it could not be done or broke off, None when it was done.
        applicable: whether the provider has the means.
    """

    plan: Plan
    provider: str
    inventory: str
    settings: dict[str, int]
    expected: str | None
    rounds: tuple[Round, ...]
    versions: tuple[str, ...]
    started: str
    reason: str | None = None
    applicable: bool = True

    @property
    def verdict(self) -> Verdict:
        """Return the worst round's; unknown for a drill that broke off."""
        if not self.applicable:
            return Verdict.NOT_APPLICABLE
        if self.reason:
            return Verdict.UNKNOWN
        return worst([done.verdict for done in self.rounds])

    @property
    def fails(self) -> bool:
        """Say whether a gate closes: anything but valid does, where it counts."""
        return self.applicable and not self.comparison and self.verdict is not Verdict.VALID

    @property
    def comparison(self) -> bool:
        """Say whether it ran with other settings than the inventory's, to show what they cost."""
        return self.plan.min_replicas is not None

    @property
    def down_after_ms(self) -> int:
        return self.settings["down_after_ms"]

    def as_json(self) -> dict[str, Any]:
        """Return the record."""
        return {
            **{key: getattr(self, key) for key in ("provider", "inventory")},
            "fault": self.plan.fault,
            "target": self.plan.spec,
            **{key: getattr(self, key) for key in ("down_after_ms", "started", "settings")},
            **{key: getattr(self, key) for key in ("comparison", "expected", "reason")},
            "versions": list(self.versions),
            "environment": machine(),
            "verdict": str(self.verdict),
            "rounds": [done.as_json() for done in self.rounds],
        }


OnRound = Callable[[Round], object]


def run(environment: Environment, plan: Plan, on_round: OnRound = id) -> Drill:
    """Run a drill on a healthy cluster.

    Raises:
        RedisHaError: no such fault or target, or fewer than one round.
        NotApplicable: the provider has no means for this fault.
        TimedOut: the cluster is not healthy to begin with.
    """
    check(environment, plan)
    started = _moment()
    done: list[Round] = []
    expected: Expected | None = None
    with _min_replicas(environment, plan.min_replicas):
        for number in range(plan.rounds):
            before = cluster.wait_settled(environment, SETTLE_S)
            struck = _scene(environment, plan, before, number)
            expected = expectation.of(environment.topology, plan.kind, struck)
            done.append(_round(environment, plan, struck, before))
            on_round(done[-1])
    return _drill(environment, plan, started, expected=expected, rounds=tuple(done))


def check(environment: Environment, plan: Plan) -> Expected:
    """Make sure that a plan makes sense before anything is broken; return what to expect of it.

    Raises:
        RedisHaError: there is no such fault or target, or fewer than one round.
    """
    if plan.rounds < 1:
        raise RedisHaError(f"--rounds: at least 1, not {plan.rounds}")
    first = environment.topology.first_master.name
    imagined = scene.make(environment, plan.spec, plan.kind.takes, first)
    return expectation.of(environment.topology, plan.kind, imagined)


def nothing(environment: Environment, plan: Plan, reason: str, *, applicable: bool) -> Drill:
    """Return the drill that was not done, or not to its end, and why."""
    return _drill(environment, plan, _moment(), reason=reason, applicable=applicable)


def _drill(
    environment: Environment,
    plan: Plan,
    started: str,
    *,
    expected: Expected | None = None,
    rounds: tuple[Round, ...] = (),
    reason: str | None = None,
    applicable: bool = True,
) -> Drill:
    versions = {view.version for view in cluster.look(environment).nodes if view.version}
    return Drill(
        plan,
        environment.choice.name,
        environment.topology.name,
        settings(environment, plan),
        expected,
        rounds,
        tuple(sorted(versions)),
        started,
        reason,
        applicable,
    )


def _moment() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def settings(environment: Environment, plan: Plan) -> dict[str, int]:
    """Return the settings that decide how a failover goes, as they are during a drill."""
    topology = environment.topology
    return {
        **{
            name: getattr(topology.sentinel, name)
            for name in ("down_after_ms", "failover_timeout_ms", "quorum")
        },
        "sentinels": sum(len(node.sentinels) for node in topology.nodes),
        "nodes": len(topology.redis_nodes),
        "min_replicas_to_write": _needed(environment, plan),
        "min_replicas_max_lag": topology.redis.min_replicas_max_lag,
    }


def machine() -> dict[str, object]:
    """Return where the drill ran."""
    return {
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "cores": cpu_count(),
        "python": platform.python_version(),
    }


def _needed(environment: Environment, plan: Plan) -> int:
    if plan.min_replicas is None:
        return environment.topology.redis.min_replicas_to_write
    return plan.min_replicas


def _scene(environment: Environment, plan: Plan, before: Snapshot, number: int) -> Scene:
    """Find the targets of one strike.

    Raises:
        NotApplicable: the provider has no means for this fault.
    """
    struck = scene.make(environment, plan.spec, plan.kind.takes, str(before.master), number)
    faults.strike(plan.fault, struck)
    return struck


def _round(environment: Environment, plan: Plan, struck: Scene, before: Snapshot) -> Round:
    """Strike once and judge what came of it."""
    expected = expectation.of(environment.topology, plan.kind, struck)
    predicted = _predicted(environment, plan, struck, expected)
    file = plan.histories / f"{plan.fault}-{secrets.token_hex(4)}.csv"
    sides = [struck.names, [node.name for node in struck.others]] if plan.kind.divides else []
    with (
        Timeline(environment) as timeline,
        Workload(environment, file, sides=sides, confirmations=_needed(environment, plan)) as load,
    ):
        load.steady()
        pause_until(now_s() + CHANCE.uniform(0, prediction.PING_S))
        with faults.strike(plan.fault, struck) as fault_s:
            _last(load, expected, struck, fault_s, predicted)
            healing_s = now_s()
        healed_s = now_s()
        after, converged_s = _converged(environment)
        load.seen(
            lambda history: history.acknowledged_after(healed_s, {CONFIRMED}),
            "a write after the fault",
            SETTLE_S,
        )
    there = survivors(environment, after.master, load)
    return _judged(
        _Evidence(
            struck, expected, predicted, before, after, load.history, there,
            timeline.events, fault_s, healing_s, healed_s, converged_s, file.name,
        )
    )  # fmt: skip


def _predicted(
    environment: Environment, plan: Plan, struck: Scene, expected: Expected
) -> prediction.Prediction | None:
    if expected is Expected.SWITCHOVER:
        return prediction.of_switchover()
    if expected is not Expected.FAILOVER:
        return None
    left = expectation.sentinels_left(environment.topology, plan.kind, struck)
    situation = prediction.Situation(plan.kind.silent, left, _needed(environment, plan))
    return prediction.of(environment.topology, situation)


def _last(
    load: Workload,
    expected: Expected,
    struck: Scene,
    fault_s: float,
    predicted: prediction.Prediction | None,
) -> None:
    """Let the fault last: until another master takes writes, or long enough to see nothing."""
    if expected in MOVES and predicted:
        load.seen(
            lambda history: history.acknowledged_elsewhere(struck.master, fault_s, {CONFIRMED}),
            "a write on a new master",
            3 * predicted.first_write_s + 10,
        )
        pause_until(now_s() + AFTERMATH_S)
    else:
        pause_until(fault_s + struck.environment.topology.sentinel.down_after_s + WATCHED_S)


def _converged(environment: Environment) -> tuple[Snapshot, float | None]:
    """Wait for a healthy cluster; return what it is like and when it was healthy."""
    try:
        return cluster.wait_healthy(environment, SETTLE_S), now_s()
    except TimedOut:
        return cluster.look(environment), None


@dataclass(frozen=True)
class _Evidence:
    """Everything that was recorded of one strike; times on the drill's clock."""

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

    def since(self, at_s: float) -> float:
        return at_s - self.fault_s


def _judged(seen: _Evidence) -> Round:
    """Turn what was recorded into figures."""
    old, new = str(seen.before.master), seen.after.master
    kept = seen.there.get(str(new), set())
    clients = {kind: _figures(seen, kind, kept) for kind in seen.history.kinds()}
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
        told,
        clients,
        tuple(durability.losses(writes, kept, seen.fault_s)),
        exclusivity.overlap(writes, old, new, seen.fault_s),
        staleness.stale_reads(seen.history, seen.events),
        seen.since(seen.healed_s),
        seen.since(seen.converged_s) if seen.converged_s else None,
        tuple(_problems(seen, rto_s)),
        tuple(Event(seen.since(one.at_s), one.source, one.kind, one.detail) for one in seen.events),
        series(seen.history.writes(CONFIRMED), seen.fault_s),
        f"{seen.file}.gz",
    )


def _late_phase(seen: _Evidence, told: Phases, rto_s: float | None) -> str | None:
    if seen.predicted is None or rto_s is None:
        return None
    return prediction.late_phase(seen.predicted, told, rto_s)


def _figures(seen: _Evidence, kind: str, kept: set[str]) -> Figures:
    writes = seen.history.writes(kind)
    found = availability.of(writes, seen.fault_s)
    if seen.expected in MOVES:
        first = seen.history.acknowledged_elsewhere(seen.struck.master, seen.fault_s, {kind})
        first_s = seen.since(first.ended_s) if first else None
    else:
        first_s = found.resumed_s
    return Figures(durability.account(writes, kept), found, first_s)


def _plus(fault_s: float, figures: Figures) -> float | None:
    return None if figures.first_write_s is None else fault_s + figures.first_write_s


def _rto_s(seen: _Evidence, careful: Figures) -> float | None:
    if seen.expected is Expected.SWITCHOVER:
        return careful.availability.longest_gap_s
    return careful.first_write_s


def _problems(seen: _Evidence, rto_s: float | None) -> Iterator[str]:
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


def _unrefused(seen: _Evidence) -> int:
    """Count the writes that were acknowledged while they had to be refused."""
    lag_s = seen.struck.environment.topology.redis.min_replicas_max_lag
    from_s = seen.fault_s + lag_s + STOPS_S
    return sum(
        one.acknowledged and one.invoked_s > from_s and one.ended_s < seen.healing_s
        for one in seen.history.writes()
    )


def _lacking(seen: _Evidence) -> Iterator[str]:
    """Say which replicas lack acknowledged writes that the master has."""
    kept = seen.there.get(str(seen.after.master), set())
    for name, keys in seen.there.items():
        if missing := len(kept - keys):
            yield f"{name} lacks {missing} writes that {seen.after.master} has"


def survivors(environment: Environment, master: str | None, load: Workload) -> dict[str, set[str]]:
    """Return which keys of a drill each node has in the end, and remove them.

    Replicas are asked once they have everything that the master has.
    """
    if master is None:
        return {}
    keys = [write.key for write in load.history.writes()]
    replicas = len(environment.redis_nodes) - 1
    with redis_of(environment, environment.node(master)) as client:
        client.wait(replicas, 5000)
        found = each(environment.redis_nodes, partial(_held, environment, keys))
        for chunk in _chunks(keys):
            client.unlink(*chunk)
    return found


def _held(environment: Environment, keys: list[str], node: Any) -> set[str]:
    held: set[str] = set()
    with redis_of(environment, node) as client:
        for chunk in _chunks(keys):
            values = cast(list[str | None], client.mget(chunk))
            held |= {key for key, value in zip(chunk, values, strict=True) if value == key}
    return held


def _chunks(keys: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]


@contextmanager
def _min_replicas(environment: Environment, wanted: int | None) -> Iterator[None]:
    """Have every Redis take another `min-replicas-to-write` for a while.

    It is written down as well: a node that is restarted meanwhile would come back with the old one.
    """
    if wanted is None:
        yield
        return
    try:
        _set_min_replicas(environment, wanted)
        yield
    finally:
        _set_min_replicas(environment, environment.topology.redis.min_replicas_to_write)


def _set_min_replicas(environment: Environment, number: int) -> None:
    def change(node: Any) -> None:
        with redis_of(environment, node) as client:
            ask(client, "CONFIG", "SET", "min-replicas-to-write", str(number))
            ask(client, "CONFIG", "REWRITE")

    each(environment.redis_nodes, change)
