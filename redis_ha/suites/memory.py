"""The memory of an environment: keys of a replica, looked at gently; limits of the master."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from redis_ha.checkers import memory as checker
from redis_ha.checkers import memory_record
from redis_ha.checkers.memory import Memory, Server
from redis_ha.errors import RedisHaError, Unhealthy
from redis_ha.measure import purposes
from redis_ha.measure.estimate import Estimate
from redis_ha.measure.gentle import Gentle
from redis_ha.measure.keyspace import SeenKeys, look
from redis_ha.measure.purposes import Purpose
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.services import cluster, health
from redis_ha.services.client import redis_of
from redis_ha.services.snapshot import Snapshot
from redis_ha.suites.doctor_machines import MEMORY, available_mb
from redis_ha.wait import now_s, pause_until


@dataclass(frozen=True)
class GrowthRate:
    """What the keys of a purpose grew by, in a minute."""

    keys: float
    size: float


@dataclass(frozen=True)
class MemoryReport:
    """A look, or two of them and what changed between.

    Args:
        took_s: how long the (last) look took.
        busy_s: how long it kept the server busy meanwhile.
        read: names of keys.
        measured: keys.
        changes: by purpose; empty after one look.
        inventory: which environment it was.
    """

    provider: str
    memory: Memory
    took_s: float
    busy_s: float
    read: int
    measured: int
    changes: Mapping[Purpose, GrowthRate]
    inventory: str | None = None

    @property
    def busy_share(self) -> float:
        """Return the share of the server's time that the look took."""
        return self.busy_s / self.took_s if self.took_s else 0.0

    def as_json(self) -> dict[str, Any]:
        """Return the record; sizes in bytes."""
        record = memory_record.as_json(self.memory)
        for shown, purpose in zip(record["purposes"], self.memory.purposes, strict=True):
            if change := self.changes.get(purpose):
                shown["keys_a_minute"] = round(change.keys, 1)
                shown["bytes_a_minute"] = round(change.size)
        return {
            "provider": self.provider,
            "inventory": self.inventory,
            **record,
            "took_s": round(self.took_s, 2),
            "busy_share": round(self.busy_share, 4),
            "read": self.read,
            "measured": self.measured,
        }


@dataclass(frozen=True)
class _Look:
    seen: SeenKeys
    estimates: Mapping[Purpose, Estimate]
    at_s: float
    took_s: float
    busy_s: float


def run(environment: Environment, *, over_s: int = 0, every: bool = False) -> MemoryReport:
    """Look at the keys of a replica, and at the limits of the master.

    Args:
        over_s: look again after so many seconds, and tell what grew.
        every: measure every key.

    Raises:
        Unhealthy: no Redis answers whose keys could be looked at.
    """
    snapshot = cluster.look(environment)
    node = environment.node(chosen(snapshot))
    limits = environment.node(snapshot.master or node.name)
    before, began_s = _server(environment, limits), now_s()
    first = last = _look(environment, node, every=every)
    if over_s:
        pause_until(first.at_s + over_s)
        last = _look(environment, node, every=every)
    memory = Memory(
        seen_on=node.name,
        role="master" if node.name == snapshot.master else "replica",
        limits=_server(environment, limits),
        before=before,
        over_s=now_s() - began_s,
        purposes=last.estimates,
        largest=tuple(last.seen.largest),
    )
    return MemoryReport(
        provider=environment.choice.name,
        memory=memory,
        took_s=last.took_s,
        busy_s=last.busy_s,
        read=last.seen.read,
        measured=last.seen.measured,
        changes=changes(first.estimates, last.estimates, last.at_s - first.at_s) if over_s else {},
        inventory=environment.topology.name,
    )


def chosen(snapshot: Snapshot) -> str:
    """Return whose keys to look at: a replica in sync, the last one that would be promoted.

    Where there is no replica it is the master.

    Raises:
        Unhealthy: there is neither.
    """
    good = [view for view in snapshot.replicas if view.is_in_sync and not view.refusal]
    if good:
        return max(good, key=lambda view: (view.priority == 0, view.priority)).name
    if snapshot.master and not snapshot.replicas:
        return snapshot.master
    raise Unhealthy("; ".join(health.problems(snapshot)) or "no replica has all data")


def changes(
    before: Mapping[Purpose, Estimate], after: Mapping[Purpose, Estimate], over_s: float
) -> dict[Purpose, GrowthRate]:
    """Return what each purpose grew by in a minute; sizes as far as they tell more than errors."""
    none = Estimate(keys=0, size=0, error=0, measured=0, lasting=0, lasting_size=0, ttl_s=None)
    found = {}
    for purpose, now in after.items():
        then = before.get(purpose, none)
        mean = now.size / now.keys if now.keys else 0.0
        keys = (now.keys - then.keys) * 60 / over_s
        # The same keys cost the same: what differs beyond their number is the sample's luck.
        found[purpose] = GrowthRate(keys, keys * mean)
    return found


def _look(environment: Environment, node: Node, *, every: bool) -> _Look:
    named = purposes.own(environment.topology)
    with redis_of(environment, node) as client:
        began_s, server = now_s(), Gentle(client)
        sizes = databases(client.info("keyspace"))
        seen = look(server, sizes, partial(purposes.naming, named=named), every=every)
    return _Look(seen, seen.estimates(), began_s, now_s() - began_s, server.busy_s)


def databases(info: Mapping[str, Any]) -> dict[int, int]:
    """Return how many keys each database has that is not empty."""
    found = {key.removeprefix("db"): value for key, value in info.items()}
    return {int(name): int(each["keys"]) for name, each in found.items() if name.isdigit()}


def _server(environment: Environment, node: Node) -> Server:
    with redis_of(environment, node) as client:
        info = client.info("everything")
    return checker.server(node.name, info, _free(node))


def _free(node: Node) -> int | None:
    """Return what the node's machine still has; None where the node does not tell."""
    try:
        return available_mb(node.run("cat", str(MEMORY)).stdout) << 20
    except (RedisHaError, KeyError):
        return None
