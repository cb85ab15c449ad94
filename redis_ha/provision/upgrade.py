"""Newer packages on the Redis nodes, one node at a time, without losing a write."""

from dataclasses import dataclass

from redis_ha.errors import RedisHaError
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each
from redis_ha.providers import Tell
from redis_ha.provision import steps
from redis_ha.provision.steps import OnStep
from redis_ha.services import cluster, keeping, rolling
from redis_ha.shell import scripts

SCRIPT = "provision/redis/upgrade.sh"


@dataclass(frozen=True)
class NewerPackage:
    """A package, from which version to which."""

    package: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.package} {self.old} -> {self.new}"


@dataclass(frozen=True)
class Pending:
    """What there is to do on one node.

    Args:
        restarts: processes that run a program which is no longer the installed one.
    """

    changes: tuple[NewerPackage, ...]
    restarts: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.changes or self.restarts)

    def __str__(self) -> str:
        words = [str(change) for change in self.changes]
        if self.restarts and not self.changes:
            words.append(f"{', '.join(self.restarts)} still runs what was installed before")
        return ", ".join(words)


Todo = dict[str, Pending]


def require_packages(environment: Environment) -> None:
    """Check that the nodes are machines.

    Raises:
        RedisHaError: they are processes of this one.
    """
    if not all(node.is_machine for node in environment.nodes.values()):
        raise RedisHaError(
            f"the nodes of `{environment.choice.name}` are processes without packages of their "
            "own; upgrade the redis-server of this machine, then `./inv restart --rolling`"
        )


def pending(environment: Environment) -> Todo:
    """Ask every Redis node what is newer, and change nothing; a node without is left out.

    Raises:
        CommandFailed: a node cannot tell, for example because its lists cannot be fetched.
    """
    nodes = environment.server_nodes
    return {name: found for name, found in each(nodes, _ask).items() if found}


def run(environment: Environment, todo: Todo, on_step: OnStep, tell: Tell) -> None:
    """Upgrade these nodes: those that are down, the replicas, the master.

    Raises:
        Unhealthy: a node did not come back, or the cluster is not whole; the nodes after that
            were left alone.
    """
    if not todo:
        return
    nodes = [environment.nodes[name] for name in todo]
    down = _down(environment)
    broken = [node for node in nodes if node.name in down]
    whole = [node for node in nodes if node.name not in down]
    # Those that an upgrade broke: only with them the cluster gets whole enough for the rest.
    for number, node in enumerate(broken, 1):
        with rolling.stopping_at(node, [*broken[number:], *whole]):
            _upgrade(environment, node, on_step, tell)
        tell(f"{node.name} was down and is upgraded")

    def work(node: Node) -> None:
        _upgrade(environment, node, on_step, tell)

    rolling.node_by_node(environment, whole, work, tell)


def _down(environment: Environment) -> set[str]:
    """Return the nodes on which a Redis or a Sentinel does not answer."""
    seen = cluster.look(environment)
    redis = {view.name for view in seen.nodes if view.role == "down"}
    return redis | {view.node for view in seen.sentinels if view.error}


def _ask(node: Node) -> Pending:
    with node.upload(scripts(SCRIPT)) as folder:
        words = ("bash", f"{folder}/{SCRIPT}", "--check", *_processes(node))
        said = node.run(*words, sudo=True, timeout_s=steps.SCRIPT_TIMEOUT_S).stdout
    changes, restarts = [], []
    for line in said.splitlines():
        match line.split():
            case ["package", name, old, new]:
                changes.append(NewerPackage(name, old, new))
            case ["restart", process]:
                restarts.append(process)
    return Pending(tuple(changes), tuple(restarts))


def _upgrade(environment: Environment, node: Node, on_step: OnStep, tell: Tell) -> None:
    keeping.keep(environment, node, tell)
    with node.noted("upgrade", ""), node.upload(scripts(SCRIPT)) as folder:
        steps.run(node, f"{folder}/{SCRIPT}", _processes(node), on_step)


def _processes(node: Node) -> tuple[str, ...]:
    return steps.process_flags(node, node.servers.names)
