"""The logs of all nodes as one stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redis_ha.cli.console import OUT
from redis_ha.cli.task import environment_task

if TYPE_CHECKING:
    from redis_ha.nodes.environment import Environment

OPTIONS = {
    "lines": "how many lines of each log",
    "follow": "go on as lines are written, until Ctrl-C",
    "tmux": "a tmux pane per log instead of one stream",
}
STYLES = ("cyan", "magenta", "yellow", "green", "blue", "red")


@environment_task(help=OPTIONS)
def redis(
    environment: Environment, lines: int = 50, follow: bool = False, tmux: bool = False
) -> None:
    """Show the logs of every Redis, merged by time."""
    _show(environment, "redis", lines, follow=follow, tmux=tmux)


@environment_task(help=OPTIONS)
def sentinel(
    environment: Environment, lines: int = 50, follow: bool = False, tmux: bool = False
) -> None:
    """Show the logs of every Sentinel, merged by time."""
    _show(environment, "sentinel", lines, follow=follow, tmux=tmux)


@environment_task(help=OPTIONS)
def commander(
    environment: Environment, lines: int = 50, follow: bool = False, tmux: bool = False
) -> None:
    """Show the log of the redis-commander console."""
    _show(environment, "commander", lines, follow=follow, tmux=tmux)


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
    if follow:
        for source, line in logs.followed(sources):
            _print(source, line, styles[source], width)


def _print(source: str, line: str, style: str, width: int) -> None:
    OUT.print(f"{source:<{width}} ", style=style, end="")
    OUT.print(line, markup=False)
