"""Provision the Redis nodes: packages and folders, then configuration and services.

Nodes are worked on side by side while nothing can be hurt: on the first run, and as long as
nothing is to be changed. A change on a running cluster goes node by node, the replicas before
the master, each back in its place before the next.
"""

from collections.abc import Collection, Mapping
from contextlib import suppress

from redis_ha.errors import TimedOut
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each
from redis_ha.provision import configuration, steps
from redis_ha.provision.configuration import File
from redis_ha.provision.steps import OnStep
from redis_ha.provision.topology import current_master
from redis_ha.services import cluster, health, servers, settling
from redis_ha.services.settling import SETTLE_S
from redis_ha.services.snapshot import Snapshot
from redis_ha.wait import wait_until

CALM_S = 15
"""How long a failover may go on: a Sentinel demotes an old master within 10 s."""

Plan = Mapping[str, list[File]]


def provision(environment: Environment, on_step: OnStep) -> None:
    """Bring every node to what the inventory says; who is master stays as it is.

    Raises:
        WrongPassword: a server refuses this environment's password; nothing was touched.
        TooOld: a node's server is; where it runs nothing was touched, else it is not started.
        CommandFailed: a script failed; the next run goes on from there.
    """
    seen = cluster.look(environment)  # a wrong password is found before anything is touched
    servers.require_supported(environment, seen.versions)
    nodes = [node for node in environment.nodes.values() if node.spec.processes]
    each(nodes, lambda node: _prepare(node, on_step))
    servers.require_supported(environment, servers.installed(environment, seen))
    snapshot = _calm(environment)  # only now: packages take long enough for a failover
    master = current_master(environment, snapshot)
    plan = each(nodes, lambda node: configuration.read(environment, node, master))
    down = {view.name for view in snapshot.nodes if view.role == "down"}
    for batch in batches(plan, master, running=bool(snapshot.masters), down=down):
        chosen = [environment.nodes[name] for name in batch]
        each(chosen, lambda node: _configure(node, plan[node.name], on_step))
        if len(batch) < len(nodes):
            _settle(environment, batch)


def _calm(environment: Environment) -> Snapshot:
    """Let a failover that is under way end: the Sentinels still write to the nodes' files."""
    with suppress(TimedOut):
        return wait_until(
            lambda: cluster.look(environment),
            accept=_is_calm,
            what="no failover is under way",
            timeout_s=CALM_S,
        )
    return cluster.look(environment)


def converge(environment: Environment, on_step: OnStep) -> Snapshot:
    """Provision nodes that run, and return what the cluster is like when it is healthy.

    Raises:
        RedisHaError: a script failed, or a password is refused.
        TimedOut: everything runs and is not healthy all the same.
    """
    provision(environment, on_step)
    return settling.wait_healthy(environment)


def _is_calm(snapshot: Snapshot) -> bool:
    all_run = all(view.role != "down" for view in snapshot.nodes)
    return (
        health.is_healthy(snapshot)
        or snapshot.named_master() is None  # no Sentinel that could do anything
        or (health.is_agreed(snapshot) and not all_run)
    )


def batches(
    plan: Plan, master: str, *, running: bool, down: Collection[str] = ()
) -> list[list[str]]:
    """Return the nodes in the order to configure them, those side by side in one list.

    Args:
        running: whether there is a master that runs.
        down: the nodes whose Redis does not run: they come first, the others wait for them.
    """
    changed = [name for name, files in plan.items() if any(f.text != f.current for f in files)]
    if not running or not changed:
        return [list(plan)]
    harmless = [name for name in plan if name not in changed or name in down]
    in_turn = sorted((name for name in changed if name not in down), key=lambda it: it == master)
    return [*([harmless] if harmless else []), *([name] for name in in_turn)]


def _prepare(node: Node, on_step: OnStep) -> None:
    with node.upload(steps.scripts()) as folder:
        steps.run(node, f"{folder}/provision/redis/1-provision.sh", node.provision_flags(), on_step)


def _configure(node: Node, files: list[File], on_step: OnStep) -> None:
    with node.upload({**steps.scripts(), **configuration.as_upload(files)}) as folder:
        flags = (
            *("--files", f"{folder}/rendered", "--processes", ",".join(node.spec.processes)),
            *node.provision_flags(),
            *node.service_flags(),
        )
        steps.run(node, f"{folder}/provision/redis/2-configure.sh", flags, on_step)


def _settle(environment: Environment, names: list[str]) -> None:
    """Wait until the nodes that were restarted are back in their places."""

    def back(snapshot: Snapshot) -> bool:
        views = [view for view in snapshot.nodes if view.name in names]
        sentinels = [view for view in snapshot.sentinels if view.node in names]
        return all(view.role == "master" or view.is_in_sync for view in views) and all(
            view.quorum_ok for view in sentinels
        )

    wait_until(
        lambda: cluster.look(environment),
        accept=back,
        show=lambda snapshot: "; ".join(health.problems(snapshot)) or "healthy",
        what=f"{', '.join(names)} back after its restart",
        timeout_s=SETTLE_S,
    )
