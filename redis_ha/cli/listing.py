"""The list of tasks: what a newcomer needs first, then all of them by what they are for."""

import textwrap
from collections.abc import Iterator, Mapping

from redis_ha.cli.group import Group
from redis_ha.cli.task import Listed

WIDTH = 78
"""Columns of a line at most."""
FIRST = {
    "up": "bring nodes, Redis and Sentinels up, and check them",
    "status": "who is master, who follows, what Sentinels see; --watch",
    "failover": "kill the master under load, and account for every write",
    "doctor": "what this machine lacks, and what mends it",
    "down": "stop the nodes; --purge removes them with their data",
}
"""What a newcomer needs, in the order of need."""
FOOT = (
    "`./inv help TASK` has the options of one, with their defaults and choices;",
    "docs/commands.md all of them. README.md says how the Tab key completes them.",
)
GAP = "  "

Tasks = Mapping[str, Listed]
"""Tasks by the shortest name that people type."""


def lines(tasks: Tasks) -> Iterator[str]:
    """Yield the list, a line each, none wider than `WIDTH`."""
    yield "Redis with Sentinel, and drills that prove it. To begin with:"
    yield ""
    yield from _columns({f"./inv {name}": text for name, text in FIRST.items()})
    width = max(map(len, tasks))
    for group in Group:
        yield ""
        yield group.capitalize()
        yield from _columns(
            {name: task.summary for name, task in tasks.items() if task.group is group}, width
        )
    yield ""
    yield from FOOT


def _columns(rows: Mapping[str, str], width: int = 0) -> Iterator[str]:
    wide = max([width, *map(len, rows)])
    for name, text in rows.items():
        head = f"{GAP}{name:<{wide}}{GAP}"
        yield from beside(head, text)


def beside(head: str, text: str) -> Iterator[str]:
    """Yield a text to the right of its head, in lines that are not too wide."""
    yield from textwrap.wrap(
        text,
        WIDTH,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_on_hyphens=False,
    )
