"""When to begin a switchover, so that Sentinels see at once that the replica was promoted.

A Sentinel names a new master once that says in its INFO that it is one. For a failover it asks a
replica for INFO once a second: at once where the last answer is older than that, which is before
the promotion, so that the next question comes a whole second later. Begun while the last answer
is a little younger than a second, the next question comes just after the promotion (sentinel.c).
Without a failover it asks every 10 s: so long may the moment be away, and nobody is held meanwhile.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from redis_ha.errors import Unhealthy, Unreachable
from redis_ha.nodes.environment import Environment
from redis_ha.services.sentinel import SentinelClient, sentinel_of
from redis_ha.services.snapshot import RedisView, Snapshot
from redis_ha.wait import last_seen, now_s

ASKS_MS = 1000
"""How often a Sentinel asks a replica for INFO while there is a failover."""
TURNS = 3
"""Of its timer until the replica is told: the failover begins, the replica is chosen, is told."""
TURN_MS = 100
"""How long a turn lasts at most: the timer runs 10 to 19 times a second."""
COMMANDS = 2
"""Sent before the failover begins: writers are held, the Sentinel is asked for it."""
COMES_WITHIN_S = 11.0
"""It asks every 10 s, and takes note of the answer with its next turn."""
LOOKS_S = 0.01
NAMES_WITHIN_S = 4.0
NONE_AGREES = "no Sentinel agrees with the others on the master"


@dataclass(frozen=True)
class Asked:
    """When a Sentinel last asked a replica.

    Args:
        ago_ms: how old the last INFO is.
        took_s: how long the Sentinel took to tell this.
    """

    ago_ms: int
    took_s: float

    @property
    def is_time(self) -> bool:
        """Say whether a failover that begins now promotes the replica just before the next INFO."""
        soonest = ASKS_MS - TURNS * TURN_MS - COMMANDS * self.took_s * 1000
        return soonest <= self.ago_ms < soonest + TURN_MS / 2


class Leader:
    """The Sentinel that a failover is asked of, as far as its view of one replica goes."""

    def __init__(self, sentinel: SentinelClient, new: RedisView) -> None:
        self._sentinel, self.new = sentinel, new

    def wait_for_moment(self) -> bool:
        """Return when it is time for the failover; say whether it was, or did not come."""
        seen = last_seen(
            self._asked,
            accept=lambda asked: asked.is_time,
            timeout_s=COMES_WITHIN_S,
            interval_s=LOOKS_S,
        )
        return seen.is_time

    def has_asked_since(self, moment_s: float) -> bool:
        """Say whether it has asked the replica since then."""
        asked = self._asked()
        return asked.ago_ms / 1000 < now_s() - moment_s

    def _asked(self) -> Asked:
        begun_s = now_s()
        ago_ms = self._sentinel.asked_ms_ago(self.new.address, self.new.port)
        return Asked(ago_ms, now_s() - begun_s)


def wait_named(environment: Environment, seen: Snapshot, new: RedisView) -> float | None:
    """Return when the last of the Sentinels named the replica as master to clients.

    None where one of them does not in time.
    """
    wanted = (new.address, new.port)
    for view in seen.sentinels:
        node = environment.node(view.node)
        try:
            with sentinel_of(environment, node, view.port) as sentinel:
                named = last_seen(
                    sentinel.address,
                    accept=lambda address: address == wanted,
                    timeout_s=NAMES_WITHIN_S,
                    interval_s=LOOKS_S,
                )
        except Unreachable:
            return None
        if named != wanted:
            return None
    return now_s()


@contextmanager
def leader(environment: Environment, seen: Snapshot, new: RedisView) -> Iterator[Leader]:
    """Ask the Sentinel that is asked first for a failover.

    Raises:
        Unhealthy: no Sentinel agrees with the others.
    """
    view = next(iter(seen.agreeing()), None)
    if view is None:
        raise Unhealthy(NONE_AGREES)
    with sentinel_of(environment, environment.node(view.node), view.port) as sentinel:
        yield Leader(sentinel, new)
