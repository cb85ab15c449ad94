"""The redis-commander console: its package, and the way to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redis_ha.cli import choices, opening
from redis_ha.cli.console import note, say
from redis_ha.cli.group import Group
from redis_ha.cli.option import Option
from redis_ha.cli.task import environment_task, task
from redis_ha.errors import RedisHaError

if TYPE_CHECKING:
    from redis_ha.nodes.environment import Environment

NEXT = (("commander.open", "the console in a browser"),)
"""What `up` offers where there is a console."""
MEGABYTE = 1e6


@task(
    Group.CONSOLE,
    help={"audit": "ask the registry for known vulnerabilities, which a new package always does"},
)
def package(audit: bool = False) -> None:
    """Pack the console, for nodes without a registry."""
    from redis_ha.provision import commander_package as library

    made = library.ensure(note)
    word = "packed" if made.is_new else "packed already"
    say(f"redis-commander {made.version}, {made.size / MEGABYTE:.1f} MB, {word}: {made.path}")
    if not (made.is_new or audit):
        return
    try:
        advisories = library.audit()
    except RedisHaError as error:
        note(str(error))
        return
    for each in advisories:
        say(f"{each.severity}: {each.name}: {each.title}", style="yellow")
    say(f"npm audit: {len(advisories) or 'no'} known vulnerabilities")


@environment_task(
    Group.CONSOLE,
    help={"node": Option("whose console", choices.nodes_with("commander"), "the first one")},
    words=("node",),
)
def open(environment: Environment, node: str = "") -> None:  # noqa: A001 - what people type
    """Make the console reachable from here, in a browser.

    Where a tunnel over SSH is needed, it stays until Ctrl-C.
    """
    from redis_ha.secrets import FILE
    from redis_ha.services import commander

    chosen = opening.node_of(environment, "commander", "console", node, ("commander",))
    with commander.reached(environment, chosen) as url:
        say(url, style="bold")
        user, file = commander.settings(environment).user, environment.folder / FILE
        say(f"user {user}, password: `commander` in {file}")
        opening.hold_tunnel(chosen)


TASKS = {"open": open, "package": package}
