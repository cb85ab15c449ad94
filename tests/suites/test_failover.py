"""The environment is broken under load: nothing that was acknowledged may be lost."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import pairwise

import pytest
import redis

from redis_ha import faults, report
from redis_ha.checkers.drill import Drill
from redis_ha.checkers.exclusivity import Overlap
from redis_ha.checkers.problems import SPLIT
from redis_ha.checkers.round import Round
from redis_ha.cli.drill_tables import one_round
from redis_ha.errors import NotApplicable, Unhealthy
from redis_ha.faults import Fault
from redis_ha.faults.scene import REDIS, Scene
from redis_ha.measure import workload
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each
from redis_ha.providers import loses_cache
from redis_ha.services import cluster, health, runaway, settling
from redis_ha.services.client import ask, redis_of
from redis_ha.suites import failover
from redis_ha.suites.plan import Plan
from redis_ha.wait import now_s
from tests.suites.telling import told
from tests.suites.visiting import LIGHT

Keep = Callable[..., None]

IN_ORDER = ("sdown_s", "odown_s", "elected_s", "visible_s", "first_write_s")
APART_S = 0.05
"""How late one observer may be: a writer finds the new master while the timeline is still told."""
MACHINES = ("power", "partition", "partition-groups")
TAKES_OVER = ("kill", "hang", "host", "power", "partition", "partition-groups")
"""Faults that end with another master: each strikes once, the night has more."""
MEASURED = "kill"
"""Whose record has times that count; the others strike beside the other checks."""


def drilled(environment: Environment, keep: Keep, fault: str, load: float | None = None) -> Drill:
    """Run a drill of one round and keep its record."""
    drill = failover.run(environment, Plan(fault, report.HISTORIES, load=load), told)
    keep("failover", drill.as_json(), f"{fault}: {one_round(drill.rounds[0])}")
    return drill


@pytest.mark.parametrize("fault", MACHINES)
def test_processes_refuse_a_drill_that_takes_machines(environment: Environment, fault: str) -> None:
    with pytest.raises(NotApplicable, match=f"^`{fault}` cannot strike here: local nodes "):
        failover.run(environment, Plan(fault, report.HISTORIES))
    assert health.is_healthy(cluster.look(environment))


@pytest.fixture
def load(request: pytest.FixtureRequest, fault: str) -> float | None:
    """Return the share of the full load: all of it, and the machine alone, where time is measured.

    A master that is cut off stops in time for Sentinels with the periods that they come with.
    """
    if fault == MEASURED:
        request.getfixturevalue("alone_until_healed")
        return None
    if faults.named(fault).cuts:
        request.getfixturevalue("stock_until_healed")
        return LIGHT
    return float(request.getfixturevalue("light"))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("fault", TAKES_OVER)
def test_another_master_takes_over_and_nothing_is_lost(
    environment: Environment, keep: Keep, fault: str, load: float | None
) -> None:
    drill = drilled(environment, keep, fault, load)
    if SPLIT in drill.rounds[0].problems:  # by chance, and they would try again 20 s later
        drill = drilled(environment, keep, fault, load)
    (done,) = drill.rounds
    assert (done.writes.lost, done.problems, drill.verdict) == (0, (), "valid")
    assert done.new_master != done.old_master
    if faults.named(fault).cuts:  # a hung master that wakes up answers what had waited
        assert done.overlap == Overlap(writes=0)
    seen = vars(done.phases)
    assert None not in seen.values(), seen
    assert all(seen[one] < seen[next_] + APART_S for one, next_ in pairwise(IN_ORDER)), seen


UNWRITTEN_S = 2.0
"""What `appendfsync everysec` may leave in memory: a second, two where the disk is slow."""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("fault", ["replicas-gone", "cold-start"])
def test_writes_come_back_and_nothing_is_lost(
    environment: Environment, keep: Keep, fault: str, light: float
) -> None:
    drill = drilled(environment, keep, fault, light)
    (done,) = drill.rounds
    if done.writes.lost and fault == "cold-start" and loses_cache(environment.provider):
        assert_only_lost_what_no_disk_had(drill)
    else:
        assert (done.writes.lost, done.problems, drill.verdict) == (0, (), "valid")


def assert_only_lost_what_no_disk_had(drill: Drill) -> None:
    (done,) = drill.rounds
    assert all(loss.from_s > -UNWRITTEN_S and loss.to_s < 1 for loss in done.losses)
    assert [each.partition(" the last ")[0] for each in done.problems] == ["no disk had"]
    assert drill.verdict == "invalid"


@pytest.mark.usefixtures("alone_until_healed")
@pytest.mark.timeout(300)
def test_a_drill_that_loses_writes_says_so_and_counts_them(
    environment: Environment, keep: Keep
) -> None:
    plan = Plan("sentinel-failover", report.HISTORIES, min_replicas=0)
    drill = failover.run(environment, plan, told)
    (done,) = drill.rounds
    keep("failover-lossy", drill.as_json(), f"sentinel-failover: {done.writes.lost} lost")
    assert drill.verdict == "invalid"
    # By another way: the old master acknowledged on, and in the end it is a copy of the new one.
    assert done.writes.lost == sum(loss.count for loss in done.losses if loss.client == "sentinel")
    assert {loss.node for loss in done.losses} == {done.old_master}
    assert done.writes.lost > 1000


# --- a script without an end


@contextmanager
def runs_away(scene: Scene) -> Iterator[float]:
    """Run a script without an end on the master, until a Sentinel or this ends it."""
    (target,) = scene.targets
    with redis_of(scene.environment, target.node) as client, ExitStack() as after:
        at_s = now_s()
        after.callback(runaway.end, scene.environment, target.node)
        with suppress(redis.TimeoutError):  # nobody waits for its answer
            ask(client, "EVAL", "while true do end", "0")
        yield at_s


@pytest.fixture
def soon_busy(environment: Environment) -> Iterator[None]:
    """Have every Redis say soon that it is busy, so that Sentinels end the script."""

    def say_after(milliseconds: int) -> None:
        for node in environment.redis_nodes:
            with redis_of(environment, node) as client:
                client.config_set("busy-reply-threshold", milliseconds)

    say_after(1000)
    yield
    say_after(5000)


@pytest.mark.usefixtures("soon_busy", "quick_sentinels")
@pytest.mark.timeout(300)
def test_a_script_that_sentinels_end_loses_only_what_the_old_master_took_after_it(
    environment: Environment, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sentinels may end scripts here: the old master wakes up and takes writes beside the new.

    The first of them may be so quick that no other has held it for down: nothing changes then.
    """
    fault = Fault("", runs_away, frozenset({REDIS}), is_silent=True)
    monkeypatch.setitem(faults.FAULTS, "script", fault)
    drill = drilled(environment, keep, "script")
    (done,) = drill.rounds
    assert done.new_master is not None
    assert done.new_master != done.old_master or not done.losses
    assert {loss.node for loss in done.losses} <= {done.old_master}
    assert all(loss.from_s > 0 for loss in done.losses)
    confirmed = sum(loss.count for loss in done.losses if loss.client == "sentinel")
    assert done.writes.lost == confirmed
    assert (drill.verdict == "invalid") is bool(done.writes.lost or done.problems)


# --- drills that end with two masters


@contextmanager
def rebel(scene: Scene) -> Iterator[float]:
    """Make a second master by hand, which obeys no Sentinel and stays one after the drill."""
    (target,) = scene.targets
    with redis_of(scene.environment, target.node) as client:
        ask(client, "REPLICAOF", "NO", "ONE")
        ask(client, "ACL", "SETUSER", "default", "-replicaof", "-slaveof")
    yield now_s()


@contextmanager
def leaderless(scene: Scene) -> Iterator[float]:
    """Do the same and leave no Sentinel that could name the master."""
    on_sentinels(scene.environment, hold_and_kill)
    with rebel(scene) as at_s:
        yield at_s


def on_sentinels(environment: Environment, work: Callable[[Node, str], object]) -> None:
    def on_node(node: Node) -> None:
        for process in node.processes.of("sentinel"):
            work(node, process.name)

    each(environment.sentinel_nodes, on_node)


def hold_and_kill(node: Node, unit: str) -> None:
    node.units.hold(unit)
    node.units.kill(unit)


@pytest.fixture
def two_masters(environment: Environment) -> Iterator[Callable[[str], Round]]:
    """Run a drill that leaves a replica as a second master; put everything back afterwards."""
    made = {"rebel": Fault("", rebel, frozenset({REDIS}), target="replica")}
    made["leaderless"] = Fault("", leaderless, frozenset({REDIS}), target="replica")
    before = settling.wait_settled(environment)
    with pytest.MonkeyPatch.context() as patch, ExitStack() as healing:
        patch.setattr(failover, "RECOVERS_S", 2.0)
        for name, fault in made.items():
            patch.setitem(faults.FAULTS, name, fault)
        healing.callback(settling.wait_settled, environment)
        healing.callback(put_back, environment, environment.node(str(before.master)))

        def drilled(name: str) -> Round:
            (done,) = failover.run(environment, Plan(name, report.HISTORIES), told).rounds
            return done

        yield drilled


def put_back(environment: Environment, master: Node) -> None:
    """Let every node follow the master again, and the Sentinels run."""
    for node in environment.redis_nodes:
        with redis_of(environment, node) as client:
            ask(client, "ACL", "SETUSER", "default", "+@all")
            if node is not master:
                ask(client, "REPLICAOF", master.address, str(environment.topology.redis.port))
    on_sentinels(environment, lambda node, unit: node.units.start(unit))


def lacks(done: Round, name: str, of_whom: str) -> int:
    """Return how many writes a node lacks, by the problems of a round."""
    said = [each.split() for each in done.problems if each.startswith(f"{name} lacks ")]
    return next(int(words[2]) for words in said if " ".join(words).endswith(of_whom))


@pytest.mark.usefixtures("quick_sentinels")
@pytest.mark.timeout(300)
def test_of_two_masters_the_one_that_the_sentinels_name_is_counted_on(
    two_masters: Callable[[str], Round],
) -> None:
    done = two_masters("rebel")
    (second,) = done.targets
    assert (done.new_master, done.verdict) == (None, "invalid")
    assert (done.writes.lost, done.writes.unknown) == (0, 0)
    assert done.writes.acknowledged > 100
    assert lacks(done, second, f"writes that {done.old_master} has") > 100


@pytest.mark.usefixtures("quick_sentinels")
@pytest.mark.timeout(300)
def test_of_two_masters_without_sentinels_nobody_knows_and_nothing_is_called_lost(
    two_masters: Callable[[str], Round],
) -> None:
    done = two_masters("leaderless")
    (second,) = done.targets
    assert (done.new_master, done.verdict) == (None, "invalid")
    assert (done.writes.lost, done.losses) == (0, ())
    assert 100 < done.writes.unknown < done.writes.acknowledged
    assert lacks(done, second, "writes that were acknowledged") >= done.writes.unknown
    assert any(
        each.startswith("it is not known which writes are kept: no majority of Sentinels names a ")
        for each in done.problems
    )


# --- drills that cannot begin

ROOM_BYTES = {"of no room": -1, "that fills up under the load": 20_000}


@pytest.fixture
def nearly_full(environment: Environment, request: pytest.FixtureRequest) -> Iterator[Node]:
    """Leave the master so much memory and nothing to evict; give back what it had afterwards."""
    master = environment.node(str(settling.wait_settled(environment).master))
    with redis_of(environment, master) as client:
        settings = client.config_get("maxmemory*")
        used = int(client.info("memory")["used_memory"])
        client.config_set("maxmemory-policy", "noeviction")
        client.config_set("maxmemory", used + request.param)
    yield master
    with redis_of(environment, master) as client:
        for name in ("maxmemory", "maxmemory-policy"):
            client.config_set(name, str(settings[name]))


@pytest.mark.usefixtures("quick_sentinels")
@pytest.mark.timeout(120)
@pytest.mark.parametrize("nearly_full", ROOM_BYTES.values(), ids=ROOM_BYTES, indirect=True)
def test_a_drill_on_a_master_without_memory_says_so_and_strikes_nobody(
    environment: Environment, nearly_full: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "STUCK_S", 0.5)
    monkeypatch.setattr(workload, "STEADY_S", 5)
    with pytest.raises(Unhealthy) as told_:
        failover.run(environment, Plan("kill", report.HISTORIES), told)
    assert told_.value.exit_status == 1
    for words in (nearly_full.name, "OOM", "raise `redis.maxmemory` or delete keys"):
        assert words in str(told_.value)
    assert "does not answer" not in str(told_.value)
    assert cluster.look(environment).master == nearly_full.name
