"""The settings of an environment, as the inventory says and as the nodes have them."""

from redis_ha.checkers import configuration as rules
from redis_ha.checkers import limits
from redis_ha.checkers.configuration import Finding, Severity
from redis_ha.checkers.configuration.reading import Texts, read
from redis_ha.checkers.configuration.web import socket_timeouts
from redis_ha.errors import RedisHaError
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each, outcomes
from redis_ha.provision import configuration, runtime
from redis_ha.services import answers, cluster, running, web
from redis_ha.services.answers import Answers
from redis_ha.services.client import redis_of


def examine(environment: Environment) -> list[Finding]:
    """Return what the rules say of the inventory, and of the nodes where they run."""
    topology = environment.topology
    said = {"inventory": rules.findings(read(topology, configuration.planned(topology)))}
    if _is_up(environment):
        texts, missing = _held(environment)
        changed = runtime.deviations(environment, cluster.look(environment))
        said["nodes"] = [
            *(rules.findings(read(topology, texts)) if texts and not missing else missing),
            *_of_processes(environment),
            *_of_limits(environment),
            *_of_php(environment),
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


def _of_php(environment: Environment) -> list[Finding]:
    """Say what PHP's own settings on the web nodes do not go with."""
    told = outcomes(environment.nodes_with("web"), web.socket_timeout_s)
    seconds = {name: it for name, it in told.items() if isinstance(it, int)}
    return list(socket_timeouts(environment.topology, seconds))


def _of_limits(environment: Environment) -> list[Finding]:
    """Say which limits the servers that answer are near; `./inv status` names the others."""

    def ask(node: Node) -> Answers:
        with redis_of(environment, node) as client:
            return answers.ask(client)

    told = outcomes(environment.redis_nodes, ask)
    return limits.findings({name: it for name, it in told.items() if isinstance(it, Answers)})


def _is_up(environment: Environment) -> bool:
    try:
        return environment.provider.is_up()
    except RedisHaError:  # no engine: the doctor says so among the programs
        return False


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
