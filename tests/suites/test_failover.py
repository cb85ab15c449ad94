"""The environment is broken under load: nothing that was acknowledged may be lost."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from redis_ha import faults, report
from redis_ha.checkers.drill import Drill
from redis_ha.checkers.exclusivity import Overlap
from redis_ha.cli.drill_tables import one_round
from redis_ha.errors import NotApplicable
from redis_ha.nodes.environment import Environment
from redis_ha.providers import loses_cache
from redis_ha.services import cluster, health
from redis_ha.suites import failover
from redis_ha.suites.plan import Plan
from tests.suites.telling import told

Keep = Callable[..., None]

IN_ORDER = ("sdown_s", "odown_s", "elected_s", "visible_s", "first_write_s")
APART_S = 0.05
"""How late one observer may be: a writer finds the new master while the timeline is still told."""
MACHINES = ("power", "partition", "partition-groups")
TAKES_OVER = ("kill", "hang", "host", "power", "partition", "partition-groups")
"""Faults that end with another master: each strikes once, the night has more."""


def drilled(environment: Environment, keep: Keep, fault: str) -> Drill:
    """Run a drill of one round and keep its record."""
    drill = failover.run(environment, Plan(fault, report.HISTORIES), told)
    keep("failover", drill.as_json(), f"{fault}: {one_round(drill.rounds[0])}")
    return drill


@pytest.mark.parametrize("fault", MACHINES)
def test_processes_refuse_a_drill_that_takes_machines(environment: Environment, fault: str) -> None:
    with pytest.raises(NotApplicable, match=f"^`{fault}` cannot strike here: local nodes "):
        failover.run(environment, Plan(fault, report.HISTORIES))
    assert health.is_healthy(cluster.look(environment))


@pytest.mark.usefixtures("alone")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("fault", TAKES_OVER)
def test_another_master_takes_over_and_nothing_is_lost(
    environment: Environment, keep: Keep, fault: str
) -> None:
    drill = drilled(environment, keep, fault)
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


@pytest.mark.usefixtures("alone")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("fault", ["replicas-gone", "cold-start"])
def test_writes_come_back_and_nothing_is_lost(
    environment: Environment, keep: Keep, fault: str
) -> None:
    drill = drilled(environment, keep, fault)
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


@pytest.mark.usefixtures("alone")
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
