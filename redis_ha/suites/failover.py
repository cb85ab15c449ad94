"""The drill: break an environment under load, and account for every write."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from random import SystemRandom

from redis_ha import faults
from redis_ha.checkers import expectation, prediction
from redis_ha.checkers.expectation import Expected
from redis_ha.errors import RedisHaError, TimedOut
from redis_ha.faults import scene
from redis_ha.faults.scene import Scene
from redis_ha.measure import workload
from redis_ha.measure.clients import CONFIRMED
from redis_ha.measure.timeline import Timeline
from redis_ha.measure.workload import Workload
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each
from redis_ha.services import cluster, settling
from redis_ha.services.client import ask, redis_of
from redis_ha.services.snapshot import Snapshot
from redis_ha.suites.judgement import MOVES, Evidence, judged
from redis_ha.suites.record import Drill, Plan, settings
from redis_ha.suites.round import Round
from redis_ha.suites.survivors import survivors
from redis_ha.wait import now_s, pause_until

SETTLE_S = 90
"""How long the cluster may take to be whole again: a Sentinel that hung is in TILT for 30 s."""
AFTERMATH_S = 1.0
"""How long the fault lasts on after the recovery, so that writers settle on the new master."""
WATCHED_S = 3.0
"""How long after down-after a fault lasts that should lead to nothing."""
CHANCE = SystemRandom()
"""When within a ping interval of the Sentinels a fault strikes is left to chance: they count from
their pings, and the work before a strike takes about as long every time."""

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
            before = settling.wait_settled(environment, SETTLE_S)
            struck = _scene(environment, plan, before, number)
            expected = expectation.of(environment.topology, plan.kind, struck)
            done.append(_round(environment, plan, struck, before, expected))
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
        settings(environment.topology, plan),
        expected,
        rounds,
        tuple(sorted(versions)),
        started,
        reason,
        applicable,
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


def _round(
    environment: Environment, plan: Plan, struck: Scene, before: Snapshot, expected: Expected
) -> Round:
    """Strike once and judge what came of it."""
    file = plan.histories / f"{plan.fault}-{secrets.token_hex(4)}.csv"
    sides = [struck.names, [node.name for node in struck.others]] if plan.kind.divides else []
    needed = plan.needed(environment.topology)
    share = workload.pace(environment, environment.node(str(before.master)), needed)
    with (
        Timeline(environment) as timeline,
        Workload(environment, file, sides=sides, confirmations=needed, share=share) as load,
    ):
        load.steady()
        pause_until(now_s() + CHANCE.uniform(0, prediction.PING_S))
        ping_s = timeline.ping_s()
        predicted = _predicted(environment, plan, struck, expected, ping_s)
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
    return judged(
        Evidence(
            plan.kind, struck, expected, predicted, before, after, load.history, there,
            timeline.events, fault_s, healing_s, healed_s, converged_s, file.name, ping_s, share,
        )
    )  # fmt: skip


def _predicted(
    environment: Environment, plan: Plan, struck: Scene, expected: Expected, ping_s: float
) -> prediction.Prediction | None:
    if expected is Expected.SWITCHOVER:
        return prediction.of_switchover()
    if expected is not Expected.FAILOVER:
        return None
    left = expectation.sentinels_left(environment.topology, plan.kind, struck)
    needed = plan.needed(environment.topology)
    situation = prediction.Situation(plan.kind.silent, left, needed, ping_s)
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
        return settling.wait_healthy(environment, SETTLE_S), now_s()
    except TimedOut:
        return cluster.look(environment), None


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
    def change(node: Node) -> None:
        with redis_of(environment, node) as client:
            ask(client, "CONFIG", "SET", "min-replicas-to-write", str(number))
            ask(client, "CONFIG", "REWRITE")

    each(environment.redis_nodes, change)
