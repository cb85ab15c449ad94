"""redis_ha/faults/__init__.py: every fault breaks, and heals itself."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from redis_ha import faults, intents, inventory
from redis_ha.errors import NotApplicable, RedisHaError, Unreachable
from redis_ha.faults import FAULTS, disk, leftovers, named, scene, strike
from redis_ha.faults.scene import Scene
from redis_ha.nodes.environment import Environment
from redis_ha.services import clock
from redis_ha.wait import now_s
from tests.unit import builders
from tests.unit.faults.doubles import Blows, as_namespace, environment, offsets_s

OTHERS = "--others 10.0.0.12,10.0.0.13"
CUT = "network.sh cut " + OTHERS
# what is done to redis1, the master: the blow with what comes before it, then the healing
STEPS: dict[str, tuple[list[str], list[str]]] = {
    "kill": (["hold redis", "kill redis"], ["start redis"]),
    "hang": (["pause redis"], ["resume redis"]),
    "flap": (["hold redis", "kill redis", "start redis"], ["start redis"]),
    "host": (
        ["hold redis", "hold sentinel", "kill redis sentinel"],
        ["start redis", "start sentinel"],
    ),
    "sentinel-kill": (["hold sentinel", "kill sentinel"], ["start sentinel"]),
    "sentinel-hang": (["pause sentinel"], ["resume sentinel"]),
    "power": (["close"], ["start redis", "start sentinel"]),
    "cold-start": (["close"], ["start redis", "start sentinel"]),
    "partition": (["network.sh arm", CUT], ["network.sh heal"]),
    "partition-in": (["network.sh arm", f"{CUT} --direction in"], ["network.sh heal"]),
    "partition-out": (["network.sh arm", f"{CUT} --direction out"], ["network.sh heal"]),
    "partition-sentinel": (["network.sh arm", f"{CUT} --ports 26379"], ["network.sh heal"]),
    "loss": (["network.sh arm", f"{CUT} --percent 10"], ["network.sh heal"]),
    "disk-full": (
        ["hold redis", "disk.sh mount", "disk.sh fill"],
        ["disk.sh empty", "start redis", "disk.sh unmount"],
    ),
}
STEPS["partition-groups"] = STEPS["partition-web"] = STEPS["partition"]
ON_REPLICAS = {"replicas-gone"}
PLANNED = {  # they need a real cluster
    "switchover",
    "rolling-restart",
    "sentinel-failover",
    "setting",
    "setting-restart",
    "upgrade",
}


@pytest.fixture(autouse=True)
def _answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every Redis be well, and no time pass."""

    @contextmanager
    def redis_of(*_: object) -> Iterator[Any]:
        yield as_namespace(info=lambda _: disk.WELL, execute_command=lambda *_: None)

    monkeypatch.setattr(disk, "redis_of", redis_of)
    monkeypatch.setattr(clock, "offsets_s", offsets_s)
    monkeypatch.setattr("redis_ha.faults.processes.pause_until", lambda _: None)


def scene_of(built: Environment, name: str, target: str = "", number: int = 0) -> Scene:
    kind = named(name)
    return scene.make(built, target or kind.target, kind.takes, "redis1", number)


def entries(built: Environment) -> list[str]:
    """Return the kinds of what is written down as changed."""
    files = (built.folder / intents.FOLDER).glob("*.json")
    return [json.loads(file.read_text())["kind"] for file in files]


def test_the_table_has_every_fault() -> None:
    assert STEPS.keys() | ON_REPLICAS | PLANNED == FAULTS.keys()


@pytest.mark.parametrize("name", STEPS)
def test_a_fault_breaks_then_heals(name: str) -> None:
    blows = Blows()
    made = scene_of(environment(blows), name)
    before_s = now_s()
    with strike(name, made) as at_s:
        assert before_s <= at_s <= now_s()
        assert blows.of("redis1") == STEPS[name][0]
        assert set(entries(made.environment)) <= leftovers.KINDS.keys()
        assert entries(made.environment)
    assert blows.of("redis1") == [*STEPS[name][0], *STEPS[name][1]]
    assert not entries(made.environment)


def test_only_the_replicas_are_gone() -> None:
    blows = Blows()
    with strike("replicas-gone", scene_of(environment(blows), "replicas-gone")):
        assert blows.of("redis1") == []
        for name in ("redis2", "redis3"):
            assert blows.of(name) == ["hold redis", "kill redis"]
    assert [blows.of(name)[-1] for name in ("redis2", "redis3")] == ["start redis"] * 2


@pytest.mark.parametrize("name", STEPS)
def test_a_fault_heals_on_ctrl_c(name: str) -> None:
    blows = Blows()
    with pytest.raises(KeyboardInterrupt), strike(name, scene_of(environment(blows), name)):
        raise KeyboardInterrupt
    assert blows.of("redis1") == [*STEPS[name][0], *STEPS[name][1]]


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("step", [0, -1])
def test_a_fault_that_fails_halfway_heals_all_the_same(name: str, step: int) -> None:
    broken, healed = STEPS[name]
    blows = Blows(fails=f"redis1: {broken[step]}")
    made = scene_of(environment(blows), name)
    with pytest.raises(Unreachable), strike(name, made):
        pytest.fail("it is not broken as it should be")
    assert blows.of("redis1")[-1] == healed[-1]
    assert bool(entries(made.environment)) is (broken[step] in healed)  # it heals by the same step


SEVERAL = [name for name in STEPS if name not in ("power", "cold-start", "partition-web")]
"""Those that strike each target; the last one strikes the side with fewer nodes."""


@pytest.mark.parametrize("name", SEVERAL)
def test_a_node_that_does_not_heal_keeps_no_other_from_it(name: str) -> None:
    blows = Blows(fails=f"redis1: {STEPS[name][1][0]}")
    made = scene_of(environment(blows), name, "majority")
    with pytest.raises(Unreachable):
        _strike_and_heal(name, made)
    for node in ("redis1", "redis2"):
        steps = blows.of(node)[-len(STEPS[name][1]) :]
        assert steps == STEPS[name][1]
    assert entries(made.environment)  # somebody has to come back to that


def _strike_and_heal(name: str, made: Scene) -> None:
    try:
        with strike(name, made):
            pass
    except Unreachable:
        raise
    else:
        pytest.fail("what does not heal has to be told")


@pytest.mark.parametrize("name", ["power", "cold-start"])
def test_power_is_cut_and_given_back_before_services_are_seen_to(name: str) -> None:
    blows = Blows()
    made = scene_of(environment(blows), name, "majority")
    with strike(name, made):
        assert blows.lines == ["redis1: close", "redis2: close", "cut redis1 redis2"]
    assert blows.lines[3] == "restore redis1 redis2"
    assert sorted(blows.lines[4:]) == [
        *("redis1: start redis", "redis1: start sentinel"),
        *("redis2: start redis", "redis2: start sentinel"),
    ]


SIDES = {
    "master": (("redis1", "web1"), "10.0.0.12,10.0.0.13"),
    "replicas": (("redis1",), "10.0.0.12,10.0.0.13,10.0.0.21"),
}
"""Where packets are dropped, and from and to whom."""


@pytest.mark.parametrize(("target", "sides"), SIDES.items(), ids=SIDES)
def test_the_web_node_is_on_the_side_of_the_targets(
    target: str, sides: tuple[tuple[str, ...], str]
) -> None:
    blows = Blows()
    names, others = sides
    made = scene_of(environment(blows), "partition-web", target)
    with strike("partition-web", made):
        for name in (*builders.NAMES, "web1"):
            cut = ["network.sh arm", f"network.sh cut --others {others}"]
            assert blows.of(name) == (cut if name in names else [])
        assert len(entries(made.environment)) == len(names)
    assert [blows.of(name)[-1] for name in names] == ["network.sh heal"] * len(names)


def test_nobody_is_cut_off_with_a_web_node_that_is_not_there() -> None:
    topology = inventory.load("default")
    built = environment(Blows(), topology=replace(topology, nodes=topology.redis_nodes))
    with pytest.raises(NotApplicable, match="no node serves pages and nothing else"):
        strike("partition-web", scene_of(built, "partition-web"))


def test_services_are_seen_to_where_power_does_not_come_back() -> None:
    blows = Blows(fails="restore")
    made = scene_of(environment(blows), "power")
    with pytest.raises(Unreachable):
        _strike_and_heal("power", made)
    assert blows.of("redis1")[-2:] == ["start redis", "start sentinel"]


def test_each_cold_start_has_another_order() -> None:
    orders = set()
    for number in range(7):
        blows = Blows()
        with strike("cold-start", scene_of(environment(blows), "cold-start", number=number)):
            pass
        orders.add(next(line for line in blows.lines if line.startswith("restore")))
    assert len(orders) == 6


def test_a_cold_start_without_power_is_one_of_all_processes() -> None:
    blows = Blows()
    made = scene_of(environment(blows, machines=False), "cold-start", number=5)
    with strike("cold-start", made):
        assert [blows.of(name)[-1] for name in made.names] == ["kill redis sentinel"] * 3
    assert blows.lines[-6:] == [
        f"{name}: start {unit}"
        for name in ("redis3", "redis2", "redis1")
        for unit in ("redis", "sentinel")
    ]


NO_NETWORK = "local nodes are folders of processes: there is no network of their own to cut"
NO_DISK = "local nodes are folders of processes: there is no disk of their own to fill"
NO_POWER = "local nodes have no power to cut: `host` kills all of a node's processes"
WHOLE = "it takes a whole node: name it without a port"
NETWORK = tuple(name for name in STEPS if name.startswith(("partition", "loss")))
OBSTACLES = [
    *((name, "", False, NO_NETWORK) for name in NETWORK),
    *(
        (name, "all", True, "all nodes are hit: there is nobody left to be cut off from")
        for name in NETWORK
    ),
    *((name, "redis1:26379", True, WHOLE) for name in (*NETWORK, "power", "cold-start")),
    ("disk-full", "", False, NO_DISK),
    ("power", "", False, NO_POWER),
    ("cold-start", "redis1:26379", False, WHOLE),
]


@pytest.mark.parametrize(("name", "target", "machines", "why"), OBSTACLES)
def test_a_fault_says_why_it_cannot_strike(
    name: str, target: str, machines: bool, why: str
) -> None:
    blows = Blows()
    made = scene_of(environment(blows, machines=machines), name, target)
    with pytest.raises(NotApplicable) as caught:
        strike(name, made)
    assert str(caught.value) == f"`{name}` cannot strike here: {why}"
    assert caught.value.exit_status == 2
    assert blows.lines == []


@pytest.mark.parametrize("name", sorted(FAULTS.keys() - {*NETWORK, *PLANNED, "disk-full", "power"}))
def test_the_others_strike_processes_as_well(name: str) -> None:
    blows = Blows()
    with strike(name, scene_of(environment(blows, machines=False), name)):
        assert blows.lines


def test_an_unknown_fault_is_refused_with_those_there_are() -> None:
    with pytest.raises(RedisHaError, match=f"^no fault `fire`; there are {', '.join(FAULTS)}$"):
        faults.named("fire")
