from pathlib import Path

import pytest

from redis_ha import inventory
from redis_ha.errors import InventoryError
from redis_ha.inventory import Inventory
from tests.unit.inventory.files import FINE, written


@pytest.fixture
def two_nodes() -> Inventory:
    return inventory.load("two-nodes")


def test_the_first_sentinel_of_a_node_has_the_plain_name(two_nodes: Inventory) -> None:
    processes = two_nodes.processes(two_nodes.node("redis2"))
    assert processes.names == ("redis", "sentinel", "sentinel-26380")
    assert [process.port for process in processes.of("sentinel")] == [26379, 26380]


def test_a_node_without_redis_has_no_process_of_it(two_nodes: Inventory) -> None:
    assert two_nodes.processes(two_nodes.node("web1")).names == ("proxy", "php", "nginx", "mariadb")


@pytest.mark.parametrize(
    ("priorities", "first"),
    [((75, 50), "redis2"), ((0, 50), "redis2"), ((50, 50), "redis1")],
    ids=["lowest priority", "never 0", "a tie goes by name"],
)
def test_the_first_master_is_the_one_that_sentinel_prefers(
    priorities: tuple[int, int], first: str, tmp_path: Path
) -> None:
    one, two = priorities
    text = FINE.replace("priority = 75", f"priority = {two}").replace(
        "priority = 50\n", f"priority = {one}\n", 1
    )
    assert inventory.load(written(tmp_path, text)).first_master.name == first


def test_an_unknown_node_is_refused_with_those_there_are(two_nodes: Inventory) -> None:
    assert two_nodes.node("redis1").host == 31
    with pytest.raises(InventoryError, match=r"no node `redis9` .*; it has redis1, redis2, web1"):
        two_nodes.node("redis9")
