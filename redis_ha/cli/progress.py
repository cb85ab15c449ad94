"""Long work as it goes on: live on a terminal, a line each where nobody watches."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from redis_ha.cli.console import ERR, note, table
from redis_ha.roles.process import killed

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

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
    """The provision steps of all nodes, live as a table of steps and nodes."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._lock = threading.Lock()
        self._live = Live(console=ERR, refresh_per_second=10, get_renderable=self._picture)

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

    def _picture(self) -> RenderableType:
        with self._lock:
            steps = list(self.steps)
        return matrix(steps) if steps else Spinner("dots", "bringing the nodes up …")


def matrix(steps: Sequence[Step]) -> Table:
    """Return a row per step and a column per node: what each came to there, the last one counts."""
    nodes = sorted({step.node for step in steps})
    done = {(step.step, step.node): step.result for step in steps}
    made = table("", "=step", *(f"={node}" for node in nodes))
    for name in dict.fromkeys(step.step for step in steps):
        made.add_row(name, *(_word(done.get((name, node), "")) for node in nodes))
    return made


def _word(result: str) -> Text:
    return Text(result, style=COLOURS.get(result, ""))
