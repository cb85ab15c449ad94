"""The clocks of nodes held beside this machine's, so that they can say when something happened."""

from collections.abc import Callable
from itertools import islice

from redis_ha.errors import RedisHaError
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import outcomes
from redis_ha.services.client import redis_of
from redis_ha.wait import now_s, ticks

SAMPLES = 20
EVERY_S = 0.01


def offsets_s(environment: Environment) -> dict[str, float]:
    """Return by node what this machine's clock (`wait.now_s`) shows less what its own does (epoch).

    Of several answers the quickest counts: it is wrong by half of the time it took at most. Only
    nodes with Redis or a Sentinel are asked; one that says nothing at all is left out.
    """
    nodes = environment.server_nodes
    found = outcomes(nodes, lambda node: _of(environment, node))
    return {name: each for name, each in found.items() if isinstance(each, float)}


def _of(environment: Environment, node: Node) -> float:
    try:
        return _by_redis(environment, node)
    except RedisHaError:  # it has none, or none that answers
        return _sample(lambda: float(node.run("date", "+%s.%N").stdout))[1]


def _by_redis(environment: Environment, node: Node) -> float:
    with redis_of(environment, node) as client:

        def theirs_s() -> float:
            seconds, microseconds = client.time()
            return float(seconds + microseconds / 1e6)

        theirs_s()  # connected from now on
        return min(_sample(theirs_s) for _ in islice(ticks(EVERY_S), SAMPLES))[1]


def _sample(theirs_s: Callable[[], float]) -> tuple[float, float]:
    """Ask for the time; return how long that took, and the offset that it shows."""
    asked_s = now_s()
    at_s = theirs_s()
    answered_s = now_s()
    return answered_s - asked_s, (asked_s + answered_s) / 2 - at_s
