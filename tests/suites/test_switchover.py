"""A planned change of master loses nothing."""

from collections.abc import Callable

import pytest

from redis_ha.checkers.durability import account
from redis_ha.errors import Unhealthy
from redis_ha.measure.writer import Writer
from redis_ha.nodes.environment import Environment
from redis_ha.provision import drift
from redis_ha.services import cluster, restart, switchover
from redis_ha.suites.failover import survivors

Keep = Callable[..., None]


@pytest.mark.timeout(300)
def test_no_acknowledged_write_is_lost(environment: Environment, keep: Keep) -> None:
    before = cluster.wait_settled(environment, 60)
    chosen = before.replicas[-1].name
    for wanted in (None, chosen):
        with Writer(environment) as writer:
            writer.steady()
            done = switchover.run(environment, wanted)
            writer.steady(writes=len(writer.history) + 100)
        after = cluster.look(environment)
        writes = account(writer.history, survivors(environment, after.master, writer))
        keep("switchover", {**vars(done), "writes": vars(writes)})
        assert after.master == done.new_master != done.old_master
        assert wanted in (None, after.master)
        assert (writes.lost, writes.verdict) == (0, "valid")
    assert after.healthy


def test_roles_and_priorities_are_written_down(environment: Environment) -> None:
    assert drift.examine(environment).drifted == []


@pytest.mark.timeout(300)
def test_a_rolling_restart_loses_nothing(environment: Environment, keep: Keep) -> None:
    with Writer(environment) as writer:
        writer.steady()
        restart.in_turn(environment, print)
        writer.steady(writes=len(writer.history) + 100)
    after = cluster.look(environment)
    writes = account(writer.history, survivors(environment, after.master, writer))
    keep("rolling-restart", {"writes": vars(writes)})
    assert (writes.lost, writes.verdict) == (0, "valid")
    assert after.healthy


def test_the_master_itself_is_refused(environment: Environment) -> None:
    master = cluster.look(environment).master
    with pytest.raises(Unhealthy, match="is master already"):
        switchover.run(environment, master)
    assert cluster.look(environment).master == master
