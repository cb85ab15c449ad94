"""The failover drill: break the master under a writer, and account for every write."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, cast

from redis_ha import faults
from redis_ha.checkers import Verdict, convergence, prediction, worst
from redis_ha.checkers.durability import Writes, account
from redis_ha.errors import RedisHaError, TimedOut
from redis_ha.measure.timeline import Event, Phases, Timeline, phases
from redis_ha.measure.writer import Writer
from redis_ha.nodes.environment import Environment
from redis_ha.services import cluster
from redis_ha.services.client import asking

SETTLE_S = 60
"""How long the cluster may take to be whole again after the fault has healed."""
AFTERMATH_S = 1.0
"""How long the fault lasts on after the recovery, so that writers settle on the new master."""
CHUNK = 1000


@dataclass(frozen=True)
class Round:
    """One fault and what came of it."""

    old_master: str
    new_master: str | None
    rto_s: float | None
    predicted_s: float
    phases: Phases
    writes: Writes
    problems: tuple[str, ...]
    events: tuple[Event, ...]

    @property
    def verdict(self) -> Verdict:
        """Return invalid for lost writes or a cluster that is not as it should be."""
        converged = Verdict.INVALID if self.problems else Verdict.VALID
        recovered = Verdict.INVALID if self.rto_s is None else Verdict.VALID
        return worst([converged, recovered, self.writes.verdict])

    def as_json(self) -> dict[str, Any]:
        """Return the round as records have it, times rounded to milliseconds."""
        data = cast(dict[str, Any], _rounded(asdict(self)))
        return {**data, "verdict": str(self.verdict)}


@dataclass(frozen=True)
class Drill:
    """One kind of fault, one or more rounds."""

    provider: str
    fault: str
    target: str
    down_after_ms: int
    rounds: tuple[Round, ...]
    versions: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        return worst([each.verdict for each in self.rounds])

    def as_json(self) -> dict[str, Any]:
        """Return the record."""
        return {
            **{key: getattr(self, key) for key in ("provider", "fault", "target", "down_after_ms")},
            "versions": list(self.versions),
            "verdict": str(self.verdict),
            "rounds": [each.as_json() for each in self.rounds],
        }


OnRound = Callable[[Round], object]


def run(
    environment: Environment,
    *,
    fault: str = "kill",
    target: str = "master",
    rounds: int = 1,
    on_round: OnRound = id,
) -> Drill:
    """Run a drill on a healthy cluster.

    Args:
        target: `master`, or the name of the node that has to be master.

    Raises:
        RedisHaError: no such fault, or the target is not the master.
        TimedOut: the cluster is not healthy to begin with.
    """
    faults.named(fault)
    if rounds < 1:
        raise RedisHaError(f"--rounds: at least 1, not {rounds}")
    done = []
    for _ in range(rounds):
        done.append(one_round(environment, fault, target))
        on_round(done[-1])
    return Drill(
        environment.choice.name,
        fault,
        target,
        environment.topology.sentinel.down_after_ms,
        tuple(done),
        tuple(sorted({view.version for view in cluster.look(environment).nodes if view.version})),
    )


def one_round(environment: Environment, fault: str, target: str) -> Round:
    """Break the master once and judge what came of it."""
    before = cluster.wait_settled(environment, SETTLE_S)
    old_master = str(before.master)
    if target not in ("master", old_master):
        name = environment.node(target).name
        raise RedisHaError(f"--target: {name} is not the master now, {old_master} is")
    patience_s = 3 * prediction.first_write_s(environment.topology, fault) + 10
    with Timeline(environment) as timeline, Writer(environment) as writer:
        writer.steady()
        with faults.named(fault)(environment.node(old_master)) as fault_s:
            first = writer.recovered(old_master, fault_s, patience_s)
            writer.steady_for(AFTERMATH_S)
        after, problems = _converged(environment, before)
    first_write_s = first.ended_s if first else None
    return Round(
        old_master,
        after.master,
        first_write_s - fault_s if first_write_s else None,
        prediction.first_write_s(environment.topology, fault),
        phases(timeline.events, fault_s, old_master, first_write_s),
        account(writer.history, survivors(environment, after.master, writer)),
        tuple(problems),
        tuple(_relative(timeline.events, fault_s)),
    )


def _converged(
    environment: Environment, before: cluster.Snapshot
) -> tuple[cluster.Snapshot, list[str]]:
    """Wait for a healthy cluster; return what it is like and what is wrong with it."""
    try:
        after = cluster.wait_healthy(environment, SETTLE_S)
    except TimedOut:
        after = cluster.look(environment)
    return after, convergence.problems(before, after)


def survivors(environment: Environment, master: str | None, writer: Writer) -> list[str]:
    """Return which of the writer's keys the final master has, and remove them there."""
    if master is None:
        return []
    node = environment.node(master)
    port, password = environment.topology.redis.port, environment.secrets.redis
    keys = [write.key for write in writer.history]
    found: list[str] = []
    with asking(node.name, node.address, port, password) as client:
        for start in range(0, len(keys), CHUNK):
            chunk = keys[start : start + CHUNK]
            values = cast(list[str | None], client.mget(chunk))
            found += [key for key, value in zip(chunk, values, strict=True) if value == key]
            client.unlink(*chunk)
    return found


def _relative(events: Iterable[Event], since_s: float) -> Iterable[Event]:
    for event in events:
        yield Event(event.at_s - since_s, event.source, event.kind, event.detail)


def _rounded(value: object) -> object:
    match value:
        case float():
            return round(value, 3)
        case dict():
            return {key: _rounded(item) for key, item in value.items()}
        case list() | tuple():
            return [_rounded(item) for item in value]
    return value
