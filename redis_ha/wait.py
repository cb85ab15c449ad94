"""The only module that sleeps: every wait has a deadline and says what it last saw."""

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from redis_ha.errors import TimedOut

Seen = TypeVar("Seen")
DAY_S = 86_400


def now_s() -> float:
    """Return the clock that every time in records is taken from, in seconds."""
    return time.monotonic()


def last_seen(
    probe: Callable[[], Seen],
    *,
    timeout_s: float,
    accept: Callable[[Seen], bool] = bool,
    interval_s: float = 0.1,
) -> Seen:
    """Ask `probe` until `accept` likes the answer or the time is over; return the last answer."""
    deadline_s = now_s() + timeout_s
    while True:
        seen = probe()
        if accept(seen) or now_s() >= deadline_s:
            return seen
        time.sleep(interval_s)


def wait_until(
    probe: Callable[[], Seen],
    *,
    what: str,
    timeout_s: float,
    accept: Callable[[Seen], bool] = bool,
    show: Callable[[Seen], object] = lambda seen: seen,
    interval_s: float = 0.1,
) -> Seen:
    """Ask `probe` until `accept` likes the answer, and return that answer.

    Args:
        show: turns the last answer into what the error says was seen.

    Raises:
        TimedOut: the deadline passed; the message has the last answer.
    """
    seen = last_seen(probe, timeout_s=timeout_s, accept=accept, interval_s=interval_s)
    if not accept(seen):
        raise TimedOut(f"{what}: not within {timeout_s:g} s, last seen: {show(seen)}")
    return seen


def pause_until(moment_s: float) -> None:
    """Return when the clock has reached `moment_s`, at once when it has passed."""
    if (rest := moment_s - now_s()) > 0:
        time.sleep(rest)


def ticks(interval_s: float) -> Iterator[float]:
    """Yield the present time at a steady pace; a late caller skips the ticks it missed."""
    due = now_s()
    while True:
        yield now_s()
        due = max(due + interval_s, now_s() - interval_s)
        pause_until(due)
