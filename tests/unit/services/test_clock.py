import time
from pathlib import Path

import pytest

from redis_ha import inventory
from redis_ha.errors import Unreachable
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.local import LocalNode
from redis_ha.proc import Result
from redis_ha.services import clock
from redis_ha.wait import now_s
from tests.unit import builders, resp

AHEAD_S = 1000.0
"""How far the clock of the node in these tests is ahead of this machine's."""


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "EVERY_S", 0.001)


def answer(words: list[str]) -> bytes:
    if words[0] != "TIME":
        return resp.OK
    seconds, _, fraction = f"{time.time() + AHEAD_S:.6f}".partition(".")
    return resp.array(resp.bulk(seconds), resp.bulk(fraction))


def of_one_node(tmp_path: Path, port: int) -> Environment:
    """Return an environment of one node whose Redis answers, or does not, at `port`."""
    default = inventory.load("default")
    spec = default.node("redis1")
    topology = builders.changed(
        default, nodes=(spec,), redis=builders.changed(default.redis, port=port)
    )
    host = builders.folder_host(spec, tmp_path, "127.0.0.1")
    return builders.environment([host], topology, tmp_path)


def test_a_moment_by_the_nodes_clock_is_one_by_ours(tmp_path: Path) -> None:
    with resp.served(answer) as port:
        found = clock.offsets_s(of_one_node(tmp_path, port))
    assert found["redis1"] + time.time() + AHEAD_S == pytest.approx(now_s(), abs=0.05)


def test_the_quickest_answer_counts(tmp_path: Path) -> None:
    late = iter([0.12] * 3)

    def slowly(words: list[str]) -> bytes:
        told = answer(words)
        if words[0] == "TIME":
            time.sleep(next(late, 0))
        return told

    with resp.served(slowly) as port:
        found = clock.offsets_s(of_one_node(tmp_path, port))
    assert found["redis1"] + time.time() + AHEAD_S == pytest.approx(now_s(), abs=0.05)


def test_without_redis_the_node_itself_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(self: LocalNode, *argv: str) -> Result:
        assert argv == ("date", "+%s.%N")
        return Result(argv, 0, f"{time.time() + AHEAD_S:.9f}\n")

    monkeypatch.setattr(LocalNode, "run", run)
    found = clock.offsets_s(of_one_node(tmp_path, port=1024))
    assert found["redis1"] + time.time() + AHEAD_S == pytest.approx(now_s(), abs=0.05)


def test_a_node_that_does_not_answer_at_all_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(self: LocalNode, *argv: str) -> Result:
        raise Unreachable("redis1 is gone")

    monkeypatch.setattr(LocalNode, "run", run)
    assert clock.offsets_s(of_one_node(tmp_path, port=1024)) == {}
