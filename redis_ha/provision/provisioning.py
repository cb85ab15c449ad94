"""Bring nodes to what the inventory says: packages, files, processes; only what differs changes.

Nodes are worked on side by side while nothing can be hurt: on the first run, and as long as
nothing is to be changed. A change on a running cluster goes node by node, the replicas before
the master, each back in its place before the next.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from redis_ha.errors import NotAgreed, NotApplicable, RedisHaError
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each
from redis_ha.providers import Tell, nobody
from redis_ha.provision import (
    configuration,
    live,
    live_sentinel,
    rights,
    selection,
    trial,
    unmanaged,
)
from redis_ha.provision.configuration import NodeFile
from redis_ha.provision.plan import Stage, Work, stages
from redis_ha.provision.run import Run
from redis_ha.provision.selection import Agreed, nobody_agrees
from redis_ha.provision.steps import OnStep, Step
from redis_ha.provision.topology import current_master
from redis_ha.roles.role import CONFIGURE, Role
from redis_ha.services import cluster, forgetting, keeping, servers, settling, stopped, switchover
from redis_ha.services.health import is_agreed, is_stuck, is_whole, problems
from redis_ha.services.settling import SETTLE_S, wait_healthy
from redis_ha.services.snapshot import Snapshot
from redis_ha.wait import now_s, wait_until

KEPT = "memory"
"""The step in which servers write down what they have only in memory."""
CALM_S = 15
"""How long a failover may go on: a Sentinel demotes an old master within 10 s."""


def provision(
    environment: Environment,
    chosen: Sequence[Role],
    on_step: OnStep,
    tell: Tell = nobody,
    *,
    is_check: bool = False,
    in_place: bool = False,
    seen: Snapshot | None = None,
    agreed: Agreed = nobody_agrees,
) -> Snapshot | None:
    """Bring the nodes of these roles to what the inventory says.

    What servers take while they run is set there. Who is master stays as it is, unless it needs a
    restart: then another node is made master first.

    Args:
        is_check: change nothing, and tell what would change in which order.
        in_place: restart a master as such; writers wait until it has read its data.
        seen: the cluster as it was asked last, where nothing has changed since.
        agreed: asks people about what a change takes from them; a check asks nobody.

    Returns:
        The cluster as it was asked last, None where something has changed since.

    Raises:
        NotApplicable: an optional role cannot be had here.
        NotAgreed: people do not agree; nothing was touched.
        WrongPassword: a server refuses this environment's password; nothing was touched.
        TooOld: a node's server is; where it runs nothing was touched, else it is not started.
        CommandFailed: a script failed; the next run goes on from there.
        TimedOut: a node did not come back after its change.
    """
    for role in chosen:
        if role.optional and (why := selection.obstacle(environment, role)):
            raise NotApplicable(why)
        if not is_check:
            selection.require_consent(environment, role, agreed)
    # A wrong password is found before anything is touched.
    snapshot = seen or cluster.look(environment)
    servers.require_supported(environment, snapshot.versions)
    run = Run(
        environment=environment,
        chosen=chosen,
        on_step=on_step,
        tell=tell,
        is_check=is_check,
        in_place=in_place,
    )
    run.prepare()
    servers.require_supported(environment, servers.installed(environment, snapshot))
    # Only now: packages take long enough for a failover.
    snapshot = calm(environment, None if run.has_changed else snapshot)
    rights.give_back(run, snapshot)
    _carry_out(run, snapshot)
    return None if run.has_changed else snapshot


def converge(environment: Environment, on_step: OnStep, tell: Tell = nobody) -> Snapshot:
    """Provision what all needs, and return what the cluster is like when it is healthy.

    Strangers that are gone are forgotten then; one that lives is left alone.

    Raises:
        RedisHaError: a script failed, or a password is refused.
        TimedOut: everything runs and is not healthy all the same.
    """
    seen = provision(environment, selection.required(), on_step)
    return forgetting.run(environment, wait_healthy(environment, seen=seen), tell)


def provision_optional(
    environment: Environment,
    on_step: OnStep,
    tell: Tell,
    seen: Snapshot,
    agreed: Agreed = nobody_agrees,
) -> dict[str, str]:
    """Provision the roles that all else can do without; say by its name why one is not there.

    Raises:
        NotAgreed: people do not agree to what a change of one takes from them.
    """
    missing = {}
    for role in selection.optional(environment):
        try:
            provision(environment, [role], on_step, tell, seen=seen, agreed=agreed)
        except NotAgreed:
            raise
        except RedisHaError as error:
            missing[role.name] = f"{error}; `./inv provision.{role.name}` tries again"
    return missing


def calm(environment: Environment, seen: Snapshot | None) -> Snapshot:
    """Let a failover that is under way end: the Sentinels still write to the nodes' files."""
    return settling.until(environment, _is_calm, CALM_S, seen=seen)


def _is_calm(snapshot: Snapshot) -> bool:
    return (
        is_whole(snapshot)
        or snapshot.named_master() is None  # no Sentinel that could do anything
        or (is_agreed(snapshot) and _is_broken(snapshot))
        or (is_stuck(snapshot) and _is_watched(snapshot))
    )


def _is_watched(snapshot: Snapshot) -> bool:
    """Say whether the Sentinels find nothing wrong with one and the same master."""
    told = [view for view in snapshot.sentinels if not view.error]
    return len({view.master for view in told}) == 1 and all(
        view.master_seen and view.master_seen.is_usable for view in told
    )


def _is_broken(snapshot: Snapshot) -> bool:
    """Say whether no failover will mend it: a node is down, or a server needs a change."""
    return is_stuck(snapshot) or any(view.is_down for view in snapshot.nodes)


def _carry_out(run: Run, snapshot: Snapshot) -> None:
    """Work through the stages, each back in its place before the next."""
    master = current_master(run.environment, snapshot)
    found = each(run.nodes, lambda node: _read(run, node, master))
    trial.run(run, found)
    held = each(run.nodes, lambda node: _held(run, node, master, found[node.name]))
    read = live.apply(run, snapshot, held, master)
    read = live_sentinel.apply(run, snapshot, read, master)
    in_order = stages(
        _works(run, read, master),
        master,
        running=bool(snapshot.masters),
        down={view.name for view in snapshot.nodes if view.is_down},
    )
    for number, stage in enumerate(in_order, 1):
        for line in stage.lines() if run.is_check else ():
            run.tell(f"{number}. {line}")
        run.carry_out(_handed_over(run, stage))
        if stage.waits and not run.is_check:
            _settle(run.environment, stage.nodes)


def _read(run: Run, node: Node, master: str) -> list[NodeFile]:
    return configuration.read(run.environment, node, master, run.chosen)


def _held(run: Run, node: Node, master: str, files: list[NodeFile]) -> list[NodeFile]:
    """Return the files of a node with what its servers had only in memory, before a change."""
    if run.is_check or not any(file.stops for file in files):
        return files
    start_s = now_s()
    if keeping.keep(run.environment, node, run.tell):
        run.on_step(Step(node.name, KEPT, "changed", now_s() - start_s))
        run.has_changed = True
    return _read(run, node, master)


def _handed_over(run: Run, stage: Stage) -> Stage:
    """Make another node master before the master is restarted; return what is to be done then."""
    if not stage.hands_over or run.in_place or run.is_check:
        return stage
    try:
        done = switchover.run(run.environment)
    except RedisHaError as error:
        run.tell(f"{stage.nodes[0]} is restarted as master: {error}")
        return stage
    run.tell(f"{done}; {done.old_master} is restarted as a replica")
    works = []
    for work in stage.works:
        node, own = run.environment.nodes[work.node], work.roles
        files = configuration.read(run.environment, node, done.new_master, own)
        kept = tuple(unmanaged.carried(work.files, files))
        works.append(replace(work, files=kept, is_master=False))
    return replace(stage, works=tuple(works))


def _works(run: Run, read: Mapping[str, list[NodeFile]], master: str) -> Iterator[Work]:
    """Yield what is to be done on each node, the roles that share a script together."""
    for group in _groups(run.chosen):
        for node in run.nodes:
            if own := tuple(role for role in group if role.is_on(node.spec)):
                yield Work(
                    node.name,
                    own,
                    node.processes.of(*(role.name for role in own)).names,
                    tuple(file for file in read[node.name] if file.wanted.role in own),
                    is_master=node.name == master,
                )


def _groups(chosen: Sequence[Role]) -> list[tuple[Role, ...]]:
    """Return the roles by the script that they share, those that have nothing to do left out."""
    busy = [role for role in chosen if role.files or role.has_processes]
    scripts = dict.fromkeys(role.configure for role in busy if role.configure != CONFIGURE)
    return [
        *(tuple(role for role in busy if role.configure == script) for script in scripts),
        *((role,) for role in busy if role.configure == CONFIGURE),
    ]


def _settle(environment: Environment, names: list[str]) -> None:
    """Wait until the nodes that were restarted are back in their places."""

    def is_back(snapshot: Snapshot) -> bool:
        views = [view for view in snapshot.nodes if view.name in names]
        sentinels = [view for view in snapshot.sentinels if view.node in names]
        return all(view.role == "master" or view.is_in_sync for view in views) and all(
            view.quorum_ok for view in sentinels
        )

    wait_until(
        lambda: cluster.look(environment),
        accept=is_back,
        show=lambda snapshot: "; ".join(
            [*problems(snapshot), *stopped.reasons(environment, snapshot)] or ["healthy"]
        ),
        what=f"{', '.join(names)} in sync again",
        timeout_s=SETTLE_S,
    )
