"""The settings of an environment, as the inventory says and as the nodes have them."""

from redis_ha.checkers import configuration as rules
from redis_ha.checkers import limits
from redis_ha.checkers.configuration import Finding, Severity
from redis_ha.checkers.configuration.reading import Texts, read
from redis_ha.errors import RedisHaError
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each, outcomes
from redis_ha.provision import configuration
from redis_ha.services import answers, running
from redis_ha.services.answers import Answers
from redis_ha.services.client import redis_of


def examine(environment: Environment) -> list[Finding]:
    """Return what the rules say of the inventory, and of the nodes where they run."""
    topology = environment.topology
    said = {"inventory": rules.findings(read(topology, configuration.planned(topology)))}
    if _is_up(environment):
        said["nodes"] = [
            *_of_nodes(environment),
            *_of_processes(environment),
            *_of_limits(environment),
        ]
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


def _of_nodes(environment: Environment) -> list[Finding]:
    try:
        held = each(environment.nodes.values(), configuration.held)
    except RedisHaError as error:
        return [Finding("nodes", Severity.NOTE, "not read", "`./inv status`", str(error))]
    texts: Texts = {
        name: {process: text for process, text in files.items() if text is not None}
        for name, files in held.items()
    }
    missing = [name for name, files in held.items() if len(texts[name]) < len(files)]
    if not missing:
        return rules.findings(read(environment.topology, texts))
    if not any(texts.values()):
        return []  # they run and are not provisioned yet
    why = "a process there has no configuration file"
    now = f"missing on {', '.join(missing)}"
    return [Finding("files", Severity.WRONG, now, "`./inv provision`", why)]
