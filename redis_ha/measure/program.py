"""A program that is a client of its own: started, asked for its clock, and read while it runs.

It speaks as the worker does: its orders are one line of JSON on standard input, it ends with the
end of that, and prints a row for each operation, timed by its own clock. Questions for that clock
go over the same channel; one on another machine that hears none any more ends as well.
"""

import json
import subprocess
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import IO, Any, Protocol

from redis_ha.measure.history import Operation, Outcome
from redis_ha.wait import now_s

FIRST_QUESTIONS = 20
EVERY_S = 0.25
"""How often the clock is asked."""
SAMPLES = 40
"""Of so many answers the quickest counts: those of 10 s."""


class Task(Protocol):
    """What a program is to do."""

    @property
    def name(self) -> str:
        """Return what it is called where it fails."""

    @property
    def command(self) -> tuple[str, ...]:
        """Return the command of this machine that runs it."""

    @property
    def servers(self) -> Mapping[str, str]:
        """Return the name of every Redis by the address that its rows have."""

    def told(self, prefix: str) -> str:
        """Return its orders, as a line."""


class Clock:
    """What this machine's clock shows less what another does, by questions and answers."""

    def __init__(self) -> None:
        self._asked_s: dict[str, float] = {}
        self._samples: deque[tuple[float, float]] = deque(maxlen=SAMPLES)

    def question(self) -> str:
        """Return the next question, which is sent at once."""
        name = str(len(self._asked_s))
        self._asked_s[name] = now_s()
        return f"clock {name}\n"

    def answered(self, name: str, theirs_s: float) -> None:
        """Take the answer to a question; it is wrong by half of the time it took at most."""
        answered_s, asked_s = now_s(), self._asked_s[name]
        offset_s = (asked_s + answered_s) / 2 - theirs_s
        self._samples.append((answered_s - asked_s, offset_s))

    def ours_s(self, theirs_s: float) -> float:
        """Return a moment of the other clock on this machine's."""
        return min(self._samples)[1] + theirs_s


class RunningProgram:
    """A program while it runs.

    Args:
        take: is given each operation, on this machine's clock.
    """

    def __init__(self, task: Task, prefix: str, take: Callable[[Operation], object]) -> None:
        self._task, self._prefix, self._take = task, prefix, take
        self._clock = Clock()

    def run(self, done: threading.Event) -> str | None:
        """Run until `done` is set; return why it ended before that, in words."""
        with (
            tempfile.TemporaryFile("w+", errors="replace") as errors,
            subprocess.Popen(
                self._task.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            ) as process,
        ):
            if process.stdin is None or process.stdout is None:
                raise RuntimeError("a pipe was asked for")
            asking = threading.Thread(target=partial(self._ask, process.stdin, process, done))
            asking.start()
            for line in process.stdout:
                with suppress(ValueError):  # what somebody's login prints
                    self._read(json.loads(line))
            asking.join()
            process.wait()
            errors.seek(0)
            said = (errors.read().strip().splitlines() or ["it says nothing"])[-1]
        return None if done.is_set() else f"{self._task.name}: {said}"

    def _ask(self, asked: IO[str], process: subprocess.Popen[str], done: threading.Event) -> None:
        """Send the orders, and questions for the clock until the end."""
        with suppress(BrokenPipeError, ValueError):
            for _ in range(FIRST_QUESTIONS):
                self._send(asked, self._clock.question())
                done.wait(0.01)
            self._send(asked, f"{self._task.told(self._prefix)}\n")
            while process.poll() is None and not done.wait(EVERY_S):
                self._send(asked, self._clock.question())
        with suppress(BrokenPipeError):
            asked.close()

    @staticmethod
    def _send(asked: IO[str], line: str) -> None:
        asked.write(line)
        asked.flush()

    def _read(self, row: Any) -> None:
        match row:
            case {"clock": str(name), "at_s": float() | int() as at_s}:
                self._clock.answered(name, at_s)
            case [str(client), str(key), from_s, to_s, outcome, node, error]:
                self._take(
                    Operation(
                        client=client,
                        key=key,
                        invoked_s=self._clock.ours_s(float(from_s)),
                        ended_s=self._clock.ours_s(float(to_s)),
                        outcome=Outcome(outcome),
                        node=self._task.servers.get(node),
                        error=error or None,
                    )
                )
