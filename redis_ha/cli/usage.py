"""The help of one task: how it is typed, what it does, what its options take."""

import inspect
from collections.abc import Iterator

from redis_ha.cli.line import INV
from redis_ha.cli.listing import GAP, beside
from redis_ha.cli.option import Flag
from redis_ha.cli.task import Listed


def lines(name: str, task: Listed, inventory: str) -> Iterator[str]:
    """Yield the help of a task, a line each, none wider than the list of tasks.

    Args:
        name: what was typed for it.
        inventory: whose nodes are named among the choices.
    """
    words = "".join(f" [{flag.value}]" for flag in task.words)
    yield f"Usage: {INV} {name}{words}{' [options]' if task.flags else ''}"
    yield ""
    yield from (inspect.getdoc(task) or "").splitlines()
    wide = max((len(flag.usage) for flag in task.flags), default=0)
    for flag in task.flags:
        yield ""
        yield from _option(flag, wide, inventory)


def _option(flag: Flag, wide: int, inventory: str) -> Iterator[str]:
    head = f"{GAP}{flag.usage:<{wide}}{GAP}"
    for text in flag.told(inventory):
        yield from beside(head, text)
        head = " " * len(head)
