"""Who measures has the machine alone; the others share it, and nobody is passed over."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from threading import Event

import pytest

from redis_ha.cli import turns
from redis_ha.errors import TimedOut

Turn = Callable[[], AbstractContextManager[turns.Turn]]


class Worker:
    """Takes a turn in a thread of its own, until it is told to end it."""

    def __init__(self, pool: ThreadPoolExecutor, turn: Turn) -> None:
        self.has_it, self._ends = Event(), Event()
        self.done: Future[None] = pool.submit(self._work, turn)

    def _work(self, turn: Turn) -> None:
        with turn() as self.turn:
            self.has_it.set()
            assert self._ends.wait(10)

    def end(self) -> None:
        self._ends.set()
        self.done.result(10)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as made:
        yield made


def has_it(worker: Worker) -> bool:
    """Say whether it got its turn, however soon it would have."""
    return worker.has_it.wait(4 * turns.LOOK_S)


def test_those_who_do_not_measure_share_it(pool: ThreadPoolExecutor) -> None:
    workers = [Worker(pool, turns.shared) for _ in range(2)]
    assert all(worker.has_it.wait(5) for worker in workers)
    for worker in workers:
        worker.end()


@pytest.mark.parametrize("second", [turns.shared, turns.alone])
def test_who_measures_has_it_alone(pool: ThreadPoolExecutor, second: Turn) -> None:
    measuring = Worker(pool, turns.alone)
    assert measuring.has_it.wait(5)
    other = Worker(pool, second)
    assert not has_it(other)
    measuring.end()
    assert other.has_it.wait(5)
    other.end()


def test_who_has_measured_lets_others_work_and_nobody_measure(pool: ThreadPoolExecutor) -> None:
    measured = Worker(pool, turns.alone)
    assert measured.has_it.wait(5)
    measured.turn.share()
    working = Worker(pool, turns.shared)
    assert working.has_it.wait(5)
    working.end()
    measuring = Worker(pool, turns.alone)
    assert not has_it(measuring)
    measured.end()
    assert measuring.has_it.wait(5)
    measuring.end()


def test_who_came_first_is_first(pool: ThreadPoolExecutor) -> None:
    working = Worker(pool, turns.shared)
    assert working.has_it.wait(5)
    measuring = Worker(pool, turns.alone)
    assert not has_it(measuring)
    late = Worker(pool, turns.shared)
    assert not has_it(late)  # although it could share the machine with the first
    working.end()
    assert measuring.has_it.wait(5)
    measuring.end()
    assert late.has_it.wait(5)
    late.end()


def test_a_wait_ends(pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "TURN_S", 0.05)
    measuring = Worker(pool, turns.alone)
    assert measuring.has_it.wait(5)
    with pytest.raises(TimedOut, match="a turn on this machine"), turns.shared():
        pass
    measuring.end()
