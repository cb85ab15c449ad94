import gzip
from pathlib import Path

import pytest

from redis_ha import inventory
from redis_ha.errors import RedisHaError
from redis_ha.measure import workload as loads
from redis_ha.measure.history import COLUMNS, History
from redis_ha.measure.workload import Workload
from tests.unit import builders, resp


class Redis:
    """A Redis and its Sentinel at one address, in one dictionary."""

    def __init__(self) -> None:
        self.sentinel = resp.Sentinel()
        self.answers = True

    def redis(self, words: list[str]) -> bytes | None:
        replies = {"ROLE": resp.array(resp.bulk("master")), "WAIT": b":1\r\n"}
        return replies.get(words[0], resp.OK) if self.answers else None


def test_the_process_writes_a_history_that_can_be_followed(tmp_path: Path) -> None:
    server = Redis()
    file = tmp_path / "histories" / "kill.csv"
    with resp.served(server.redis) as server.sentinel.port, resp.served(server.sentinel) as port:
        default = inventory.load("default")
        spec = builders.changed(default.node("redis1"), sentinels=(port,))
        topology = builders.changed(
            default, nodes=(spec,), redis=builders.changed(default.redis, port=server.sentinel.port)
        )
        hosts = [builders.folder_host(spec, tmp_path, "127.0.0.1")]
        with Workload(builders.environment(hosts, topology, tmp_path), file) as load:
            load.steady()
            seen = len(load.history)
            found = load.seen(lambda history: history.acknowledged_after(0), "a write", 5)
            assert found is not None
            assert load.seen(lambda history: None, "what never comes", 0) is None
    assert len(load.history) > seen
    assert not file.exists()
    with gzip.open(f"{file}.gz", "rt") as packed:
        lines = list(packed)
    assert lines[0].strip() == ",".join(COLUMNS)
    whole = History()
    whole.read(lines)
    assert list(whole) == list(load.history)


def test_writers_that_cannot_begin_are_an_error_of_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loads, "COMMAND", ("sh", "-c", "echo before; echo no such luck >&2"))
    with (
        pytest.raises(RedisHaError, match=r"^the writers ended by themselves: no such luck$"),
        Workload(builders.folders(tmp_path), tmp_path / "history.csv") as load,
    ):
        load.steady()
