import threading
from concurrent.futures import ThreadPoolExecutor

from redis_ha.once import once

THREADS = 8


class Slow:
    """Something that takes a moment to make, and counts how often it is made."""

    def __init__(self) -> None:
        self.made = 0
        self._all_ask = threading.Barrier(THREADS)

    @once
    def value(self) -> object:
        """Return it."""
        self.made += 1
        threading.Event().wait(0.05)
        return object()

    def ask(self, _: int) -> object:
        self._all_ask.wait()
        return self.value


def test_threads_that_ask_at_the_same_time_get_the_same() -> None:
    slow = Slow()
    with ThreadPoolExecutor(THREADS) as pool:
        given = set(pool.map(slow.ask, range(THREADS)))
    assert (slow.made, given) == (1, {slow.value})


def test_each_instance_has_its_own() -> None:
    one, other = Slow(), Slow()
    assert one.value is one.value
    assert one.value is not other.value
