"""A planned change of master, and what stands on it, loses nothing."""

from collections.abc import Callable

import pytest

from redis_ha import report
from redis_ha.errors import Unhealthy
from redis_ha.measure.clients import CONFIRMED
from redis_ha.nodes.environment import Environment
from redis_ha.services import cluster, health, settling, switchover
from redis_ha.services.client import redis_of
from redis_ha.suites import failover
from redis_ha.suites.plan import Plan
from redis_ha.version import Version, of_info
from redis_ha.wait import now_s
from tests.suites.drifting import drifted
from tests.suites.telling import told

Keep = Callable[..., None]
FEW = 200
"""One write in so many may fail in a live change: what a busy machine does to them without one."""
COORDINATES = Version("Valkey", "9.0")
"""The first server whose Sentinel has the master take part in a switchover."""


def was_coordinated(environment: Environment, node: str) -> bool:
    """Say whether a node was sent FAILOVER since it started, which only Sentinel does."""
    with redis_of(environment, environment.node(node)) as client:
        return "cmdstat_failover" in client.info("commandstats")


def can_coordinate(environment: Environment) -> bool:
    """Say whether the Sentinels of these nodes know COORDINATED."""
    with redis_of(environment, environment.redis_nodes[0]) as client:
        found = of_info(client.info("server"))
    return found.product == "Valkey" and found.numbers >= COORDINATES.numbers


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("fault", "rounds"), [("switchover", 2), ("rolling-restart", 1), ("setting-restart", 1)]
)
def test_no_acknowledged_write_is_lost_by_anybody(
    environment: Environment, keep: Keep, fault: str, rounds: int, light: float
) -> None:
    plan = Plan(fault, report.HISTORIES, rounds=rounds, load=light)
    drill = failover.run(environment, plan, told)
    stalls = [each.rto_s for each in drill.rounds]
    keep("failover", drill.as_json(), f"{fault}: writers stalled {stalls} s")
    assert drill.verdict == "valid"
    for each in drill.rounds:
        assert {kind: seen.lost for kind, seen in each.clients.items()} == dict.fromkeys(
            ("sentinel", "unconfirmed", "naive", "role"), 0
        )
        assert each.new_master != each.old_master
        (done,) = each.switchovers
        assert (done.old_master, done.new_master) == (each.old_master, each.new_master)
        assert done.again_s[CONFIRMED] is not None
        if fault == "switchover":
            assert was_coordinated(environment, str(each.old_master)) is can_coordinate(environment)
    assert health.is_healthy(cluster.look(environment))
    assert drifted(environment) == []


@pytest.mark.usefixtures("alone")
@pytest.mark.timeout(300)
def test_a_setting_that_redis_takes_while_it_runs_is_noticed_by_nobody(
    environment: Environment, keep: Keep
) -> None:
    drill = failover.run(environment, Plan("setting", report.HISTORIES, rounds=2), told)
    keep("failover", drill.as_json(), f"gaps {[each.longest_gap_s for each in drill.rounds]} s")
    assert drill.verdict == "valid"
    for each in drill.rounds:
        assert each.new_master == each.old_master
        assert each.switchovers == ()
        for kind, seen in each.clients.items():
            assert seen.failed + seen.indeterminate <= seen.attempted // FEW, kind
    assert drifted(environment) == []


@pytest.mark.usefixtures("quick_sentinels")
@pytest.mark.timeout(300)
def test_any_replica_can_be_chosen(environment: Environment) -> None:
    before = settling.wait_settled(environment)
    chosen = max(before.replicas, key=lambda view: view.priority).name
    done = switchover.run(environment, chosen)
    assert (done.old_master, done.new_master) == (before.master, chosen)
    assert health.is_healthy(cluster.look(environment))


def test_roles_and_priorities_are_written_down(environment: Environment) -> None:
    assert drifted(environment) == []


def test_the_master_itself_is_refused(environment: Environment) -> None:
    master = cluster.look(environment).master
    with pytest.raises(Unhealthy, match="is master already"):
        switchover.run(environment, master)
    assert cluster.look(environment).master == master


@pytest.mark.usefixtures("quick_sentinels")
def test_one_that_cannot_finish_leaves_everything_as_it_was(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = settling.wait_settled(environment)
    last = max(before.replicas, key=lambda view: view.priority)

    def refuse(*_: object, coordinated: bool = False) -> bool:
        if coordinated:
            return False
        raise Unhealthy("refused, in the middle of it")

    monkeypatch.setattr(switchover, "ask_sentinel", refuse)
    with pytest.raises(Unhealthy, match="in the middle"):
        switchover.run(environment, last.name)  # which had to be preferred first
    with redis_of(environment, environment.node(str(before.master))) as client:
        started_s = now_s()
        client.set("redis-ha:switchover", "1", ex=60)
        assert now_s() - started_s < switchover.PAUSE_S / 2, "writers are still held"
    for view in before.nodes:
        with redis_of(environment, environment.node(view.name)) as client:
            priority = client.config_get("replica-priority")
            assert priority == {"replica-priority": str(view.priority)}
    after = settling.wait_settled(environment)
    assert after.master == before.master
    assert drifted(environment) == []
