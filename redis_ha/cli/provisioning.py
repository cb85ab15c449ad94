"""Bring the nodes to what the inventory says, and see what that is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from redis_ha.cli import agreement, choices, progress
from redis_ha.cli.console import OUT, note, print_json, say, write_json
from redis_ha.cli.group import Group
from redis_ha.cli.option import Option
from redis_ha.cli.task import Options, environment_task
from redis_ha.errors import Unhealthy

if TYPE_CHECKING:
    from invoke.tasks import Task

    from redis_ha.nodes.environment import Environment
    from redis_ha.roles.role import Role

RECORD = "write the record of the steps to this file (- for stdout)"
OPTIONS: Options = {
    "check": "change nothing: say what would change, on which node, in which order",
    "in_place": "restart a master that needs it as such, in place of a switchover before it",
    "json": Option(RECORD, None, "none", "FILE"),
    "yes": agreement.YES,
}


def _every(environment: Environment) -> list[Role]:
    """Return the roles that can be had here; say why the others cannot."""
    from redis_ha.provision import selection

    chosen, missing = selection.divided(environment)
    for noun, why in missing.items():
        note(f"no {noun}: {why}")
    return chosen


def everything() -> Task[Any]:
    """Return the task that provisions every role."""
    return _task(
        "everything",
        """Bring every node to what the inventory says.

        Packages, files, services of every role; only what differs changes. Settings
        that a Redis takes while it runs are set there; for others it restarts, and
        a master hands over to another node before.
        """,
        _every,
    )


def of_role(name: str) -> Task[Any]:
    """Return the task that provisions one role, with those that share its script."""

    def chosen(_: Environment) -> list[Role]:
        from redis_ha.provision import selection

        return selection.together_with(name)

    return _task(name, f"Provision the role {name}; changes only what differs.", chosen)


def _task(name: str, says: str, chosen: Callable[[Environment], list[Role]]) -> Task[Any]:
    """Return a task that provisions the roles that are chosen when it runs."""

    def body(
        environment: Environment,
        check: bool = False,
        in_place: bool = False,
        json: str = "",
        yes: bool = False,
    ) -> None:
        _provision(
            environment,
            chosen(environment),
            check=check,
            in_place=in_place,
            json=json,
            yes=yes,
        )

    body.__name__ = name
    body.__doc__ = says
    return environment_task(Group.CHANGE, help=OPTIONS)(body)


def _provision(
    environment: Environment,
    chosen: Sequence[Role],
    *,
    check: bool,
    in_place: bool,
    json: str,
    yes: bool,
) -> None:
    """Hold the environment while it is provisioned; show the steps, and write them down."""
    from redis_ha.provision import provisioning

    environment.require_up()
    plan: list[str] = []
    with environment.changing():
        steps = progress.Steps()
        try:
            with steps:
                tell = plan.append if check else steps.tell
                provisioning.provision(
                    environment,
                    chosen,
                    steps.add,
                    tell,
                    is_check=check,
                    in_place=in_place,
                    agreed=agreement.asked(yes=yes),
                )
        finally:
            if json:
                write_json(json, steps.as_json())
    if json != "-":
        for line in [*plan, steps.summary]:
            say(line)


@environment_task(
    Group.LOOK,
    help={"node": Option("only this node's files", choices.NODES, "those of every node")},
    words=("node",),
)
def render(environment: Environment, node: str = "") -> None:
    """Print every file that is rendered, passwords masked."""
    from redis_ha.provision import configuration, topology
    from redis_ha.services import cluster

    environment.require_up()
    master = topology.current_master(environment, cluster.look(environment))
    for each in [environment.node(node)] if node else environment.nodes.values():
        for file in configuration.read(environment, each, master):
            OUT.print(f"# {each.name}: {file.path}", style="bold")
            say(environment.secrets.masked(file.text))


@environment_task(Group.LOOK, help={"json": "print the record instead"})
def diff(environment: Environment, json: bool = False) -> None:
    """Compare the nodes with what is rendered.

    Exit status 1 on drift.
    """
    from redis_ha.provision import drift

    environment.require_up()
    report = drift.examine(environment)
    if json:
        print_json(report.as_json())
    else:
        for line, style in report.lines():
            say(line, style=style)
    if report.drifted:
        raise Unhealthy(f"drift on {', '.join(report.drifted)}; `./inv provision` mends it")
