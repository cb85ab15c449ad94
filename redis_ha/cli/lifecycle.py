"""Bring the environment up and down, and say how it is."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from redis_ha.cli import choices, progress, tables
from redis_ha.cli.console import ERR, note, print_json, say, show
from redis_ha.cli.group import Group
from redis_ha.cli.option import Option
from redis_ha.cli.task import environment_task
from redis_ha.errors import Unhealthy

if TYPE_CHECKING:
    from redis_ha.nodes.environment import Environment
    from redis_ha.services.running import View
    from redis_ha.services.snapshot import Snapshot

WATCH_S = 1.0


@environment_task(Group.BRING_UP)
def up(environment: Environment) -> None:
    """Bring everything up: nodes, Redis, Sentinels; checked.

    Safe to repeat: what is as the inventory says stays as it is.
    """
    from redis_ha import state
    from redis_ha.provision import provisioning

    with environment.changing(), progress.Steps() as steps:
        environment.provider.up(steps.tell)
        state.remember(environment.topology.name, environment.choice.name)
        snapshot = provisioning.converge(environment, steps.add)
        missing = provisioning.provision_optional(environment, steps.add, steps.tell, snapshot)
    note(steps.summary)
    show(tables.status(snapshot))
    show(tables.sentinels(snapshot))
    for noun, why in missing.items():
        note(f"no {noun}: {why}")
    say(f"{environment.topology.name} is up ({environment.choice.name}). Next:", style="bold")
    for command, why in _next(environment, missing):
        say(f"  ./inv {command:<16} {why}")


NEXT = (
    ("failover", "kill the master under a writer and see what it costs"),
    ("status --watch", "who is master, live"),
    ("logs.sentinel", "what the Sentinels say"),
    ("down", "stop the nodes; --purge removes them with their data"),
)


def _next(environment: Environment, missing: Collection[str]) -> list[tuple[str, str]]:
    """Return what to do next, with what the roles that are there have to offer."""
    from redis_ha import roles

    there = [role for role in roles.registry().values() if role.optional not in missing]
    names = [role.name for role in there if environment.nodes_with(role.name)]
    offered = [pair for name in names for pair in roles.capability("cli", name, "NEXT") or ()]
    return [*NEXT[:-1], *offered, NEXT[-1]]


@environment_task(
    Group.BRING_UP, help={"purge": "remove the nodes with all their data and passwords"}
)
def down(environment: Environment, purge: bool = False) -> None:
    """Stop the nodes; their data stays unless --purge."""
    from redis_ha import state
    from redis_ha.provision import hosts

    with environment.changing(), progress.spinner("stopping the nodes"):
        if purge:
            hosts.forget(environment)
        environment.provider.down(purge=purge)
        if purge:
            state.forget(environment.topology.name, environment.choice.name)
    say(f"{environment.topology.name} is {'gone' if purge else 'down'} ({environment.choice.name})")


@environment_task(
    Group.LOOK,
    help={"json": "print the record instead of tables", "watch": "look again every second"},
)
def status(environment: Environment, json: bool = False, watch: bool = False) -> None:
    """Show who is master, who follows, what Sentinels see.

    Exit status 1 when not healthy.
    """
    from redis_ha.services import cluster, health, running

    if watch:
        _watch(environment)
        return
    is_up = environment.provider.is_up()
    snapshot = cluster.look(environment)
    views = running.look(environment) if is_up else []
    if json:
        choice = {"provider": environment.choice.name, "inventory": environment.topology.name}
        print_json({**choice, **status_record(snapshot, views)})
    else:
        show(tables.status(snapshot))
        show(tables.sentinels(snapshot))
        if views:
            show(tables.processes(views))
    if problems := [*health.problems(snapshot), *running.problems(views)]:
        hint = "" if is_up else "; not every node runs: bring it up with `./inv up`"
        raise Unhealthy(f"not healthy: {'; '.join(problems)}{hint}")
    if not json:
        say("healthy", style="green")


def status_record(snapshot: Snapshot, views: list[View]) -> dict[str, Any]:
    """Return the record of the cluster, and of what runs besides."""
    from redis_ha.services import health, running

    problems = [*health.problems(snapshot), *running.problems(views)]
    more = {"healthy": not problems, "problems": problems}
    return {**health.as_json(snapshot), **more, "processes": [each.as_json() for each in views]}


def _watch(environment: Environment) -> None:
    from rich.console import Group
    from rich.live import Live
    from rich.text import Text

    from redis_ha.cli.console import OUT
    from redis_ha.services import cluster, health
    from redis_ha.wait import ticks

    note("Ctrl-C ends this")
    with Live(console=OUT, auto_refresh=False) as live:
        try:
            for _ in ticks(WATCH_S):
                snapshot = cluster.look(environment)
                problems = "\n".join(health.problems(snapshot))
                verdict = Text(problems or "healthy", style="red" if problems else "green")
                tables_of_now = tables.status(snapshot), tables.sentinels(snapshot)
                live.update(Group(*tables_of_now, verdict), refresh=True)
        except KeyboardInterrupt:
            return


@environment_task(Group.MEND)
def reset_master(environment: Environment) -> None:
    """Make the preferred node (lowest priority) master again."""
    from redis_ha.suites import reset_master as suite

    with environment.changing(), progress.spinner("a switchover to the preferred node"):
        moved = suite.run(environment)
    say(moved)


@environment_task(
    Group.CHANGE,
    help={
        "to": Option(
            "the node that becomes master",
            choices.REDIS_NODES,
            "the one that Sentinel prefers",
            "NODE",
        )
    },
    words=("to",),
)
def switchover(environment: Environment, to: str = "") -> None:
    """Change the master as planned, losing no write."""
    from redis_ha.services import switchover as service

    environment.require_up()
    chosen = environment.node(to).name if to else None
    with environment.changing(), progress.spinner("switchover"):
        done = service.run(environment, chosen)
    say(f"{done.new_master} is master, it was {done.old_master}; writers held {done.held_s:.2f} s")


@environment_task(
    Group.CHANGE,
    help={"rolling": "one node at a time, the master last and without losing a write"},
)
def restart(environment: Environment, rolling: bool = False) -> None:
    """Restart every Redis and Sentinel."""
    from redis_ha.services import restart as service

    environment.require_up()
    with environment.changing(), progress.spinner("restarting") as tell:
        if rolling:
            service.in_turn(environment, tell)
        else:
            service.at_once(environment)
    say("restarted")


@environment_task(Group.CHANGE)
def upgrade(environment: Environment) -> None:
    """Install newer Redis packages, node by node.

    The master comes last, after a switchover: no acknowledged write is lost.
    """
    from redis_ha.provision import upgrade as packages

    packages.require_packages(environment)
    environment.require_up()
    with environment.changing():
        with progress.spinner("looking for newer packages"):
            todo = packages.pending(environment)
        for node, found in todo.items():
            say(f"{node}: {found}")
        with progress.Steps() as steps:
            packages.run(environment, todo, steps.add, steps.tell)
    say(f"upgraded: {', '.join(todo)}" if todo else "nothing to do: every package is the newest")


@environment_task(Group.BRING_UP, help={"json": "print the findings as JSON"})
def doctor(environment: Environment, json: bool = False) -> None:
    """Say what this machine lacks, and what is set unwisely.

    Beside each setting stands what is better.
    Exit status 1 when something is missing or wrong.
    """
    from redis_ha.suites import doctor as machine
    from redis_ha.suites import settings

    required, unwise = machine.examine(environment), settings.examine(environment)
    if json:
        print_json([each.as_json() for each in required] + [each.as_json() for each in unwise])
    else:
        show(tables.requirements(required))
        show(tables.settings(unwise))
    missing = [f"missing: {each.name}" for each in required if each.is_blocking]
    wrong = [f"wrong: {each.setting} {each.now}" for each in unwise if each.wrong]
    if missing or wrong:
        raise Unhealthy("; ".join([*missing, *wrong]))
    ERR.print("nothing is missing, no setting is wrong", style="green")
