"""On Valkey 9 a switchover is left to Sentinel, and nobody loses a write either."""

from collections.abc import Callable

import pytest

from redis_ha import report
from redis_ha.nodes.environment import Environment
from redis_ha.services import cluster, health
from redis_ha.services.client import redis_of
from redis_ha.suites import failover
from redis_ha.suites.record import Plan
from tests.suites.telling import told

Keep = Callable[..., None]


def calls(environment: Environment, node: str) -> set[str]:
    """Return the commands that a node was given since it started."""
    with redis_of(environment, environment.node(node)) as client:
        return {name.removeprefix("cmdstat_") for name in client.info("commandstats")}


@pytest.mark.timeout(300)
def test_a_switchover_is_coordinated_by_sentinel(environment: Environment, keep: Keep) -> None:
    drill = failover.run(environment, Plan("switchover", report.HISTORIES, rounds=2), told)
    keep("failover", drill.as_json(), f"switchover: stalls {[it.rto_s for it in drill.rounds]} s")
    assert drill.verdict == "valid"
    assert all(version.startswith("9.") for version in drill.versions)
    for done in drill.rounds:
        assert {seen.writes.lost for seen in done.clients.values()} == {0}
        assert "failover" in calls(environment, done.old_master)  # which only Sentinel sends


@pytest.mark.timeout(300)
def test_a_crash_is_survived(environment: Environment, keep: Keep) -> None:
    drill = failover.run(environment, Plan("kill", report.HISTORIES), told)
    keep("failover", drill.as_json())
    assert drill.verdict == "valid"
    assert health.is_healthy(cluster.look(environment))
