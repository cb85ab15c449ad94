import time
from pathlib import Path

import pytest

from redis_ha import inventory
from redis_ha.measure import load as loads
from redis_ha.measure.clients import CONFIRMED
from redis_ha.measure.load import LOADS, site, writers
from tests.unit import builders, resp


def test_a_client_knows_the_nodes_of_its_side_only(tmp_path: Path) -> None:
    built = builders.folders(tmp_path)
    assert list(site(built).nodes) == ["redis1", "redis2", "redis3"]
    assert len(site(built).sentinels) == 3
    side = site(built, ["redis1", "web1"])
    assert side.nodes == {"redis1": "127.0.0.11"}
    assert side.sentinels == (("127.0.0.11", 26379),)


def test_careful_clients_take_turns_on_the_sides_and_confirm(tmp_path: Path) -> None:
    orders = writers(builders.folders(tmp_path), [["redis1"], ["redis2", "redis3"]], 1)
    assert len({each.client for each in orders}) == sum(load.writers for load in LOADS)
    careful = [each for each in orders if each.client.startswith(CONFIRMED)]
    assert [list(each.site.nodes) for each in careful[:2]] == [["redis1"], ["redis2", "redis3"]]
    assert {each.confirmations for each in careful} == {1}
    others = [each for each in orders if each not in careful]
    assert {(len(each.site.nodes), each.confirmations) for each in others} == {(3, 0)}


def test_the_load_is_what_a_drill_needs() -> None:
    assert sum(load.writers * load.rate_per_s for load in LOADS) > 2000


def paced(tmp_path: Path, takes_s: float) -> float:
    """Return the share for a Redis whose replicas take so long to confirm a write."""

    def answer(words: list[str]) -> bytes:
        if words[0] == "WAIT":
            time.sleep(takes_s)
            return b":1\r\n"
        return resp.OK

    with resp.served(answer) as port:
        default = inventory.load("default")
        topology = builders.changed(default, redis=builders.changed(default.redis, port=port))
        host = builders.folder_host(default.node("redis1"), tmp_path, "127.0.0.1")
        built = builders.environment([host], topology, tmp_path)
        return loads.pace(built, built.node("redis1"), 1)


def test_slow_nodes_get_a_smaller_share_of_the_load(tmp_path: Path) -> None:
    share = paced(tmp_path, takes_s=0.005)
    assert 0 < share <= 0.08
    wanted = sum(load.writers * load.rate_per_s for load in LOADS)
    rates = [each.rate_per_s for each in writers(builders.folders(tmp_path), [], 1, share)]
    assert sum(rates) == pytest.approx(share * wanted)


def test_nodes_that_can_take_enough_get_all_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loads, "ENOUGH", 0.0)
    assert paced(tmp_path, takes_s=0.005) == 1.0
