"""The write-and-read suite: what the master takes arrives on every replica, and how soon."""

import secrets
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

import redis

from redis_ha.errors import RedisHaError, Unhealthy
from redis_ha.measure.worker import KEPT_S
from redis_ha.nodes.environment import Environment
from redis_ha.services import cluster, health
from redis_ha.services.client import redis_of
from redis_ha.wait import now_s, wait_until

WRITES = 200
ARRIVES_S = 5
POLL_S = 0.0002


@dataclass(frozen=True)
class Delay:
    """How long writes took from the master's answer to a replica; milliseconds."""

    replica: str
    read: int
    median_ms: float
    p99_ms: float
    max_ms: float


@dataclass(frozen=True)
class ReplicationReport:
    """Every replica's delays."""

    provider: str
    master: str
    written: int
    delays: tuple[Delay, ...]

    @property
    def ok(self) -> bool:
        return bool(self.delays) and all(delay.read == self.written for delay in self.delays)

    def as_json(self) -> dict[str, Any]:
        """Return the record, times in milliseconds."""
        return {
            "provider": self.provider,
            "master": self.master,
            "written": self.written,
            "ok": self.ok,
            "replicas": [vars(delay) for delay in self.delays],
        }


def run(environment: Environment, writes: int = WRITES) -> ReplicationReport:
    """Write on the master, read on every replica.

    Raises:
        Unhealthy: there is no master or no replica, or a write did not arrive.
    """
    snapshot = cluster.look(environment)
    if snapshot.master is None or not snapshot.replicas:
        raise Unhealthy("; ".join(health.problems(snapshot)) or "there is no replica to read from")
    if writes < (fewest := len(snapshot.replicas)):
        raise RedisHaError(f"at least {fewest} writes, one for each replica, not {writes}")
    names = [snapshot.master, *(view.name for view in snapshot.replicas)]
    with ExitStack() as stack:
        clients = {name: stack.enter_context(_asking(environment, name)) for name in names}
        master = clients.pop(snapshot.master)
        delays: dict[str, list[float]] = {name: [] for name in clients}
        prefix = f"redis-ha:read:{secrets.token_hex(4)}"
        for number in range(writes):
            key, replica = f"{prefix}:{number}", list(clients)[number % len(clients)]
            delays[replica].append(_delay_ms(master, clients[replica], replica, key))
        keys = [f"{prefix}:{number}" for number in range(writes)]
        read = {name: _read(client, keys) for name, client in clients.items()}
        master.unlink(*keys)
    return ReplicationReport(
        environment.choice.name,
        snapshot.master,
        writes,
        tuple(_summary(name, read[name], times) for name, times in delays.items()),
    )


def _asking(environment: Environment, name: str) -> Any:
    return redis_of(environment, environment.node(name))


def _delay_ms(master: redis.Redis, replica: redis.Redis, name: str, key: str) -> float:
    master.set(key, key, ex=KEPT_S)
    start_s = now_s()
    wait_until(
        lambda: replica.get(key),
        accept=lambda value: value == key,
        what=f"{key} arrives on {name}",
        timeout_s=ARRIVES_S,
        interval_s=POLL_S,
    )
    return (now_s() - start_s) * 1000


def _read(replica: redis.Redis, keys: list[str]) -> int:
    """Return how many of the keys a replica has in the end, each with its own value."""
    return wait_until(
        lambda: sum(value == key for key, value in zip(keys, replica.mget(keys), strict=True)),
        accept=lambda count: count == len(keys),
        what="every write is on the replica",
        timeout_s=ARRIVES_S,
    )


def _summary(name: str, read: int, times_ms: list[float]) -> Delay:
    p99 = quantiles(times_ms, n=100)[98] if len(times_ms) > 1 else times_ms[0]
    values = (median(times_ms), p99, max(times_ms))
    return Delay(name, read, *(round(value, 2) for value in values))
