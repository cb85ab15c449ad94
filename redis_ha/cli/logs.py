"""The logs of all nodes as one stream."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from redis_ha.cli.console import OUT
from redis_ha.cli.group import Group
from redis_ha.cli.number import whole
from redis_ha.cli.option import Option
from redis_ha.cli.task import Options, environment_task
from redis_ha.printable import printable

if TYPE_CHECKING:
    from invoke.tasks import Task

    from redis_ha.nodes.environment import Environment

OPTIONS: Options = {
    "lines": Option("how many lines of each log", value="N", number=whole(0, 1_000_000)),
    "follow": "go on as lines are written, until Ctrl-C",
    "tmux": "a tmux pane per log instead of one stream",
}
STYLES = ("cyan", "magenta", "yellow", "green", "blue", "red")


def of_role(name: str) -> Task[Any]:
    """Return the task that shows the logs of a role's processes."""

    def body(
        environment: Environment, lines: int = 50, follow: bool = False, tmux: bool = False
    ) -> None:
        _show(environment, name, lines, follow=follow, tmux=tmux)

    body.__name__ = name
    body.__doc__ = f"Show the logs of {name} on all nodes, merged by time."
    return environment_task(Group.LOOK, help=OPTIONS)(body)


def _show(environment: Environment, kind: str, lines: int, *, follow: bool, tmux: bool) -> None:
    from redis_ha.services import logs

    environment.require_up()
    sources = logs.sources(environment, kind)
    if tmux:
        logs.open_panes(sources, lines)
        return
    styles = dict(zip((source.name for source in sources), STYLES * len(sources), strict=False))
    width = max((len(source.name) for source in sources), default=0)
    for source, line in logs.merged(sources, lines):
        _print(source, line, styles[source], width)
    with suppress(KeyboardInterrupt):
        for source, line in logs.followed(sources) if follow else ():
            _print(source, line, styles[source], width)


def _print(source: str, line: str, style: str, width: int) -> None:
    OUT.print(f"{source:<{width}} ", style=style, end="")
    OUT.print(printable(line, kept="\t"), markup=False)
