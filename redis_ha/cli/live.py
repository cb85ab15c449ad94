"""Drills as they go on: the phases as they come, live on a terminal, else a line for each."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Self

from rich.console import Group, RenderableType
from rich.live import Live as Screen
from rich.spinner import Spinner

from redis_ha.cli.console import ERR, note, paragraph, table
from redis_ha.wait import ticks

if TYPE_CHECKING:
    from redis_ha.suites.live import Live, Sight

LOOK_S = 0.25
PHASES = ("s-down", "o-down", "elected", "promoted", "visible", "first write")
"""What the phases of a recovery are called, in the order of `Phases`."""


class Rounds:
    """Watches the rounds of drills, as a context manager.

    Args:
        title: what goes on before the first round and between two of them.
    """

    def __init__(self, title: str) -> None:
        self._between = title
        self._round: Live | None = None
        self._said: list[str] = []
        self._screen = Screen(console=ERR, auto_refresh=False, transient=True)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        if ERR.is_terminal:
            self._screen.start()
        else:
            note(f"{self._between} …")
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._done.set()
        self._thread.join()
        self._look()  # what came since the last look
        if ERR.is_terminal:
            self._screen.stop()

    def tell(self, line: str) -> None:
        """Take a line about it."""
        note(f"  {line}")

    def begin(self, started: Live) -> None:
        """Watch another round from now on."""
        started.tell = self.tell
        self._said.clear()
        self._round = started

    def end(self, line: str) -> None:
        """Take what the round came to."""
        self._look()
        self._round = None
        self.tell(line)

    def _watch(self) -> None:
        for _ in ticks(LOOK_S):
            if self._done.is_set():
                return
            self._look()

    def _look(self) -> None:
        watched = self._round
        if ERR.is_terminal:
            shown = picture(watched.title, watched.seen()) if watched else self._waiting()
            self._screen.update(shown, refresh=True)
        elif watched:
            self._say(lines(watched.seen()))

    def _waiting(self) -> RenderableType:
        return Spinner("dots", f"{self._between} …")

    def _say(self, told: Iterator[str]) -> None:
        for line in told:
            name = line.partition(" (")[0]
            if name not in self._said:
                self._said.append(name)
                self.tell(line)


def lines(sight: Sight) -> Iterator[str]:
    """Yield a line for each thing that has come by now, in order of time."""
    if sight.since_s is None:
        yield f"{sight.stage} …"
        return
    came = [(at_s, name) for name, at_s in _came(sight) if at_s is not None]
    for at_s, name in [(0.0, "fault"), *sorted(came)]:
        yield f"+{at_s:.2f} s {name} ({writes(sight)})"
    yield f"{sight.stage} …"


def writes(sight: Sight) -> str:
    """Return what became of the writes so far."""
    return (
        f"{sight.acknowledged} writes acknowledged, {sight.refused} refused, "
        f"{sight.unanswered} unanswered"
    )


def picture(title: str, sight: Sight) -> Group:
    """Return a round as a terminal shows it: what is being done, the phases, the writes."""
    running = "" if sight.since_s is None else f", {sight.since_s:.1f} s after the fault"
    phases = table("", *(f">{name}" for name in ("fault", *PHASES)))
    fault = "-" if sight.since_s is None else "0.00"
    phases.add_row(fault, *("-" if at_s is None else f"{at_s:.2f}" for _, at_s in _came(sight)))
    return Group(
        paragraph(f"{title}: {sight.stage}{running}", "bold"), phases, paragraph(writes(sight))
    )


def _came(sight: Sight) -> list[tuple[str, float | None]]:
    return list(zip(PHASES, vars(sight.phases).values(), strict=True))
