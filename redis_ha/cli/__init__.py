"""The operator's front door: Invoke tasks, each a few lines around one call of the library."""

from invoke.collection import Collection


def namespace() -> Collection:
    """Return every task by the name that people type."""
    from redis_ha.cli import (
        checks,
        commander,
        drills,
        engine,
        heal,
        judge,
        lifecycle,
        logs,
        nodes,
        provisioning,
        report,
        suites,
        vagrant,
    )

    top = Collection(
        lifecycle.up,
        lifecycle.down,
        lifecycle.status,
        lifecycle.doctor,
        lifecycle.reset_master,
        lifecycle.switchover,
        lifecycle.restart,
        heal.heal,
        lifecycle.upgrade,
        nodes.hosts,
        nodes.shell,
        nodes.run,
        provisioning.render,
        provisioning.diff,
        suites.benchmark,
        suites.write_and_read,
        suites.sentinel,
        drills.failover,
        drills.drill,
        judge.judge,
        checks.test,
        checks.ci,
    )
    groups = {
        "provision": {"redis": provisioning.redis, "commander": provisioning.commander},
        "commander": {"open": commander.open, "package": commander.package},
        "logs": {"redis": logs.redis, "sentinel": logs.sentinel, "commander": logs.commander},
        "report": {"make": report.make, "compare": report.compare},
        "engine": {"install": engine.install, "stop": engine.stop},
        "vagrant": {"install": vagrant.install, "box": vagrant.box, "machines": vagrant.machines},
    }
    for name, tasks in groups.items():
        top.add_collection(Collection(name, **tasks))
    top.collections["provision"].default = "redis"
    top.collections["report"].default = "make"
    return top
