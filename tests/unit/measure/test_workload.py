import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from redis_ha import inventory
from redis_ha.errors import RedisHaError, TimedOut
from redis_ha.measure import workload as loads
from redis_ha.measure.history import COLUMNS, NO_MASTER, History, Outcome
from redis_ha.measure.workload import Workload
from redis_ha.nodes.environment import Environment
from redis_ha.wait import wait_until
from tests.unit import builders, resp


class Redis:
    """A Redis and its Sentinel at one address, in one dictionary."""

    def __init__(self) -> None:
        self.sentinel = resp.Sentinel()
        self.answers = True
        self.set_reply = resp.OK

    @contextmanager
    def served(self, folder: Path) -> Iterator[Environment]:
        """Answer as the one node of an environment."""
        with resp.served(self.redis) as self.sentinel.port, resp.served(self.sentinel) as port:
            default = inventory.load("default")
            spec = builders.changed(default.node("redis1"), sentinels=(port,))
            redis = builders.changed(default.redis, port=self.sentinel.port)
            topology = builders.changed(default, nodes=(spec,), redis=redis)
            host = builders.folder_host(spec, folder, "127.0.0.1")
            yield builders.environment([host], topology, folder)

    def redis(self, words: list[str]) -> bytes | None:
        replies = {
            "ROLE": resp.array(resp.bulk("master")),
            "WAIT": b":1\r\n",
            "SET": self.set_reply,
        }
        return replies.get(words[0], resp.OK) if self.answers else None


def test_the_process_writes_a_history_that_can_be_followed(tmp_path: Path) -> None:
    server = Redis()
    file = tmp_path / "histories" / "kill.csv"
    with server.served(tmp_path) as built, Workload(built, file) as load:
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


REPLY = "OOM command not allowed when used memory > 'maxmemory'."
TOLD = {
    "a refusal": (
        [(Outcome.FAILED, REPLY), (Outcome.FAILED, NO_MASTER)],
        "; redis1 has used up its maxmemory and may evict nothing; raise `redis.maxmemory` or "
        "delete keys (SET: OOM command not allowed when used memory > 'maxmemory')",
    ),
    "no master": ([(Outcome.FAILED, NO_MASTER)], "; the last write failed: no master"),
    "silence": (
        [(Outcome.INDETERMINATE, "TimeoutError")],
        "; the last write failed: TimeoutError",
    ),
    "nothing": ([(Outcome.ACKNOWLEDGED, None)], ""),
}


def test_a_page_that_failed_is_told_as_that() -> None:
    page = builders.operation(5.0, outcome=Outcome.FAILED, client="php-session-1")
    wrote = History([replace(page, node=None, error="refused")])
    assert loads.last_failure(wrote, 5.0) == "; the last page of php-session failed: refused"


@pytest.mark.parametrize(("wrote", "words"), TOLD.values(), ids=TOLD)
def test_the_last_failure_is_told_in_words(
    wrote: list[tuple[Outcome, str | None]], words: str
) -> None:
    done = [
        replace(builders.operation(5.0 + number, outcome=outcome), error=error)
        for number, (outcome, error) in enumerate(wrote)
    ]
    assert loads.last_failure(History(done), 5.0) == words
    assert loads.last_failure(History(done), 9.0) == ""


def test_a_load_that_is_refused_says_what_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loads, "STEADY_S", 1)
    server = Redis()
    server.set_reply = resp.error(REPLY)
    with server.served(tmp_path) as built, Workload(built, tmp_path / "kill.csv") as load:
        wait_until(load.look, what="a refusal", timeout_s=10)
        with pytest.raises(TimedOut, match=r"; redis1 has used up its maxmemory .*\(SET: OOM "):
            load.steady()


def test_writers_that_cannot_begin_are_an_error_of_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loads, "COMMAND", ("sh", "-c", "echo before; echo no such luck >&2"))
    with (
        pytest.raises(RedisHaError, match=r"^the writers ended by themselves: no such luck$"),
        Workload(builders.folders(tmp_path), tmp_path / "history.csv") as load,
    ):
        load.steady()
