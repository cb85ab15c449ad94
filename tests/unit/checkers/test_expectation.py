from pathlib import Path

import pytest

from redis_ha import inventory
from redis_ha.checkers.expectation import Expected, of, sentinels_left
from redis_ha.inventory import Inventory
from redis_ha.suites.plan import Plan
from tests.unit import builders
from tests.unit.builders import changed


def nodes(count: int, min_replicas: int = 1, quorum: int = 2) -> Inventory:
    """Return an inventory with so many nodes, a Sentinel each; redis1 is the master to be."""
    default = inventory.load("default")
    specs = tuple(
        changed(default.node("redis1"), name=f"redis{number}", host=10 + number, priority=number)
        for number in range(1, count + 1)
    )
    return changed(
        default,
        nodes=specs,
        redis=changed(default.redis, min_replicas_to_write=min_replicas),
        sentinel=changed(default.sentinel, quorum=quorum),
    )


CASES = [
    (nodes(3), "kill", "master", "failover"),
    (nodes(3), "kill", "replica", "stays"),
    (nodes(3), "kill", "replicas", "refuses"),
    (nodes(3, min_replicas=0), "kill", "replicas", "stays"),
    (nodes(3), "kill", "majority", "outage"),
    (nodes(3, min_replicas=0), "kill", "majority", "failover"),
    (nodes(3), "kill", "all", "outage"),
    (nodes(2, min_replicas=0), "kill", "master", "failover"),
    (nodes(2), "kill", "master", "outage"),
    (nodes(5), "kill", "minority", "failover"),
    (nodes(3), "host", "master", "failover"),
    (nodes(3, quorum=3), "host", "master", "outage"),
    (nodes(2, min_replicas=0), "host", "master", "outage"),
    (nodes(3), "switchover", "", "switchover"),
    (nodes(3), "sentinel-failover", "", "failover"),
    (nodes(3), "flap", "", "either"),
    (nodes(3), "sentinel-kill", "", "stays"),
    (nodes(3), "sentinel-kill", "all", "stays"),
    (nodes(3), "replicas-gone", "", "refuses"),
    (nodes(3), "disk-full", "", "failover"),
    (nodes(3), "cold-start", "", "outage"),
    (nodes(3), "partition", "master", "failover"),
    (nodes(3), "partition", "replica", "stays"),
    (nodes(3), "partition", "majority", "stays"),
    (nodes(5), "partition-groups", "minority", "failover"),
    (nodes(5), "partition-groups", "majority", "stays"),
    (nodes(3), "partition-sentinel", "master", "stays"),
    (nodes(3), "loss", "master", "either"),
]


@pytest.mark.parametrize(
    ("topology", "fault", "target", "expected"),
    CASES,
    ids=[f"{len(each[0].nodes)} nodes {each[1]} {each[2]}" for each in CASES],
)
def test_what_to_expect_follows_from_what_is_gone(
    topology: Inventory, fault: str, target: str, expected: str, tmp_path: Path
) -> None:
    scene = builders.scene(builders.folders(tmp_path, topology), fault, target)
    assert of(Plan(fault, Path()).strike(scene)) is Expected(expected)


@pytest.mark.parametrize(
    ("fault", "left"), [("kill", 3), ("host", 2), ("power", 2), ("partition", 2)]
)
def test_sentinels_that_are_gone_or_cut_off_have_no_say(
    fault: str, left: int, tmp_path: Path
) -> None:
    scene = builders.scene(builders.folders(tmp_path, nodes(3)), fault, "master")
    assert sentinels_left(Plan(fault, Path()).strike(scene)) == left


def test_the_settings_of_the_drill_count_and_not_the_inventory_s(tmp_path: Path) -> None:
    scene = builders.scene(builders.folders(tmp_path, nodes(3)), "kill", "replicas")
    assert of(Plan("kill", Path(), min_replicas=0).strike(scene)) is Expected.STAYS
