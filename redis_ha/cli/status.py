"""How the environment is: once, or every second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redis_ha.cli import tables
from redis_ha.cli.console import print_json, say, show, verdict
from redis_ha.cli.group import Group
from redis_ha.cli.task import environment_task
from redis_ha.errors import Unhealthy

if TYPE_CHECKING:
    from redis_ha.cli.seen import Seen
    from redis_ha.nodes.environment import Environment


@environment_task(
    Group.LOOK,
    help={
        "json": "print the record instead of tables; with --watch one line for each look",
        "watch": "look again every second, until Ctrl-C; below the tables the last ten changes",
    },
)
def status(environment: Environment, json: bool = False, watch: bool = False) -> None:
    """Show who is master, who follows, what Sentinels see.

    Exit status 1 when not healthy.
    """
    from redis_ha.cli import seen, watching

    if watch:
        watching.run(environment, json=json)
        return
    found = seen.look(environment)
    if json:
        print_json(found.as_json(environment))
    else:
        _show(found)
    if found.problems:
        hint = "" if found.is_up else "; not every node runs: bring it up with `./inv up`"
        raise Unhealthy(f"{found.verdict}{hint}")


def _show(found: Seen) -> None:
    from redis_ha.cli import seen

    verdict(found.verdict, good=not found.problems)
    for line in seen.explained(found.snapshot):
        say(line)
    for line in found.left:
        say(f"{line}; `./inv up` puts it back")
    for line in found.changed:
        say(f"{line}; `./inv provision` sets it right")
    tables.show_cluster(found.snapshot)
    if found.views:
        show(tables.processes(found.views))
