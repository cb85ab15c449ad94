"""How the environment is, every second: tables on a terminal, lines elsewhere, or JSON."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.console import Group
from rich.live import Live
from rich.text import Text

from redis_ha.cli import changes, seen, tables
from redis_ha.cli.console import OUT, note, paragraph, print_line, say
from redis_ha.wait import ticks

if TYPE_CHECKING:
    from redis_ha.cli.seen import Seen
    from redis_ha.nodes.environment import Environment

WATCH_S = 1.0
KEPT = 10
"""How many changes stay below the tables."""
OTHERS = 4
"""Rows of a terminal that are neither a server's nor a change: headers, and the last one."""


def run(environment: Environment, *, json: bool) -> None:
    """Look every second until Ctrl-C."""
    note("every second; Ctrl-C ends this")
    with suppress(KeyboardInterrupt):
        if json:
            _as_json(environment)
        elif OUT.is_terminal:
            _on_terminal(environment)
        else:
            _as_lines(environment)


def _looks(environment: Environment) -> Iterator[tuple[datetime, Seen]]:
    for _ in ticks(WATCH_S):
        yield datetime.now(UTC), seen.look(environment)


def _as_json(environment: Environment) -> None:
    for at, found in _looks(environment):
        print_line({"at": at.isoformat(timespec="milliseconds"), **found.as_json(environment)})


def _as_lines(environment: Environment) -> None:
    """Print the tables once, then what changes."""
    last = None
    for at, found in _looks(environment):
        if last is None:
            say(f"{_clock(at)} {found.verdict}")
            tables.show_cluster(found.snapshot)
        elif said := list(changes.between(last.snapshot, found.snapshot)):
            for line in (*said, *seen.explained(found.snapshot), found.verdict):
                say(f"{_clock(at)} {line}")
        last = found


def _on_terminal(environment: Environment) -> None:
    kept: deque[str] = deque(maxlen=KEPT)
    last = None
    with Live(console=OUT, auto_refresh=False) as live:
        for at, found in _looks(environment):
            if last:
                said = changes.between(last.snapshot, found.snapshot)
                kept.extend(f"{_clock(at)} {line}" for line in said)
            last = found
            shown = picture(at, found, list(kept), OUT.height, OUT.width)
            live.update(shown, refresh=True)


def picture(at: datetime, found: Seen, kept: list[str], rows: int, columns: int) -> Group:
    """Return what a terminal shows: the verdict, who is what, and the last changes.

    Args:
        rows, columns: of the terminal; older changes make room where there is too little.
    """
    style = "red" if found.problems else "green"
    told = [f"{_clock(at)} {found.verdict}", *seen.explained(found.snapshot)]
    used = sum(len(line) // columns + 1 for line in told) + len(found.snapshot.nodes)
    room = max(1, rows - used - len(found.snapshot.sentinels) - OTHERS)
    return Group(
        paragraph(told[0], style),
        *map(paragraph, told[1:]),
        tables.status(found.snapshot),
        tables.sentinels(found.snapshot),
        Text("Last changes" if kept else "No change so far", style="bold"),
        *(Text(line, no_wrap=True, overflow="ellipsis") for line in kept[-room:]),
    )


def _clock(at: datetime) -> str:
    return at.astimezone().strftime("%H:%M:%S")
