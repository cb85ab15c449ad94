import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from redis_ha import inventory
from redis_ha.errors import TimedOut
from redis_ha.measure import writer as writers
from redis_ha.measure.history import History, Outcome, Write
from redis_ha.measure.writer import MasterClient, NoMaster, Writer
from redis_ha.nodes.environment import Environment
from tests.unit import builders, resp

Set = Callable[[list[str]], bytes | None]


class Cluster:
    """One node: a Sentinel that names it, and a Redis that answers as a test wants."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self.role = "master"
        self.answer_set: Set = lambda words: resp.OK
        self.sets: list[list[str]] = []
        self.port = stack.enter_context(resp.served(self._redis))
        sentinel_port = stack.enter_context(resp.served(self._sentinel))
        self.named: tuple[str, int] | None = ("127.0.0.1", self.port)
        default = inventory.load("default")
        spec = builders.changed(default.node("redis2"), sentinels=(1, sentinel_port))  # one is down
        topology = builders.changed(
            default, nodes=(spec,), redis=builders.changed(default.redis, port=self.port)
        )
        hosts = [builders.folder_host(spec, folder, "127.0.0.1")]
        self.environment: Environment = builders.environment(hosts, topology, folder)

    def _redis(self, words: list[str]) -> bytes | None:
        if words[0] == "ROLE":
            return resp.array(resp.bulk(self.role))
        if words[0] == "SET":
            self.sets.append(words)
            return self.answer_set(words)
        return resp.OK

    def _sentinel(self, words: list[str]) -> bytes:
        if words[0] != "SENTINEL":
            return resp.OK
        if self.named is None:
            return b"*-1\r\n"
        return resp.array(*(resp.bulk(str(part)) for part in self.named))


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with ExitStack() as stack:
        yield Cluster(stack, tmp_path)


@pytest.fixture
def writer(cluster: Cluster) -> Iterator[Writer]:
    made = Writer(cluster.environment)
    yield made
    made._master.drop()


def test_an_acknowledged_write_says_who_took_it(writer: Writer, cluster: Cluster) -> None:
    write = writer._write("key:1")
    assert (write.key, write.outcome, write.node, write.error) == (
        "key:1",
        Outcome.ACKNOWLEDGED,
        "redis2",
        None,
    )
    assert write.invoked_s <= write.ended_s
    assert cluster.sets == [["SET", "key:1", "key:1", "EX", "3600"]]


def hang(words: list[str]) -> bytes:
    threading.Event().wait(0.3)
    return resp.OK


OUTCOMES: dict[str, tuple[Set, Outcome, str]] = {
    "refused by a replica": (
        lambda words: resp.error("READONLY You can't write against a read only replica."),
        Outcome.FAILED,
        "You can't write",
    ),
    "refused without replicas": (
        lambda words: resp.error("NOREPLICAS Not enough good replicas to write."),
        Outcome.FAILED,
        "NOREPLICAS",
    ),
    "no answer": (hang, Outcome.INDETERMINATE, "TimeoutError"),
    "a broken connection": (lambda words: None, Outcome.INDETERMINATE, "ConnectionError"),
}


@pytest.mark.parametrize(("answer", "outcome", "error"), OUTCOMES.values(), ids=OUTCOMES)
def test_an_attempt_is_classified_by_what_is_known_of_it(
    answer: Set, outcome: Outcome, error: str, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writers, "TIMEOUT_S", 0.1)
    writer = Writer(cluster.environment)
    cluster.answer_set = answer
    write = writer._write("key:1")
    assert write.outcome is outcome
    assert error in str(write.error)
    cluster.answer_set = lambda words: resp.OK
    assert writer._write("key:2").outcome is Outcome.ACKNOWLEDGED  # over a new connection
    writer._master.drop()
    assert [words[1] for words in cluster.sets] == ["key:1", "key:2"]  # none was sent twice


@pytest.mark.parametrize(
    ("named", "role"),
    [(False, "master"), (True, "slave")],
    ids=["nobody is named", "the one named is none"],
)
def test_without_a_master_nothing_is_sent(
    named: bool, role: str, writer: Writer, cluster: Cluster
) -> None:
    cluster.role = role
    if not named:
        cluster.named = None
    write = writer._write("key:1")
    assert (write.outcome, write.error) == (Outcome.FAILED, "no master")
    assert cluster.sets == []


def test_the_sentinels_are_asked_again_after_a_failure_only(cluster: Cluster) -> None:
    client = MasterClient(cluster.environment)
    connection = client.get()
    cluster.named = None
    assert client.get() is connection
    client.drop()
    with pytest.raises(NoMaster):
        client.get()


def test_after_a_failed_write_the_sentinels_are_asked(writer: Writer, cluster: Cluster) -> None:
    assert writer._write("key:1").outcome is Outcome.ACKNOWLEDGED
    cluster.named = None
    assert writer._write("key:2").outcome is Outcome.ACKNOWLEDGED  # over the kept connection
    cluster.answer_set = lambda words: resp.error("READONLY")
    assert writer._write("key:3").error != "no master"
    assert writer._write("key:4").error == "no master"


def test_a_writer_writes_unique_keys_until_it_is_left(cluster: Cluster) -> None:
    with Writer(cluster.environment, rate_per_s=1000) as writer:
        writer.steady(writes=20, timeout_s=5)
    keys = writer.history.keys(Outcome.ACKNOWLEDGED)
    assert len(keys) == len(set(keys)) >= 20
    assert all(key.startswith(f"{writer.prefix}:") for key in keys)
    assert not writer.is_alive()
    writer._master.drop()


def test_nothing_is_said_of_a_drill_whose_writes_are_not_taken(writer: Writer) -> None:
    writer.history = History([*builders.writes(3), *builders.writes(2, Outcome.FAILED, 5)])
    with pytest.raises(TimedOut, match=r"5 acknowledged writes: .* seen: 3 acknowledged of 5"):
        writer.steady(writes=5, timeout_s=0)


def test_recovery_is_the_first_write_on_another_master(writer: Writer) -> None:
    assert writer.recovered("redis1", 0, timeout_s=0) is None
    for number, node in enumerate(("redis1", "redis2", "redis2")):
        writer.history.add(Write(f"key:{number}", 1, 2, Outcome.ACKNOWLEDGED, node))
    first = writer.recovered("redis1", 0, timeout_s=0)
    assert first is not None
    assert first.key == "key:1"


def test_two_writers_do_not_share_keys(cluster: Cluster) -> None:
    prefixes = {Writer(cluster.environment).prefix for _ in itertools.repeat(None, 3)}
    assert len(prefixes) == 3
