"""Addresses, shells and commands of the nodes."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from redis_ha.cli import choices
from redis_ha.cli.console import OUT, say
from redis_ha.cli.group import Group
from redis_ha.cli.option import Option
from redis_ha.cli.task import environment_task
from redis_ha.errors import RedisHaError, Unhealthy
from redis_ha.printable import printable

if TYPE_CHECKING:
    from redis_ha.nodes.environment import Environment


@environment_task(
    Group.BRING_UP, help={"local": "also into this machine's hosts file (needs root)"}
)
def hosts(environment: Environment, local: bool = False) -> None:
    """Print the nodes' addresses; keep them in hosts files."""
    from redis_ha.provision import hosts as library

    environment.require_up()
    for line in library.lines(environment):
        say(line)
    for where in library.write(environment, local=local):
        OUT.print(f"[dim]written on {where}[/dim]")


@environment_task(
    Group.LOOK, help={"node": Option("the node", choices.NODES, "the first one")}, words=("node",)
)
def shell(environment: Environment, node: str = "") -> None:
    """Open a shell on a node."""
    chosen = environment.node(node or environment.topology.nodes[0].name)
    environment.require_up()
    command = chosen.command_line()
    try:
        os.execvp(command[0], command)  # noqa: S606 - the shell replaces this process
    except FileNotFoundError:
        raise RedisHaError(f"`{command[0]}` is not installed here") from None


@environment_task(
    Group.LOOK, help={"node": Option("only on this node", choices.NODES, "on every one")}
)
def run(environment: Environment, node: str = "") -> None:
    """Run what follows `--` on the nodes: `run -- uptime`."""
    from redis_ha.nodes.group import outcomes

    words = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []
    if not words:
        raise RedisHaError("no command; write it after `--`, for example: run -- uptime")
    chosen = [environment.node(node)] if node else list(environment.nodes.values())
    environment.require_up()
    failed = []
    for name, result in outcomes(chosen, lambda each: each.run(*words, check=False)).items():
        if isinstance(result, RedisHaError):
            raise result
        for line in (result.stdout + result.stderr).splitlines():
            OUT.print(f"[bold]{name:>8}[/bold] │ ", end="")
            OUT.print(printable(line, kept="\t"), markup=False)
        if not result.ok:
            failed.append(f"{name} (status {result.status})")
    if failed:
        raise Unhealthy(f"`{' '.join(words)}` failed on {', '.join(failed)}")
