"""The drill: break an environment under load, and account for every write."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import SystemRandom

from redis_ha import faults
from redis_ha.checkers import evidence, expectation, prediction
from redis_ha.checkers.drill import Drill, verdict
from redis_ha.checkers.evidence import Evidence
from redis_ha.checkers.expectation import Expected
from redis_ha.checkers.judgement import judged
from redis_ha.checkers.round import Round
from redis_ha.checkers.strike import Strike
from redis_ha.errors import RedisHaError
from redis_ha.faults import scene
from redis_ha.faults.scene import Scene
from redis_ha.measure import load as loads
from redis_ha.measure import packed, runtimes, web_visitors
from redis_ha.measure.clients import CONFIRMED
from redis_ha.measure.timeline import Timeline
from redis_ha.measure.workload import Workload
from redis_ha.nodes.environment import Environment
from redis_ha.services import cluster, health, servers, settling, switchover, web_sessions
from redis_ha.services.sentinel import PING_S
from redis_ha.services.snapshot import Snapshot
from redis_ha.services.switchover import Switchover
from redis_ha.suites import interruption, min_replicas, survivors, typo3_edits
from redis_ha.suites.live import Live, OnBegin
from redis_ha.suites.plan import Plan, machine
from redis_ha.wait import now_s, pause_until

TILT_S = 30.0
"""How long a Sentinel that hung does nothing."""
RECOVERS_S = settling.SETTLE_S + TILT_S
"""How long the cluster may take to be whole again after a fault."""
AFTERMATH_S = 1.0
"""How long the fault lasts on after the recovery, so that writers settle on the new master."""
RETURNS_S = 10.0
"""How long clients that others wrote are waited for then; who has not come back never does."""
WATCHED_S = 3.0
"""How long after down-after a fault lasts that should lead to nothing."""
CHANCE = SystemRandom()
"""When within a ping interval of the Sentinels a fault strikes is left to chance: they count from
their pings, and the work before a strike takes about as long every time."""

OnRound = Callable[[Round], object]


def run(
    environment: Environment, plan: Plan, on_round: OnRound = id, *, on_begin: OnBegin = id
) -> Drill:
    """Run a drill on a healthy cluster.

    Args:
        on_round: takes each round once it is judged.
        on_begin: takes each round as soon as its load runs, to be watched.

    Raises:
        RedisHaError: no such fault or target, or no write could be taken.
        NotApplicable: the provider has no means for this fault.
        TimedOut: the cluster is not healthy to begin with.
        TooOld: a node's server is.
    """
    check(environment, plan)
    versions = loads.require(environment, plan.clients)
    started = _moment()
    done: list[Round] = []
    with min_replicas.during(environment, plan.min_replicas), plan.kind.around(environment):
        for number in range(1 if plan.kind.is_once else plan.rounds):
            before = settling.wait_settled(environment, RECOVERS_S)
            servers.require_supported(environment, before.versions)
            struck = _scene(environment, plan, before, number)
            done.append(_round(plan, struck, before, on_begin))
            on_round(done[-1])
    expected = expectation.of(plan.strike(struck))
    return _drill(
        environment,
        plan,
        before,
        started=started,
        expected=expected,
        rounds=tuple(done),
        clients=versions,
    )


def check(environment: Environment, plan: Plan) -> Expected:
    """Make sure that a plan makes sense before anything is broken; return what to expect of it.

    Raises:
        RedisHaError: there is no such fault or target, or fewer than one round.
    """
    replicas = len(environment.redis_nodes) - 1
    if plan.needed(environment.topology) > replicas:
        raise RedisHaError(f"--min-replicas: at most {replicas} here (the number of replicas)")
    first = environment.topology.first_master.name
    imagined = scene.make(environment, plan.spec, plan.kind.takes, first)
    return expectation.of(plan.strike(imagined))


def nothing(environment: Environment, plan: Plan, reason: str, *, applicable: bool) -> Drill:
    """Return the drill that was not done, or not to its end, and why."""
    seen = cluster.look(environment)
    return _drill(environment, plan, seen, reason=reason, applicable=applicable)


def _drill(
    environment: Environment,
    plan: Plan,
    seen: Snapshot,
    *,
    started: str = "",
    expected: Expected | None = None,
    rounds: tuple[Round, ...] = (),
    clients: Mapping[str, str] | None = None,
    reason: str | None = None,
    applicable: bool = True,
) -> Drill:
    found = seen.versions.values()
    topology = environment.topology
    return Drill(
        provider=environment.choice.name,
        inventory=topology.name,
        fault=plan.fault,
        target=plan.spec,
        down_after_ms=topology.sentinel.down_after_ms,
        started=started or _moment(),
        settings=plan.settings(topology),
        comparison=plan.min_replicas is not None,
        expected=expected,
        reason=reason,
        versions=tuple(sorted({each.number for each in found})),
        server=", ".join(sorted({each.product for each in found})) or Drill.server,
        environment=machine(),
        clients=dict(clients or {}),
        verdict=verdict(rounds, reason=reason, applicable=applicable),
        rounds=rounds,
    )


def _moment() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _scene(environment: Environment, plan: Plan, before: Snapshot, number: int) -> Scene:
    """Find the targets of one strike.

    Raises:
        NotApplicable: the provider has no means for this fault.
    """
    struck = scene.make(environment, plan.spec, plan.kind.takes, str(before.master), number)
    faults.strike(plan.fault, struck)
    return struck


def _round(plan: Plan, struck: Scene, before: Snapshot, on_begin: OnBegin) -> Round:
    """Strike once, keep what was seen, and judge that."""
    environment, strike = struck.environment, plan.strike(struck)
    name = f"{plan.fault}-{secrets.token_hex(4)}"
    share = plan.load or loads.pace(
        environment, environment.node(strike.master), strike.min_replicas
    )
    load = _load(plan, strike, environment, plan.histories / f"{name}.csv", share)
    with Timeline(environment) as timeline, load:
        live = Live(f"{plan.fault} {plan.spec}", strike, timeline, load)
        on_begin(live)
        blow = _blow(plan, struck, load, timeline, live)
        live.now("healed; until all is well")
        after, converged_s = _converged(environment, load, blow.healed_s)
    live.now("asking every node for every key")
    kept = survivors.find(environment, after, load)
    edited = typo3_edits.look(environment, load, live.now)
    seen = Evidence(
        name=name,
        strike=strike,
        before=before,
        after=after,
        **vars(blow),
        converged_s=converged_s,
        events=tuple(timeline.events),
        **vars(kept),
        load_share=share,
        stories=edited,
        sessions=web_sessions.keeper(environment) if plan.has_visitors else None,
    )
    packed.save(plan.histories / seen.file, evidence.to_bytes(seen))
    return judged(seen, load.history)


def _load(
    plan: Plan, strike: Strike, environment: Environment, history: Path, share: float
) -> Workload:
    """Return what writes, reads and visits while a fault strikes."""
    return Workload(
        environment,
        history,
        sides=[strike.targets, strike.spared] if plan.kind.divides else [],
        confirmations=strike.min_replicas,
        share=share,
        visits=web_visitors.orders(environment, plan.clients, plan.requests_per_s),
        witnesses=runtimes.witnesses_of(environment, plan.clients),
    )


@dataclass(frozen=True)
class _Blow:
    """When the fault struck and healed, and how quick the nodes were before."""

    fault_s: float
    healing_s: float
    healed_s: float
    ping_s: float
    switchovers: tuple[Switchover, ...]


def _blow(plan: Plan, struck: Scene, load: Workload, timeline: Timeline, live: Live) -> _Blow:
    """Strike as soon as the load is steady, and heal."""
    load.steady()
    pause_until(now_s() + CHANCE.uniform(0, PING_S))
    ping_s = timeline.ping_s()
    strike = plan.strike(struck)
    with (
        switchover.heard() as switchovers,
        faults.strike(plan.fault, struck) as fault_s,
        live.announced(),
        interruption.decided_first(struck.environment, strike, fault_s, live.tell),
    ):
        live.struck(fault_s)
        _last(load, strike, fault_s, ping_s)
        healing_s = now_s()
        live.now("healing")
    return _Blow(
        fault_s=fault_s,
        healing_s=healing_s,
        healed_s=now_s(),
        ping_s=ping_s,
        switchovers=tuple(switchovers),
    )


def _last(load: Workload, strike: Strike, fault_s: float, ping_s: float) -> None:
    """Let the fault last: until another master takes writes, or long enough to see nothing."""
    predicted = prediction.after(strike, ping_s)
    if predicted:
        load.seen(
            lambda history: history.acknowledged_elsewhere(strike.master, fault_s, {CONFIRMED}),
            "a write on a new master",
            3 * predicted.first_write_s + 10,
        )
        pause_until(now_s() + AFTERMATH_S)
    else:
        pause_until(fault_s + strike.down_after_s + WATCHED_S)


def _converged(
    environment: Environment, load: Workload, healed_s: float
) -> tuple[Snapshot, float | None]:
    """Wait for a healthy cluster and a write on it; return what it is like and since when."""
    after = settling.until(environment, health.is_whole, RECOVERS_S)
    converged_s = now_s() if health.is_whole(after) else None
    load.seen(
        lambda history: history.acknowledged_after(healed_s, {CONFIRMED}),
        "a write after the fault",
        RECOVERS_S,
    )
    load.returned(now_s(), RETURNS_S)
    return after, converged_s
