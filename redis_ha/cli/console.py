"""What people see: results on stdout, everything else on stderr; readable without colour."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDE = None if sys.stdout.isatty() else 160
"""Columns of a table that goes into a file or a pipe."""


class _Out(Console):
    """A reader that has had enough is no failure: rich would end with status 1."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


OUT = _Out(highlight=False, soft_wrap=True, width=WIDE)
ERR = Console(stderr=True, highlight=False, soft_wrap=True)


def note(text: str) -> None:
    """Say something that is not the result; a terminal breaks it between words."""
    ERR.print(text, style="dim", markup=False, soft_wrap=not ERR.is_terminal)


def say(text: str, style: str = "") -> None:
    """Print a line of the result."""
    OUT.print(text, style=style, markup=False)


def verdict(text: str, *, good: bool) -> None:
    """Print what it comes to, before the tables that show why."""
    style = "green" if good else "red"
    OUT.print(text, style=style, markup=False, soft_wrap=not OUT.is_terminal)


def paragraph(text: str, style: str = "") -> Text:
    """Return a text that goes on in the next line where what is live has no room for it."""
    return Text(text, style=style, no_wrap=False, overflow="fold")


def show(table: Table) -> None:
    """Print a table and an empty line, as wide as it needs to be where nobody watches."""
    OUT.print(table, soft_wrap=False)
    OUT.print()


def table(title: str, *columns: str) -> Table:
    """Return a plain table; columns that hold numbers start with `>`, those of names with `=`.

    Where there is no room, words go on in the next line; numbers, names and headers stay whole.
    """
    made = Table(
        title=title or None,
        title_justify="left",
        box=None,
        title_style="bold",
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    for column in columns:
        kind = column[:1]
        made.add_column(
            column.lstrip(">="),
            justify="right" if kind == ">" else "left",
            no_wrap=kind in (">", "="),
            overflow="fold",
        )
    return made


def kept(path: Path, what: str = "record") -> None:
    """Say where a record is, or what was made of it, as short as possible."""
    here = Path.cwd()
    note(f"{what}: {path.relative_to(here) if path.is_relative_to(here) else path}")


def to_job_summary(markdown: Path) -> None:
    """Show a page in the summary of a job of GitHub Actions, where this is one."""
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(markdown.read_text(encoding="utf-8"))


def print_json(data: Any) -> None:
    """Print a record to stdout and nothing else."""
    json.dump(data, sys.stdout, indent=2)
    sys.stdout.write("\n")


def print_line(data: Any) -> None:
    """Print a record as one line of JSON, for a reader that follows."""
    sys.stdout.write(f"{json.dumps(data)}\n")
    sys.stdout.flush()


def write_json(path: str, data: Any) -> None:
    """Write a record where the user wants it; `-` is stdout.

    Raises:
        RedisHaError: it cannot be written.
    """
    from redis_ha.errors import RedisHaError

    if path == "-":
        print_json(data)
        return
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise RedisHaError(f"--json {path}: {error.strerror}") from None
    note(f"record: {path}")
