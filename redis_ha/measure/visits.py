"""Clients on the web node: visitors of its pages, and holders of a session's lock.

A program there does what they do (php/bin/visitors.php), started over SSH. It speaks as the worker
does: its orders are one line of JSON on standard input, it ends with the end of that, and prints a
row for each operation, timed by its own clock. Questions for that clock go over the same channel;
who hears none any more ends as well.
"""

import json
import subprocess
import tempfile
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import IO, Any

from redis_ha.measure.history import Operation, Outcome
from redis_ha.wait import now_s

SESSION, LOCK = "php-session", "php-lock"
PAGE, VISITOR, EDITOR = "typo3-page", "typo3-visitor", "typo3-editor"
KINDS = (SESSION, LOCK, PAGE, VISITOR, EDITOR)
"""The kinds of client that need a web node."""
NOW, BACKEND = "typo3-now", "typo3-backend"
"""What else the clients of a TYPO3 site ask for: the page with a part that is never cached, along
with `typo3-page`; and the backend's pages but those that save, along with `typo3-editor`."""
OF_SITE = (PAGE, NOW, VISITOR, BACKEND, EDITOR)
ALL = (SESSION, LOCK, *OF_SITE)
"""Every kind of client on a web node, as histories have them."""
LOGGED_OUT = "logged out"
"""What was wrong with a page whose visitor had a session before and has another now."""
WENT_BACK = "counter went back"
"""What was wrong with a page that shows an older session than one before."""
OLD_TEXT = "old text"
"""What was wrong with a page that shows an older text than one that was saved before it was asked
for."""
FIRST_QUESTIONS = 20
EVERY_S = 0.25
"""How often the clock is asked."""
SAMPLES = 40
"""Of so many answers the quickest counts: those of 10 s."""


@dataclass(frozen=True)
class SiteVisits:
    """Orders for those who come to a TYPO3 site.

    Args:
        kinds: of client, of `PAGE`, `VISITOR`, `EDITOR`.
        requests_per_s: how many pages all kinds together ask for; one that is not there leaves its
            share out.
        editor_password, visitor_password: of the site's accounts `editor` and `visitor`.
    """

    kinds: tuple[str, ...]
    requests_per_s: float
    editor_password: str = field(repr=False)
    visitor_password: str = field(repr=False)


@dataclass(frozen=True)
class Visits:
    """Orders for the visitors of one web node.

    Args:
        node: its name.
        command: of this machine, runs the program there.
        address: where its pages are, as seen from there.
        servers: the name of every Redis by its address.
        visitors: how many have a session each.
        requests_per_s: how many pages they ask for in a second, all together.
        locks: how many sessions have two holders each, who take turns.
        typo3: who comes to its TYPO3 site.
    """

    node: str
    command: tuple[str, ...]
    address: str
    port: int
    servers: dict[str, str]
    visitors: int = 0
    requests_per_s: float = 50.0
    locks: int = 0
    typo3: SiteVisits | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of client that there are, of `KINDS`."""
        others = [kind for kind, many in ((SESSION, self.visitors), (LOCK, self.locks)) if many]
        return (*others, *(self.typo3.kinds if self.typo3 else ()))

    def told(self, prefix: str) -> str:
        """Return what the program is told, as a line."""
        return json.dumps({**asdict(self), "prefix": prefix})


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


class Visitors:
    """The program on a web node while it runs.

    Args:
        take: is given each operation, on this machine's clock.
    """

    def __init__(self, visits: Visits, prefix: str, take: Callable[[Operation], object]) -> None:
        self._visits, self._prefix, self._take = visits, prefix, take
        self._clock = Clock()

    def run(self, done: threading.Event) -> str | None:
        """Run until `done` is set; return why it ended before that, in words."""
        with (
            tempfile.TemporaryFile("w+", errors="replace") as errors,
            subprocess.Popen(
                self._visits.command,
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
        return None if done.is_set() else f"{self._visits.node}: {said}"

    def _ask(self, asked: IO[str], process: subprocess.Popen[str], done: threading.Event) -> None:
        """Send the orders, and questions for the clock until the end."""
        with suppress(BrokenPipeError, ValueError):
            for _ in range(FIRST_QUESTIONS):
                self._send(asked, self._clock.question())
                done.wait(0.01)
            self._send(asked, f"{self._visits.told(self._prefix)}\n")
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
            case {"clock": str(name), "at_s": float(at_s)}:
                self._clock.answered(name, at_s)
            case [str(client), str(key), float(invoked_s), float(ended_s), outcome, node, error]:
                self._take(
                    Operation(
                        client,
                        key,
                        self._clock.ours_s(invoked_s),
                        self._clock.ours_s(ended_s),
                        Outcome(outcome),
                        self._visits.servers.get(node),
                        error or None,
                    )
                )
