"""What the Sentinels announced: one line for each event."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from redis_ha.cli.console import OUT, print_json, print_line
from redis_ha.cli.group import Group
from redis_ha.cli.number import whole
from redis_ha.cli.option import Option
from redis_ha.cli.task import environment_task
from redis_ha.printable import printable

if TYPE_CHECKING:
    from redis_ha.nodes.environment import Environment
    from redis_ha.services.events import SentinelEvent


@environment_task(
    Group.LOOK,
    help={
        "lines": Option("how many lines of each log", value="N", number=whole(0, 1_000_000)),
        "follow": "go on as they are announced, until Ctrl-C",
        "json": "print records; with --follow one line for each",
    },
)
def events(
    environment: Environment, lines: int = 200, follow: bool = False, json: bool = False
) -> None:
    """Say in plain words what all Sentinels announced."""
    from redis_ha.services import events as service

    environment.require_up()
    found = service.recent(environment, lines)
    if json and not follow:
        print_json([each.as_json() for each in found])
        return
    width = max((len(source.name) for source in service.sources(environment)), default=0)
    show: Callable[[SentinelEvent], None] = _record if json else partial(_print, width)
    for each in found:
        show(each)
    with suppress(KeyboardInterrupt):
        for each in service.followed(environment) if follow else ():
            show(each)


def _record(event: SentinelEvent) -> None:
    print_line(event.as_json())


def _print(width: int, event: SentinelEvent) -> None:
    at, says = event.at.replace("T", " "), printable(event.says)
    OUT.print(f"{at} {event.sentinel:<{width}} {says}", markup=False, highlight=False)
