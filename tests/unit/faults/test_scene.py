"""redis_ha/faults/scene.py: who is meant by a word."""

import pytest

from redis_ha import inventory
from redis_ha.errors import RedisHaError
from redis_ha.faults.scene import REDIS, SENTINEL, make
from redis_ha.inventory import Inventory
from tests.unit import builders
from tests.unit.faults.doubles import NODE, Blows, environment, sized

BOTH = frozenset({REDIS, SENTINEL})
TWO, THREE, FIVE = sized(2), sized(3), sized(5)
WITNESS = builders.changed(
    TWO, nodes=(*TWO.nodes, NODE("witness", 50, ("web",), sentinels=(26379,)))
)

# the master is redis2; the higher the number, the more a node is preferred
TARGETS: list[tuple[Inventory, str, list[str]]] = [
    (TWO, "master", ["redis2"]),
    (TWO, "replica", ["redis1"]),
    (TWO, "replicas", ["redis1"]),
    (TWO, "one", ["redis1"]),
    (TWO, "majority", ["redis2", "redis1"]),
    (TWO, "all", ["redis2", "redis1"]),
    (TWO, "redis1", ["redis1"]),
    (THREE, "replica", ["redis3"]),
    (THREE, "replicas", ["redis3", "redis1"]),
    (THREE, "minority", ["redis2"]),
    (THREE, "majority", ["redis2", "redis3"]),
    (THREE, "all", ["redis2", "redis3", "redis1"]),
    (FIVE, "replica", ["redis5"]),
    (FIVE, "replicas", ["redis5", "redis4", "redis3", "redis1"]),
    (FIVE, "minority", ["redis2", "redis5"]),
    (FIVE, "majority", ["redis2", "redis5", "redis4"]),
    (FIVE, "all", ["redis2", "redis5", "redis4", "redis3", "redis1"]),
    (WITNESS, "replicas", ["redis1"]),
    (WITNESS, "minority", ["redis2"]),
    (WITNESS, "all", ["redis2", "redis1", "witness"]),
]


@pytest.mark.parametrize(("topology", "word", "names"), TARGETS)
def test_a_word_means_these_nodes(topology: Inventory, word: str, names: list[str]) -> None:
    scene = make(environment(Blows(), topology=topology), word, BOTH, "redis2")
    assert scene.names == names
    everybody = {node.name for node in topology.server_nodes}
    assert {node.name for node in scene.others} == everybody - set(names)


def test_one_is_another_one_each_time() -> None:
    built = environment(Blows(), topology=THREE)
    names = [make(built, "one", {SENTINEL}, "redis2", number).names for number in range(4)]
    assert names == [["redis1"], ["redis2"], ["redis3"], ["redis1"]]


UNITS = [
    ("redis1", {REDIS}, ("redis",), True),
    ("redis1", {SENTINEL}, ("sentinel", "sentinel-26380"), True),
    ("redis1", BOTH, ("redis", "sentinel", "sentinel-26380"), True),
    ("redis1:26380", {SENTINEL}, ("sentinel-26380",), False),
    ("redis1:26379", BOTH, ("sentinel",), False),
]


@pytest.mark.parametrize(("spec", "takes", "units", "whole"), UNITS)
def test_a_fault_hits_the_services_that_it_takes(
    spec: str, takes: frozenset[str], units: tuple[str, ...], whole: bool
) -> None:
    built = environment(Blows(), topology=inventory.load("two-nodes"))
    (target,) = make(built, spec, takes, "redis2").targets
    assert (target.units, target.is_whole) == (units, whole)


NOBODY = [
    (TWO, "minority", BOTH, "--target: `minority` has no redis or sentinel here"),
    (THREE, "web1", {REDIS}, "--target: `web1` has no redis here"),
    (THREE, "redis1:26380", {SENTINEL}, "--target: `redis1:26380` has no sentinel here"),
    (THREE, "redis1:26379", {REDIS}, "--target: `redis1:26379` has no redis here"),
    (THREE, "redis9", BOTH, "no node `redis9` in inventory `default`"),
    (sized(1), "replicas", BOTH, "--target: `replicas` has no redis or sentinel here"),
]


@pytest.mark.parametrize(("topology", "spec", "takes", "message"), NOBODY)
def test_who_is_not_there_is_refused(
    topology: Inventory, spec: str, takes: frozenset[str], message: str
) -> None:
    with pytest.raises(RedisHaError, match=f"^{message}"):
        make(environment(Blows(), topology=topology), spec, takes, "redis1")


def test_nobody_is_one_where_there_is_no_sentinel() -> None:
    bare = sized(2)
    nodes = tuple(builders.changed(node, sentinels=()) for node in bare.nodes)
    built = environment(Blows(), topology=builders.changed(bare, nodes=nodes))
    with pytest.raises(RedisHaError, match=r"^--target: `one` has no sentinel here$"):
        make(built, "one", {SENTINEL}, "redis1")
