"""Long work as it goes on: live on a terminal, a line each where nobody watches."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from redis_ha.cli.console import ERR, note
from redis_ha.roles.process import killed

if TYPE_CHECKING:
    from redis_ha.providers import Tell
    from redis_ha.provision.steps import Step

COLOURS = {"changed": "yellow", "due": "yellow", "ok": "green", "failed": "red", "killed": "red"}


@contextmanager
def spinner(text: str) -> Iterator[Tell]:
    """Show that something goes on; yields a function for lines about it."""
    if not ERR.is_terminal:
        note(f"{text} …")
        yield lambda line: note(f"  {line}")
        return
    with ERR.status(f"{text} …"):
        yield lambda line: note(f"  {line}")


class Steps:
    """The provision steps of all nodes, a live line per node."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._lock = threading.Lock()
        self._live = Live(console=ERR, refresh_per_second=10, get_renderable=self._table)

    def __enter__(self) -> Self:
        if ERR.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *error: object) -> None:
        if ERR.is_terminal:
            self._live.stop()

    def tell(self, line: str) -> None:
        """Take a line about the nodes themselves."""
        note(f"  {line}")

    def add(self, step: Step) -> None:
        """Take one step; may be called from any thread."""
        with self._lock:
            self.steps.append(step)
            if step.result == "killed":
                note(f"  {killed(f'{step.node}: {step.step}')}")
            elif not ERR.is_terminal:
                note(f"  {step.node}: {step.step} {step.result} ({step.seconds:.1f} s)")

    @property
    def summary(self) -> str:
        """Return how many steps changed something, in words."""
        changed = sum(step.result == "changed" for step in self.steps)
        due = sum(step.result == "due" for step in self.steps)
        return f"{len(self.steps)} steps, {changed} changed{f', {due} due' if due else ''}"

    def as_json(self) -> list[dict[str, Any]]:
        """Return the record."""
        return [step.as_json() for step in self.steps]

    def _table(self) -> Table:
        rows = Table.grid(padding=(0, 1))
        with self._lock:
            steps = list(self.steps)
        for node in sorted({step.node for step in steps}):
            words = [_word(step) for step in steps if step.node == node]
            rows.add_row(Text(node, style="bold"), Text(" ").join(words))
        if not steps:
            rows.add_row(Spinner("dots", "bringing the nodes up …"))
        if any(step.result == "changed" for step in steps):
            rows.add_row("", Text("+ changed", style=COLOURS["changed"]))
        return rows


def _word(step: Step) -> Text:
    """Return a step so that its result is seen without colour as well."""
    mark = {"changed": "+", "due": "~", "ok": "", "failed": "!", "killed": "!"}[step.result]
    return Text(f"{step.step}{mark}", style=COLOURS[step.result])
