"""The operator's front door: Invoke tasks, each a few lines around one call of the library."""

from collections.abc import Callable, Iterator
from typing import Any

from invoke.collection import Collection
from invoke.tasks import Task

from redis_ha import roles


def namespace() -> Collection:
    """Return every task by the name that people type."""
    top = Collection(*_tasks())
    for name, tasks in {**_groups(), **own_tasks()}.items():
        top.add_collection(Collection(name, **tasks))
    top.collections["provision"].default = "all"
    top.collections["report"].default = "make"
    return top


def _tasks() -> Iterator[Task[Any]]:
    """Yield the tasks whose name is one word."""
    from redis_ha.cli import (
        checks,
        doctor,
        drills,
        events,
        heal,
        judge,
        lifecycle,
        memory,
        nodes,
        provisioning,
        schema,
        status,
        suites,
    )

    yield from (lifecycle.up, lifecycle.down, status.status, doctor.doctor)
    yield from (lifecycle.switchover, lifecycle.restart, lifecycle.upgrade)
    yield from (heal.heal, lifecycle.reset_master, nodes.hosts, events.events, memory.memory)
    yield from (provisioning.diff, provisioning.render, nodes.shell, nodes.run)
    yield from (drills.failover, drills.drill)
    yield from (suites.sentinel, suites.write_and_read, suites.benchmark, judge.judge)
    yield from (checks.test, checks.ci, schema.schema)


def _groups() -> dict[str, dict[str, Task[Any]]]:
    """Return the others by the first word of their name, then by the second."""
    from redis_ha.cli import engine, logs, provisioning, report, vagrant

    return {
        "provision": {"all": provisioning.everything(), **each_role(provisioning.of_role)},
        "logs": each_role(logs.of_role),
        "report": {"make": report.make, "compare": report.compare},
        "engine": {"install": engine.install, "stop": engine.stop},
        "vagrant": {"install": vagrant.install, "box": vagrant.box, "machines": vagrant.machines},
    }


def each_role(make: Callable[[str], Task[Any]]) -> dict[str, Task[Any]]:
    """Return a task for every role, by the names alone: what a role is takes time to read."""
    return {name: make(name) for name in roles.names()}


def own_tasks() -> dict[str, dict[str, Task[Any]]]:
    """Return the tasks that roles have of their own, which their modules of this layer name."""
    found = {name: roles.capability("cli", name, "TASKS") for name in roles.names()}
    return {name: tasks for name, tasks in found.items() if tasks}
