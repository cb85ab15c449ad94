"""The settings of an environment, as the inventory says and as the nodes have them."""

from collections.abc import Iterator

from redis_ha import roles
from redis_ha.checkers import configuration as rules
from redis_ha.checkers import limits
from redis_ha.checkers.configuration import Finding, Severity
from redis_ha.checkers.configuration.reading import Texts, read
from redis_ha.errors import RedisHaError
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each, outcomes
from redis_ha.provision import configuration, runtime
from redis_ha.services import running
from redis_ha.services.snapshot import Snapshot


def examine(environment: Environment, seen: Snapshot | None) -> list[Finding]:
    """Return what the rules say of the inventory, and of the nodes where they run.

    Args:
        seen: the cluster, None where it does not run.
    """
    topology = environment.topology
    said = {"inventory": rules.findings(read(topology, configuration.planned(topology)))}
    if seen:
        texts, missing = _held(environment)
        changed = runtime.deviations(environment, seen)
        said["nodes"] = [
            *(rules.findings(read(topology, texts)) if texts and not missing else missing),
            *_of_processes(environment),
            *limits.findings({view.name: view.info for view in seen.nodes if view.info}),
            *_of_roles(environment),
        ]
        if texts and changed and not missing:
            found = rules.findings(read(topology, runtime.overlaid(texts, changed)))
            known = {*said["inventory"], *said["nodes"]}
            said["run time"] = [each for each in found if each not in known]
    return rules.together(said)


def _of_processes(environment: Environment) -> list[Finding]:
    """Say which processes do not run, as far as no Redis and no Sentinel tells it."""
    return [
        Finding(
            view.process,
            Severity.WRONG,
            f"{view.state} on {view.node}",
            f"`./inv provision.{view.role}`",
            f"the role {view.role} needs it",
        )
        for view in running.look(environment)
        if view.problem
    ]


def _of_roles(environment: Environment) -> Iterator[Finding]:
    """Say what the nodes of a role have set by themselves that does not go with the inventory."""
    for name in roles.registry():
        ask = roles.capability("services", name, "found_on")
        judge = roles.capability("checkers/configuration", name, "findings_on")
        if ask and judge:
            told = outcomes(environment.nodes_with(name), ask)
            known = {on: it for on, it in told.items() if not isinstance(it, RedisHaError)}
            yield from judge(environment.topology, known)


def _held(environment: Environment) -> tuple[Texts, list[Finding]]:
    """Return the configuration files of all nodes, none where they are not provisioned yet.

    And what is wrong where not all of them can be read: then there is nothing to judge.
    """
    try:
        held = each(environment.nodes.values(), configuration.held)
    except RedisHaError as error:
        return {}, [Finding("nodes", Severity.NOTE, "not read", "`./inv status`", str(error))]
    texts = {
        name: {process: text for process, text in files.items() if text is not None}
        for name, files in held.items()
    }
    missing = [name for name, files in held.items() if len(texts[name]) < len(files)]
    if not any(texts.values()):
        return {}, []
    why = "a process there has no configuration file"
    now = f"missing on {', '.join(missing)}"
    wrong = Finding("files", Severity.WRONG, now, "`./inv provision`", why)
    return texts, [wrong] if missing else []
