"""A planned change of master that loses no acknowledged write.

`SENTINEL FAILOVER` by itself leaves the old master acknowledging for a second or more what the
new one never sees. Here writers are held (`CLIENT PAUSE … WRITE`) before the replica that takes
over has everything; the moment it is master the old one becomes its replica, and only then are
the held writers let go: into an error that sends them to the new master, never into a loss.
Where Sentinel can do that itself (`COORDINATED`), it is left to it. As soon as every Sentinel names
the new master, the old one ends the connections of its clients: some wait for that.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass

import redis

from redis_ha.errors import Unhealthy, Unreachable
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.services import moment, preference, settling, visitors, written
from redis_ha.services.client import ask, redis_of
from redis_ha.services.moment import NONE_AGREES, Leader
from redis_ha.services.sentinel import sentinel_of
from redis_ha.services.snapshot import RedisView, SentinelView, Snapshot
from redis_ha.wait import now_s, wait_until

PAUSE_S = 8.0
"""How long writers are held at most; Redis lets them go by itself, whatever happens here."""
CATCH_UP_S = 2.0
PROMOTED_S = 4.0
ATTEMPTS = 3
"""How often a node is told whose replica it is, where its connection is cut meanwhile."""


@dataclass(frozen=True)
class Timing:
    """When a switchover did what, in seconds."""

    at_s: float
    """When writers were held from, by this machine's clock."""
    held_s: float
    """For how long they were, at the most."""
    named_s: float | None = None
    """When all Sentinels named the new master, after `at_s`; null where one did not in time."""
    was_asked_early: bool | None = None
    """The Sentinel asked the replica before that was promoted, and not again for a second; null
    where the servers saw to all of it themselves."""


@dataclass(frozen=True)
class Switchover:
    """What a switchover did."""

    old_master: str
    """Who was master."""
    new_master: str
    """Who took over."""
    timing: Timing
    """What it took."""

    def __str__(self) -> str:
        timing = self.timing
        words = [f"{self.new_master} is master, it was {self.old_master}"]
        words.append(f"writers were held for {timing.held_s:.2f} s")
        if timing.named_s is not None:
            words.append(f"Sentinels named it after {timing.named_s:.2f} s")
        if timing.was_asked_early:
            words.append("the Sentinel had asked it just before its promotion")
        return "; ".join(words)


_HEARD: ContextVar[list[Switchover] | None] = ContextVar("switchovers", default=None)


@contextmanager
def heard() -> Iterator[list[Switchover]]:
    """Collect the switchovers that are done in the block, whatever does them."""
    found: list[Switchover] = []
    token = _HEARD.set(found)
    try:
        yield found
    finally:
        _HEARD.reset(token)


def run(
    environment: Environment, to: str | None = None, *, seen: Snapshot | None = None
) -> Switchover:
    """Make another node master, `to` or the one that Sentinel prefers.

    Args:
        seen: what was seen since the last change.

    Raises:
        Unhealthy: the inventory never lets this node be master, the cluster is not whole, the
            replica is too far behind, or Sentinel refuses; everything is as it was.
        TimedOut: a step did not come to its end; writers are no longer held.
    """
    if to and not environment.node(to).spec.priority:
        raise Unhealthy(f"{to} has `priority = 0` in the inventory: it never becomes master")
    before = settling.wait_settled(environment, settling.LEARNS_S, seen=seen)
    old = before.masters[0]
    new = _chosen(before, to)
    kept = written.kept(environment, before)
    try:
        with preference.of(environment, before, new):
            timing = _switch(environment, before, old, new)
            if timing.named_s is not None:  # no Sentinel sends them back there any more
                visitors.free(environment, environment.node(old.name))
        settling.wait_healthy(environment)  # by then no Sentinel has anything rewritten any more
    finally:
        written.down(environment, kept)
    visitors.free(environment, environment.node(old.name))  # who had come back meanwhile
    done = Switchover(old.name, new.name, timing)
    if (found := _HEARD.get()) is not None:
        found.append(done)
    return done


def _chosen(snapshot: Snapshot, to: str | None) -> RedisView:
    candidates = [view for view in snapshot.replicas if view.priority > 0]
    if to is not None:
        candidates = [view for view in candidates if view.name == to]
        if snapshot.master == to:
            raise Unhealthy(f"{to} is master already")
    if not candidates:
        raise Unhealthy(f"{to or 'no replica'} can be made master")
    new = min(candidates, key=lambda view: (view.priority, view.name))
    if not new.is_in_sync:
        raise Unhealthy(f"{new.name} is {new.lag_bytes} bytes behind: too far for a switchover")
    return new


def _switch(environment: Environment, before: Snapshot, old: RedisView, new: RedisView) -> Timing:
    """Promote the replica once it has everything."""
    with (
        environment.intents.during("switchover", old.name, new.name),
        _client(environment, old) as old_client,
        _client(environment, new) as new_client,
        moment.leader(environment, before, new) as leader,
    ):
        start_s = now_s()
        if ask_sentinel(environment, before, coordinated=True):
            _wait_for_role(old_client, "slave", f"{old.name} has handed over")
            _wait_for_role(new_client, "master", f"{new.name} is promoted")
            was_asked_early = None
        else:
            leader.wait_for_moment()
            start_s = now_s()
            was_asked_early = _hand_over(environment, before, old_client, new_client, leader)
        held_s, named_s = now_s() - start_s, moment.wait_named(environment, before, new)
        return Timing(start_s, held_s, named_s and named_s - start_s, was_asked_early)


def _hand_over(
    environment: Environment,
    before: Snapshot,
    old_client: redis.Redis,
    new_client: redis.Redis,
    leader: Leader,
) -> bool:
    """Hold the writers, let the replica catch up, promote it, turn the old master around.

    Returns whether the Sentinel asked the replica before it was promoted.
    """
    new = leader.new
    ask(old_client, "CLIENT", "PAUSE", str(int(PAUSE_S * 1000)), "WRITE")
    try:
        wait_until(
            lambda: _behind(old_client, new_client),
            accept=lambda behind: behind == 0,
            show=lambda behind: f"{behind} bytes behind",
            what=f"{new.name} has everything",
            timeout_s=CATCH_UP_S,
            interval_s=0.005,
        )
        asked_s = now_s()
        ask_sentinel(environment, before)
        _wait_for_role(new_client, "master", f"{new.name} is promoted")
        was_asked_early = leader.has_asked_since(asked_s)
        _follow(environment, before.masters[0], new)
    finally:
        _let_go(old_client)
    return was_asked_early


def _wait_for_role(client: redis.Redis, wanted: str, what: str) -> None:
    wait_until(
        lambda: _role(client),
        accept=lambda role: role == wanted,
        what=what,
        timeout_s=PROMOTED_S,
        interval_s=0.01,
    )


def _role(client: redis.Redis) -> str:
    """Return a node's role; Sentinel cuts every connection of a node that it promotes."""
    try:
        return str(ask(client, "ROLE")[0])
    except redis.ConnectionError:
        return "cut off"


def _let_go(client: redis.Redis) -> None:
    """End the pause; a connection that was cut meanwhile is made anew."""
    for _ in range(2):
        with suppress(redis.ConnectionError):
            ask(client, "CLIENT", "UNPAUSE")
            return


def _behind(old: redis.Redis, new: redis.Redis) -> int:
    """Return how many bytes of the stream the replica still lacks."""
    return int(ask(old, "ROLE")[1]) - int(ask(new, "ROLE")[4])


def ask_sentinel(environment: Environment, seen: Snapshot, *, coordinated: bool = False) -> bool:
    """Have a Sentinel begin a failover (SENTINEL FAILOVER); say whether it does.

    The first that agrees with the others and answers is asked, and no other once it did.

    Args:
        coordinated: only one in which the master takes part, which not every Sentinel knows.

    Raises:
        Unhealthy: it refuses, or there is none.
    """
    silent = [NONE_AGREES]
    for view in seen.agreeing():
        try:
            return _ask_one(environment, view, coordinated=coordinated)
        except Unreachable as error:
            silent.append(str(error))
    raise Unhealthy(silent[-1])


def _ask_one(environment: Environment, view: SentinelView, *, coordinated: bool) -> bool:
    with sentinel_of(environment, environment.node(view.node), view.port) as sentinel:
        try:
            if coordinated:
                return sentinel.coordinated_failover()
            sentinel.failover()
        except redis.ResponseError as error:
            raise Unhealthy(f"Sentinel {view.name} refuses: {error}") from None
    return True


def _follow(environment: Environment, old: RedisView, new: RedisView) -> None:
    """Point everybody else at the new master at once, the old one first: Sentinel takes longer."""
    others = [node for node in environment.redis_nodes if node.name != new.name]
    for node in sorted(others, key=lambda node: node.name != old.name):
        _point(environment, node, new)


def _point(environment: Environment, node: Node, new: RedisView) -> None:
    """Make a node a replica; Sentinel does so at the same moment, and cuts every connection."""
    for attempts_left in reversed(range(ATTEMPTS)):
        try:
            with redis_of(environment, node) as client:
                ask(client, "REPLICAOF", new.address, str(new.port))
        except Unreachable:
            if not attempts_left:
                raise
        else:
            return


def _client(environment: Environment, view: RedisView) -> AbstractContextManager[redis.Redis]:
    return redis_of(environment, environment.node(view.name))
