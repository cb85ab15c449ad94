from itertools import count, islice

import pytest

from redis_ha.errors import TimedOut
from redis_ha.wait import last_seen, pause_until, ticks, wait_until


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s = 100.0
        monkeypatch.setattr("time.monotonic", lambda: self.now_s)
        monkeypatch.setattr("time.sleep", self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_the_accepted_answer_is_returned(clock: Clock) -> None:
    numbers = count()
    seen = wait_until(
        lambda: next(numbers), accept=lambda n: n == 3, what="three", timeout_s=5, interval_s=0.5
    )
    assert (seen, clock.now_s) == (3, 101.5)


def test_a_true_answer_needs_no_sleep(clock: Clock) -> None:
    assert wait_until(lambda: "there", what="it is there", timeout_s=0) == "there"
    assert clock.now_s == 100


def test_the_deadline_says_what_was_waited_for_and_last_seen(clock: Clock) -> None:
    numbers = count()
    with pytest.raises(TimedOut, match=r"^a quorum: not within 2 s, last seen: 4 votes$"):
        wait_until(
            lambda: next(numbers),
            accept=lambda n: n > 10,
            show=lambda n: f"{n} votes",
            what="a quorum",
            timeout_s=2,
            interval_s=0.5,
        )


def test_an_error_of_the_probe_is_not_swallowed(clock: Clock) -> None:
    def probe() -> bool:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        wait_until(probe, what="never", timeout_s=5)


def test_ticks_keep_their_pace_whatever_a_round_takes(clock: Clock) -> None:
    seen = []
    for at_s in islice(ticks(1.0), 3):
        seen.append(at_s)
        clock.sleep(0.75)
    assert seen == [100, 101, 102]


def test_a_late_caller_gets_no_burst_of_missed_ticks(clock: Clock) -> None:
    seen = []
    for at_s in islice(ticks(1.0), 4):
        seen.append(at_s)
        if len(seen) == 1:
            clock.sleep(10)
    assert seen == [100, 110, 110, 111]


def test_a_pause_lasts_until_its_moment_and_not_beyond(clock: Clock) -> None:
    pause_until(101.5)
    pause_until(99)
    assert clock.now_s == 101.5


@pytest.mark.parametrize(("wanted", "seen", "at_s"), [(1, 1, 100.5), (9, 2, 101)])
def test_the_last_answer_counts_where_the_time_is_over(
    wanted: int, seen: int, at_s: float, clock: Clock
) -> None:
    numbers = count()
    answer = last_seen(
        lambda: next(numbers), accept=lambda n: n == wanted, timeout_s=1, interval_s=0.5
    )
    assert (answer, clock.now_s) == (seen, at_s)
