"""The clocks of nodes held beside this machine's, so that they can say when something happened."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from statistics import quantiles

from redis_ha.errors import RedisHaError
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import outcomes
from redis_ha.services.client import redis_of
from redis_ha.wait import now_s, ticks

SAMPLES = 25
EVERY_S = 0.02


@dataclass(frozen=True)
class Clock:
    """A node's clock.

    Args:
        offset_s: what this machine's clock (`wait.now_s`) shows less what the node's does (epoch);
            taken from the quickest of several answers, and wrong by half its time at most.
        ping_s: within which time its Redis answers nine of ten commands; None where none does.
    """

    offset_s: float
    ping_s: float | None

    def ours(self, theirs_s: float) -> float:
        """Return what this machine's clock showed when the node's showed `theirs_s`."""
        return theirs_s + self.offset_s


def read(environment: Environment) -> dict[str, Clock]:
    """Return the clocks of all nodes with Redis or a Sentinel that can be asked."""
    nodes = [node for node in environment.nodes.values() if node.spec.processes]
    found = outcomes(nodes, lambda node: _of(environment, node))
    return {name: clock for name, clock in found.items() if isinstance(clock, Clock)}


def ping_s(clocks: dict[str, Clock]) -> float:
    """Return the ping time of the slowest Redis, 0 where none was asked."""
    return max((clock.ping_s for clock in clocks.values() if clock.ping_s), default=0.0)


def _of(environment: Environment, node: Node) -> Clock:
    try:
        return _by_redis(environment, node)
    except RedisHaError:  # it has none, or none that answers
        _, offset_s = _sample(lambda: float(node.run("date", "+%s.%N").stdout))
        return Clock(offset_s, None)


def _by_redis(environment: Environment, node: Node) -> Clock:
    with redis_of(environment, node) as client:

        def theirs_s() -> float:
            seconds, microseconds = client.time()
            return float(seconds + microseconds / 1e6)

        theirs_s()  # connected from now on
        samples = [_sample(theirs_s) for _ in islice(ticks(EVERY_S), SAMPLES)]
    tenths = quantiles((took_s for took_s, _ in samples), n=10)
    return Clock(min(samples)[1], tenths[-1])


def _sample(theirs_s: Callable[[], float]) -> tuple[float, float]:
    """Ask for the time; return how long that took, and the offset that it shows."""
    asked_s = now_s()
    at_s = theirs_s()
    answered_s = now_s()
    return answered_s - asked_s, (asked_s + answered_s) / 2 - at_s
