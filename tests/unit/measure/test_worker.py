import io
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import redis

from redis_ha.measure import worker
from redis_ha.measure.clients import ClientSettings, NoMaster
from redis_ha.measure.history import COLUMNS, History, Outcome
from redis_ha.measure.worker import Orders, Worker, WriterOrders, attempt
from redis_ha.services.client import connect
from redis_ha.wait import now_s, wait_until
from tests.unit import resp


class Fixed:
    """A client that always uses one connection, or has none."""

    def __init__(self, connection: redis.Redis | None) -> None:
        self.node: str | None = "redis1"
        self._connection = connection

    def get(self) -> redis.Redis:
        if self._connection is None:
            raise NoMaster
        return self._connection

    def failed(self) -> None:
        """There is no other."""


def store(answer: bytes | None, confirmed: int = 0) -> Callable[[list[str]], bytes | None]:
    """Return a Redis that answers SET so, and WAIT with that many replicas."""

    def answered(words: list[str]) -> bytes | None:
        replies = {"SET": answer, "WAIT": f":{confirmed}\r\n".encode()}
        return replies.get(words[0], resp.OK)

    return answered


def attempted(
    answer: resp.Answer, confirmations: int = 0, timeout_s: float = 5.0
) -> tuple[Outcome, str | None]:
    with resp.served(answer) as port:
        connection = connect("127.0.0.1", port, "", timeout_s)
        outcome = attempt(Fixed(connection), "key", confirmations)
        connection.close()
        return outcome


OOM = "OOM command not allowed when used memory > 'maxmemory'."
LOADING = "LOADING Redis is loading the dataset in memory"
READONLY = resp.error("READONLY You can't write against a read only replica.")


@pytest.mark.parametrize(
    ("answer", "confirmed", "wanted", "outcome", "error"),
    [
        (resp.OK, 0, 0, Outcome.ACKNOWLEDGED, None),
        (resp.OK, 1, 1, Outcome.ACKNOWLEDGED, None),
        (resp.OK, 2, 1, Outcome.ACKNOWLEDGED, None),
        (resp.OK, 0, 1, Outcome.INDETERMINATE, "confirmed by 0 of 1 replicas"),
        (READONLY, 0, 0, Outcome.FAILED, "READONLY You can't write against a read only replica."),
        (READONLY, 1, 1, Outcome.FAILED, "READONLY You can't write against a read only replica."),
        (resp.error(OOM), 0, 0, Outcome.FAILED, OOM),
        (resp.error(OOM), 1, 1, Outcome.FAILED, OOM),
        (resp.error(LOADING), 0, 0, Outcome.FAILED, LOADING),
        (resp.error(LOADING), 1, 1, Outcome.FAILED, LOADING),
        (None, 0, 0, Outcome.INDETERMINATE, "ConnectionError"),
        (None, 1, 1, Outcome.INDETERMINATE, "ConnectionError"),
    ],
    ids=[
        *("taken", "confirmed", "by more than enough", "not confirmed"),
        *("refused", "refused and to be confirmed", "no memory", "no memory to confirm in"),
        *("loading", "loading and to be confirmed", "cut off", "cut off before confirmed"),
    ],
)
def test_an_attempt_is_told_by_what_is_known_of_it(
    answer: bytes | None, confirmed: int, wanted: int, outcome: Outcome, error: str | None
) -> None:
    found, said = attempted(store(answer, confirmed), wanted)
    assert found is outcome
    assert (said and error and error in said) or said == error


def test_without_an_answer_in_time_nothing_is_known() -> None:
    def slow(words: list[str]) -> bytes:
        threading.Event().wait(0.3 if words[0] == "SET" else 0)
        return resp.OK

    assert attempted(slow, timeout_s=0.1) == (Outcome.INDETERMINATE, "TimeoutError")


def test_without_a_master_nothing_is_sent() -> None:
    assert attempt(Fixed(None), "key", 0) == (Outcome.FAILED, "no master")


class Redis:
    """A master, and a Sentinel that names it, at one address."""

    def __init__(self) -> None:
        self.keys: dict[str, str] = {}
        self.sentinel = resp.Sentinel()
        self.refuses = False

    def redis(self, words: list[str]) -> bytes:
        match words:
            case ["ROLE"]:
                return resp.array(resp.bulk("master"))
            case ["SET", key, value, *_]:
                if self.refuses:
                    return READONLY
                self.keys[key] = value
            case ["GET", key]:
                return resp.bulk(self.keys.get(key))
        return resp.OK


def test_writers_and_a_reader_work_until_they_are_told_to_end(tmp_path: Path) -> None:
    server = Redis()
    read_end, write_end = os.pipe()
    read, write = os.fdopen(read_end), os.fdopen(write_end, "w")
    with resp.served(server.redis) as server.sentinel.port, resp.served(server.sentinel) as port:
        address = "127.0.0.1"
        site = ClientSettings(
            {"redis1": address}, server.sentinel.port, ((address, port),), "mymaster", "", ""
        )
        writers = (WriterOrders("sentinel-1", site, 500), WriterOrders("naive-1", site, 500))
        file = tmp_path / "history.csv"
        thread = threading.Thread(
            target=Worker(Orders("drill", str(file), writers, site, 200)).run, args=(read,)
        )
        thread.start()
        wait_until(lambda: len(server.keys) > 50, what="writes", timeout_s=5)
        server.refuses = True
        refused_s = now_s()
        wait_until(lambda: now_s() > refused_s + 0.2, what="refusals", timeout_s=5)
        write.close()
        thread.join(5)
        read.close()
    assert not thread.is_alive()
    history = History()
    history.read(file.read_text().splitlines(keepends=True))
    told = [each.key for each in history.writes() if each.acknowledged]
    assert sorted(told) == sorted(server.keys)
    assert sorted(history.kinds()) == ["naive", "sentinel"]
    assert {each.outcome for each in history.reads()} == {Outcome.FRESH}
    assert 2 <= len(history.writes()) - len(told) < 60, "it backs off where it is refused"


def test_a_read_that_misses_an_acknowledged_write_is_stale() -> None:
    server = Redis()
    server.keys = {"there": "there"}
    with resp.served(server.redis) as port:
        connection = connect("127.0.0.1", port, "")
        found = [worker._look("redis1", connection, key) for key in ("there", "gone")]
        connection.close()
    assert [each.outcome for each in found] == [Outcome.FRESH, Outcome.STALE]
    nobody = connect("127.0.0.1", port, "", 0.1)
    assert worker._look("redis1", nobody, "there").outcome is Outcome.FAILED


def test_the_history_file_names_its_columns(tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    Worker(
        Orders("drill", str(file), (), ClientSettings({"a": "127.0.0.1"}, 1, (), "m", "", ""), 10)
    ).run(io.StringIO())
    assert file.read_text().splitlines() == [",".join(COLUMNS)]
