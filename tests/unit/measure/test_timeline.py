from pathlib import Path

import pytest

from redis_ha import inventory
from redis_ha.measure.timeline import ANSWERS, Timeline
from redis_ha.wait import now_s, wait_until
from tests.unit import builders, resp

SWITCH = "mymaster 10.0.0.1 6379 10.0.0.2 6379"


def test_sentinels_and_nodes_are_listened_to(tmp_path: Path) -> None:
    def message(*words: str) -> bytes:
        return resp.array(*(resp.bulk(word) for word in words))

    def sentinel(words: list[str]) -> bytes:
        if words[0] != "PSUBSCRIBE":
            return resp.OK
        confirmed = resp.array(resp.bulk("psubscribe"), resp.bulk("*"), b":1\r\n")
        return confirmed + message("pmessage", "*", "+switch-master", SWITCH)

    roles = iter(["slave", "slave"])

    def node(words: list[str]) -> bytes:
        return message(next(roles, "master")) if words[0] == "ROLE" else resp.OK

    with resp.served(sentinel) as sentinel_port, resp.served(node) as port:
        default = inventory.load("default")
        spec = builders.changed(default.node("redis2"), sentinels=(sentinel_port,))
        topology = builders.changed(
            default, nodes=(spec,), redis=builders.changed(default.redis, port=port)
        )
        hosts = [builders.folder_host(spec, tmp_path, "127.0.0.1")]
        start_s = now_s()
        with Timeline(builders.environment(hosts, topology, tmp_path)) as timeline:
            wait_until(lambda: len(timeline.events) == 3, what="three events", timeout_s=5)
    assert {(event.source, event.kind, event.detail) for event in timeline.events} == {
        (f"redis2:{sentinel_port}", "+switch-master", SWITCH),
        ("redis2", "role", "slave"),
        ("redis2", "role", "master"),
    }
    assert [start_s < event.at_s < now_s() for event in timeline.events] == [True] * 3
    assert 0 < timeline.ping_s() < 5


def test_the_ping_time_is_the_slowest_nodes_and_of_its_latest_answers(tmp_path: Path) -> None:
    timeline = Timeline(builders.folders(tmp_path))
    assert timeline.ping_s() == 0.0
    timeline._took["redis1"].extend([0.01] * 100)
    timeline._took["redis2"].extend([9.0] * ANSWERS + [0.03] * ANSWERS)
    assert timeline.ping_s() == pytest.approx(0.03)
