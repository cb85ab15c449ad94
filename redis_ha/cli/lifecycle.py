"""Bring the environment up and down, and say how it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from redis_ha.cli import agreement, choices, progress, tables
from redis_ha.cli.console import note, print_json, say, verdict
from redis_ha.cli.group import Group
from redis_ha.cli.option import Option
from redis_ha.cli.task import environment_task

if TYPE_CHECKING:
    from redis_ha.nodes.environment import Environment
    from redis_ha.services.snapshot import Snapshot


@environment_task(
    Group.BRING_UP,
    help={"json": "print the record of status instead of tables", "yes": agreement.YES},
)
def up(environment: Environment, json: bool = False, yes: bool = False) -> None:
    """Bring everything up: nodes, Redis, Sentinels; checked.

    Safe to repeat: what is as the inventory says stays as it is.
    """
    from redis_ha import state
    from redis_ha.cli import seen
    from redis_ha.faults import leftovers
    from redis_ha.provision import provisioning
    from redis_ha.services import strangers

    with environment.changing(), progress.Steps() as steps:
        environment.provider.up(steps.tell)
        state.remember(environment.topology.name, environment.choice.name)
        leftovers.lift(environment, steps.tell)
        snapshot = provisioning.converge(environment, steps.add, steps.tell)
        environment.intents.forget()
        missing = provisioning.provision_optional(
            environment, steps.add, steps.tell, snapshot, agreement.asked(yes=yes)
        )
    note(steps.summary)
    for noun, why in _by_noun(missing).items():
        note(f"no {noun}: {why}")
    for problem in strangers.problems(snapshot):
        note(problem)
    if json:
        print_json(seen.of(environment, snapshot).as_json(environment))
    else:
        _show(environment, snapshot, missing)


def _by_noun(missing: Mapping[str, str]) -> dict[str, str]:
    """Return why each thing is not there; of roles that make one together the first tells."""
    from redis_ha import roles

    found: dict[str, str] = {}
    for name, why in missing.items():
        found.setdefault(roles.registry()[name].optional, why)
    return found


def _show(environment: Environment, snapshot: Snapshot, missing: Collection[str]) -> None:
    """Print that all is up, how it is, and what to do next."""
    verdict(f"{environment.topology.name} is up ({environment.choice.name})", good=True)
    tables.show_cluster(snapshot)
    there = _there(environment, missing)
    for name in there:
        for line in _ready(environment, name):
            say(line)
    say("Next:", style="bold")
    for command, why in _next(there):
        say(f"  ./inv {command:<16} {why}")


NEXT = (
    ("failover", "kill the master under a writer and see what it costs"),
    ("status --watch", "who is master, live"),
    ("logs.sentinel", "what the Sentinels say"),
    ("down", "stop the nodes; --purge removes them with their data"),
)


def _there(environment: Environment, missing: Collection[str]) -> list[str]:
    """Return the names of the roles that are there."""
    from redis_ha import roles

    return [
        name for name in roles.registry() if name not in missing and environment.nodes_with(name)
    ]


def _ready(environment: Environment, role: str) -> Iterator[str]:
    """Yield what a role has to say once it is up: where it is, who gets in."""
    from redis_ha import roles

    if own := roles.capability("cli", role, "ready"):
        yield from own(environment)


def _next(there: Collection[str]) -> list[tuple[str, str]]:
    """Return what to do next, with what the roles that are there have to offer."""
    from redis_ha import roles

    offered = [pair for name in there for pair in roles.capability("cli", name, "NEXT") or ()]
    return [*NEXT[:-1], *offered, NEXT[-1]]


@environment_task(
    Group.BRING_UP, help={"purge": "remove the nodes with all their data and passwords"}
)
def down(environment: Environment, purge: bool = False) -> None:
    """Stop the nodes; their data stays unless --purge."""
    from redis_ha import state
    from redis_ha.provision import hosts
    from redis_ha.services import keeping

    with environment.changing(), progress.spinner("stopping the nodes") as tell:
        if purge:
            hosts.forget(environment)
        elif environment.provider.is_up():
            keeping.before_a_stop(environment, tell)
        environment.provider.down(purge=purge, tell=tell)
        if purge:
            state.forget(environment.topology.name, environment.choice.name)
    say(f"{environment.topology.name} is {'gone' if purge else 'down'} ({environment.choice.name})")


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
    say(str(done))


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
            service.at_once(environment, tell)
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
