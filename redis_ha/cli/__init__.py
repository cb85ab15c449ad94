"""The operator's front door: Invoke tasks, each a few lines around one call of the library."""

from collections.abc import Callable
from typing import Any

from invoke.collection import Collection
from invoke.tasks import Task

from redis_ha import roles


def namespace() -> Collection:
    """Return every task by the name that people type."""
    from redis_ha.cli import (
        checks,
        doctor,
        drills,
        engine,
        events,
        heal,
        judge,
        lifecycle,
        logs,
        memory,
        nodes,
        provisioning,
        report,
        schema,
        status,
        suites,
        vagrant,
    )

    top = Collection(
        lifecycle.up,
        lifecycle.down,
        status.status,
        doctor.doctor,
        lifecycle.switchover,
        lifecycle.restart,
        lifecycle.upgrade,
        heal.heal,
        lifecycle.reset_master,
        nodes.hosts,
        events.events,
        memory.memory,
        provisioning.diff,
        provisioning.render,
        nodes.shell,
        nodes.run,
        drills.failover,
        drills.drill,
        suites.sentinel,
        suites.write_and_read,
        suites.benchmark,
        judge.judge,
        checks.test,
        checks.ci,
        schema.schema,
    )
    groups: dict[str, dict[str, Task[Any]]] = {
        "provision": {"all": provisioning.everything(), **each_role(provisioning.of_role)},
        "logs": each_role(logs.of_role),
        "report": {"make": report.make, "compare": report.compare},
        "engine": {"install": engine.install, "stop": engine.stop},
        "vagrant": {"install": vagrant.install, "box": vagrant.box, "machines": vagrant.machines},
        **own_tasks(),
    }
    for name, tasks in groups.items():
        top.add_collection(Collection(name, **tasks))
    top.collections["provision"].default = "all"
    top.collections["report"].default = "make"
    return top


def each_role(make: Callable[[str], Task[Any]]) -> dict[str, Task[Any]]:
    """Return a task for every role, by the names alone: what a role is takes time to read."""
    return {name: make(name) for name in roles.names()}


def own_tasks() -> dict[str, dict[str, Task[Any]]]:
    """Return the tasks that roles have of their own, which their modules of this layer name."""
    found = {name: roles.capability("cli", name, "TASKS") for name in roles.names()}
    return {name: tasks for name, tasks in found.items() if tasks}
