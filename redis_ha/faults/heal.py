"""Put back whatever a drill that was broken off has left."""

from contextlib import ExitStack, suppress

from redis_ha.errors import RedisHaError, Refused, Unreachable
from redis_ha.faults import disk, leftovers, network
from redis_ha.faults.scene import REDIS
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import outcomes
from redis_ha.providers import Powered, Tell
from redis_ha.services import forgetting, runaway, settling
from redis_ha.services.client import ask, redis_of
from redis_ha.services.snapshot import Snapshot


def run(environment: Environment, tell: Tell) -> Snapshot:
    """Give back power, network, disks and services, end what keeps a Redis busy, let writers go.

    Returns once all is well.

    Strangers that are gone are forgotten then; one that lives is left alone.

    Raises:
        RedisHaError: a node could not be healed; the others were.
        TimedOut: everything runs and is not healthy all the same.
    """
    provider = environment.provider
    if isinstance(provider, Powered):
        provider.restore_power(list(environment.nodes))
    environment.require_up()
    leftovers.lift(environment, tell)
    nodes = [*environment.server_nodes, *network.web_nodes(environment)]
    done = outcomes(nodes, lambda node: _heal(environment, node))
    for name, outcome in done.items():
        if not isinstance(outcome, RedisHaError) and outcome:
            tell(f"{name}: {', '.join(outcome)}")
    if failed := [str(each) for each in done.values() if isinstance(each, RedisHaError)]:
        raise RedisHaError(f"not everything could be healed: {'; '.join(failed)}")
    return forgetting.run(environment, settling.wait_healthy(environment), tell)


def _heal(environment: Environment, node: Node) -> list[str]:
    """Heal one node; a step that fails keeps no other from being taken.

    Returns what was found to be broken, where that can be told.
    """
    found: list[str] = []

    def note(what: str, broken: bool) -> None:
        found.extend([what] if broken else [])

    with ExitStack() as steps:  # the last one first
        steps.callback(_let_writers_go, environment, node)
        if node.processes.of(REDIS):
            steps.callback(lambda: note("script", runaway.end(environment, node)))
        if node.is_machine and node.processes.of(REDIS):
            steps.callback(lambda: note("disk", disk.heal(environment, node)))
        for unit in reversed(node.servers.names):
            steps.callback(node.units.resume, unit)
            steps.callback(node.units.start, unit)
        if node.is_machine:
            steps.callback(lambda: note("network", network.heal(node)))
    return found


def _let_writers_go(environment: Environment, node: Node) -> None:
    """End a pause of writes; a Redis that does not answer holds nobody."""
    if node.processes.of(REDIS):
        with suppress(Unreachable, Refused), redis_of(environment, node) as client:
            ask(client, "CLIENT", "UNPAUSE")
