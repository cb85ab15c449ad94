"""redis_ha/suites/plan.py: what is recorded of a strike is what the scene and the settings are."""

from pathlib import Path

import pytest

from redis_ha import faults
from redis_ha.checkers.strike import Member
from redis_ha.suites.plan import Plan, machine
from tests.unit import builders
from tests.unit.faults import doubles


def test_a_strike_has_the_nodes_and_the_settings_of_the_drill(tmp_path: Path) -> None:
    built = builders.folders(tmp_path)
    strike = Plan("kill", tmp_path, min_replicas=0).strike(builders.scene(built, "kill"))
    assert (strike.master, strike.targets, strike.spared) == (
        "redis1",
        ("redis1",),
        ("redis2", "redis3"),
    )
    assert strike.members == (
        Member("redis1", 1, 50),
        Member("redis2", 1, 75),
        Member("redis3", 1, 100),
    )
    assert (strike.down_after_s, strike.quorum, strike.min_replicas, strike.max_lag_s) == (
        *(2.0, 2, 0, 1),
    )


@pytest.mark.parametrize("name", faults.FAULTS)
def test_a_strike_has_the_nature_of_its_fault(name: str, tmp_path: Path) -> None:
    fault = faults.named(name)
    strike = Plan(name, tmp_path).strike(builders.scene(builders.folders(tmp_path), name))
    assert (strike.is_silent, strike.cuts, strike.leads_to) == (
        *(fault.is_silent, fault.cuts, fault.leads_to),
    )
    assert strike.takes_redis == ("redis" in fault.takes)
    assert strike.takes_sentinels == ("sentinel" in fault.takes)


@pytest.mark.parametrize(
    ("fault", "power_takes_caches", "lost"),
    [("power", True, True), ("power", False, False), ("kill", True, False)],
)
def test_a_cache_is_lost_with_the_power_of_a_machine(
    fault: str, power_takes_caches: bool, lost: bool, tmp_path: Path
) -> None:
    built = builders.folders(tmp_path)
    doubles.powered(built, loses_cache=power_takes_caches)
    assert Plan(fault, tmp_path).strike(builders.scene(built, fault)).loses_cache is lost


def test_settings_are_those_of_the_drill(tmp_path: Path) -> None:
    topology = builders.folders(tmp_path).topology
    assert Plan("kill", tmp_path).settings(topology)["min_replicas_to_write"] == 1
    assert Plan("kill", tmp_path, min_replicas=0).settings(topology)["min_replicas_to_write"] == 0


def test_the_machine_is_told() -> None:
    assert machine().keys() >= {"system", "cores", "python"}
