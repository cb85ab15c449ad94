import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from redis_ha.nodes.together import Together

THREADS = 8


class Work:
    """Takes a moment, counts how often it is done, and fails where it is told to."""

    def __init__(self, error: Exception | None = None) -> None:
        self.done, self._error = 0, error
        self._all_ask = threading.Barrier(THREADS)
        self._together = Together(self._do)

    def _do(self) -> None:
        threading.Event().wait(0.05)
        self.done += 1
        if self._error:
            raise self._error

    def ask(self, _: int) -> None:
        self._all_ask.wait()
        self._together()

    def asked_by_all(self) -> list[BaseException | None]:
        with ThreadPoolExecutor(THREADS) as pool:
            asked = [pool.submit(self.ask, number) for number in range(THREADS)]
        return [each.exception() for each in asked]


@pytest.mark.parametrize("error", [None, OSError("no way in")])
def test_threads_that_ask_at_the_same_time_share_the_outcome(error: Exception | None) -> None:
    work = Work(error)
    assert (work.asked_by_all(), work.done) == ([error] * THREADS, 1)


def test_it_is_done_again_for_who_asks_later() -> None:
    work = Work(OSError("no way in"))
    work.asked_by_all()
    assert (work.asked_by_all()[0] is not None, work.done) == (True, 2)
