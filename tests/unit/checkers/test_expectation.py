from dataclasses import replace
from pathlib import Path

import pytest

from redis_ha import faults, inventory
from redis_ha.checkers.expectation import Expected, of, sentinels_left
from redis_ha.checkers.strike import Member
from redis_ha.errors import NotApplicable
from redis_ha.inventory import Inventory
from redis_ha.suites.plan import Plan
from tests.unit import builders
from tests.unit.builders import changed
from tests.unit.kept import STRIKE


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


TARGETS = ("master", "replica", "replicas", "majority", "all")
"""Of redis1 (the master), redis2 (which Sentinel prefers) and redis3: redis1; redis2; redis2 and
redis3; redis1 and redis2; all three."""
REFUSED = "-"
"""It cannot be done to these."""
NATURE = {
    **dict.fromkeys(("kill", "hang", "replicas-gone", "disk-full"), "takes Redis"),
    **dict.fromkeys(("host", "power", "cold-start"), "takes the node"),
    **dict.fromkeys(
        ("partition", "partition-groups", "partition-in", "partition-out", "partition-web"),
        "cuts the node off",
    ),
    **dict.fromkeys(("sentinel-kill", "sentinel-hang", "partition-sentinel"), "takes Sentinel"),
    "flap": "flaps",
    "loss": "loses packets",
    **dict.fromkeys(("switchover", "rolling-restart", "setting-restart", "upgrade"), "planned"),
    "setting": "planned, and noticed by nobody",
    "sentinel-failover": "forced",
}
"""What the faults of the catalogue have in common that decides what comes of them."""

# Worked out by hand: who is left, whether two of three Sentinels and the quorum are among them,
# and whether the master of that moment has the replicas that a write needs.
PAPER: dict[tuple[int, int], dict[str, str]] = {
    (2, 1): {
        "takes Redis": "failover stays refuses outage outage",
        "takes the node": "failover stays refuses outage outage",
        "cuts the node off": "failover stays failover stays stays",
        "loses packets": "either stays either either either",
    },
    (2, 0): {
        "takes Redis": "failover stays stays failover outage",
        "takes the node": "failover stays stays outage outage",
        "cuts the node off": "failover stays failover stays stays",
        "loses packets": "either stays either either either",
    },
    (2, 2): {
        "takes Redis": "outage refuses refuses outage outage",
        "takes the node": "outage refuses refuses outage outage",
        "cuts the node off": "outage refuses outage refuses stays",
        "loses packets": "either stays either either either",
    },
    (3, 1): {
        "takes Redis": "failover stays refuses outage outage",
        "takes the node": "outage stays refuses outage outage",
        "cuts the node off": "refuses stays refuses stays stays",
        "loses packets": "either stays stays either either",
    },
    (3, 0): {
        "takes Redis": "failover stays stays failover outage",
        "takes the node": "outage stays stays outage outage",
        "cuts the node off": "stays stays stays stays stays",
        "loses packets": "either stays stays either either",
    },
}
"""By quorum and min-replicas-to-write: what to expect at each of `TARGETS`."""
ALWAYS = {
    "takes Sentinel": "stays stays stays stays stays",
    "flaps": "either stays stays either either",
    "planned": "switchover - - switchover switchover",
    "planned, and noticed by nobody": "stays - - stays stays",
    "forced": "failover - - failover failover",
}
"""The same under all these settings."""


def test_every_fault_has_its_row() -> None:
    assert NATURE.keys() == faults.FAULTS.keys()
    assert {nature: len(row.split()) for nature, row in ALWAYS.items()} == dict.fromkeys(ALWAYS, 5)


@pytest.mark.parametrize("settings", PAPER, ids=lambda pair: f"quorum {pair[0]} needs {pair[1]}")
@pytest.mark.parametrize("fault", NATURE)
def test_what_to_expect_of_three_nodes(
    fault: str, settings: tuple[int, int], tmp_path: Path
) -> None:
    quorum, needed = settings
    built = builders.folders(tmp_path, nodes(3, quorum=quorum))
    row = {**ALWAYS, **PAPER[settings]}[NATURE[fault]]
    for target, wanted in zip(TARGETS, row.split(), strict=True):
        scene = builders.scene(built, fault, target)
        if wanted == REFUSED:
            with pytest.raises(NotApplicable, match="it changes the master, which is redis1"):
                faults.strike(fault, scene)
        else:
            strike = Plan(fault, Path(), min_replicas=needed).strike(scene)
            assert of(strike) is Expected(wanted), target


def two_nodes(quorum: int = 2) -> Inventory:
    """Return two nodes with two Sentinels each: of four, three are a majority."""
    found = inventory.load("two-nodes")
    return changed(found, sentinel=changed(found.sentinel, quorum=quorum))


def watched(quorum: int = 2) -> Inventory:
    """Return two nodes with Redis alone and three with a Sentinel alone."""
    default = inventory.load("default")
    redis = [changed(node, sentinels=()) for node in nodes(2).nodes]
    watchers = [
        changed(default.node("redis1"), name=f"watcher{number}", host=20 + number, roles=("web",))
        for number in (1, 2, 3)
    ]
    sentinel = changed(default.sentinel, quorum=quorum)
    return changed(default, nodes=(*redis, *watchers), sentinel=sentinel)


ODD = [
    (two_nodes(), 0, "kill", "master", "failover"),
    (two_nodes(), 0, "kill", "replica", "stays"),
    (two_nodes(), 0, "kill", "all", "outage"),
    (two_nodes(), 1, "kill", "master", "outage"),
    (two_nodes(), 1, "kill", "replica", "refuses"),
    (two_nodes(quorum=4), 0, "kill", "master", "failover"),
    (two_nodes(), 0, "host", "master", "outage"),
    (two_nodes(), 0, "host", "replica", "stays"),
    (two_nodes(), 1, "host", "replica", "refuses"),
    (two_nodes(), 0, "partition", "master", "either"),
    (two_nodes(), 0, "partition", "replica", "either"),
    (two_nodes(), 1, "partition", "master", "outage"),
    (two_nodes(quorum=3), 0, "partition", "master", "stays"),
    (two_nodes(quorum=3), 1, "partition", "master", "refuses"),
    (two_nodes(), 0, "loss", "replica", "stays"),
    (watched(), 1, "host", "watcher1", "stays"),
    (watched(), 1, "sentinel-kill", "watcher1", "stays"),
    (watched(), 1, "partition", "watcher1", "stays"),
    (watched(), 1, "partition-sentinel", "watcher1", "stays"),
    (watched(), 1, "loss", "watcher1", "stays"),
    (watched(), 0, "host", "master", "failover"),
    (watched(quorum=3), 0, "host", "master", "failover"),
    (watched(), 0, "partition", "master", "failover"),
    (watched(), 1, "partition", "master", "outage"),
    (nodes(3), 1, "host", "redis1:26379", "stays"),
    (nodes(3), 1, "sentinel-kill", "redis1:26379", "stays"),
    (nodes(5), 1, "kill", "minority", "failover"),
    (nodes(5), 1, "partition-groups", "minority", "failover"),
    (nodes(5), 1, "partition-groups", "majority", "either"),
    (nodes(5, quorum=3), 1, "partition-groups", "majority", "stays"),
    (nodes(5, quorum=4), 1, "partition-groups", "minority", "stays"),
    (nodes(5, quorum=4), 0, "host", "minority", "outage"),
]


@pytest.mark.parametrize(
    "case",
    ODD,
    ids=[
        f"{len(each[0].nodes)} nodes, quorum {each[0].sentinel.quorum}, needs {each[1]}, "
        f"{each[2]} {each[3]}"
        for each in ODD
    ],
)
def test_what_to_expect_of_other_topologies(
    case: tuple[Inventory, int, str, str, str], tmp_path: Path
) -> None:
    topology, needed, fault, target, expected = case
    scene = builders.scene(builders.folders(tmp_path, topology), fault, target)
    assert of(Plan(fault, Path(), min_replicas=needed).strike(scene)) is Expected(expected)


WATCHERS = tuple(Member(f"watcher{number}", 1, None) for number in (1, 2, 3))
PAIR = (Member("redis1", 0, 50), Member("redis2", 0, 75))


def test_sentinels_that_are_cut_off_from_every_redis_change_nothing() -> None:
    cut = replace(STRIKE, cuts=True, takes_sentinels=True, members=(*PAIR, *WATCHERS))
    assert of(replace(cut, targets=("redis1", "redis2"))) is Expected.STAYS
    assert of(replace(cut, targets=tuple(each.name for each in WATCHERS))) is Expected.STAYS
    assert of(replace(cut, targets=("redis1",))) is Expected.OUTAGE


@pytest.mark.parametrize(
    ("cuts", "needed", "expected"),
    [(False, 0, "outage"), (True, 0, "stays"), (True, 1, "refuses")],
)
def test_where_no_replica_may_be_promoted_nobody_takes_over(
    cuts: bool, needed: int, expected: str
) -> None:
    members = tuple(replace(each, priority=0) for each in STRIKE.members)
    strike = replace(STRIKE, members=members, cuts=cuts, min_replicas=needed)
    assert of(replace(strike, takes_sentinels=cuts)) is Expected(expected)


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
