"""What writes and reads during a drill: how many clients of each kind, how often, with what."""

import secrets
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from statistics import median

import redis

from redis_ha.errors import RedisHaError
from redis_ha.measure import runtimes, visits, web_visitors, witnesses
from redis_ha.measure.clients import CONFIRMED, ClientSettings
from redis_ha.measure.worker import WriterOrders, confirmed_set
from redis_ha.nearest import unknown
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.services.client import redis_of
from redis_ha.wait import now_s


@dataclass(frozen=True)
class Load:
    """How many writers of a kind, and how many writes each begins in a second."""

    kind: str
    writers: int
    rate_per_s: float


LOADS = (
    Load(CONFIRMED, 4, 450),
    Load("unconfirmed", 1, 250),
    Load("naive", 1, 250),
    Load("role", 1, 250),
)
READS_PER_S = 100
ALONE = 50
"""How many writes show what the nodes can take."""
ENOUGH = 0.5


def pace(environment: Environment, master: Node, confirmations: int) -> float:
    """Return the share of the full load that leaves the nodes room: 1, or less on slow ones.

    All clients together shall not write more often than one could that waits for the confirmation
    of each write before the next: with more, a drill would measure queues. Nodes that can take half
    of the load are given all of it: they have been seen to manage.
    """
    with redis_of(environment, master) as client:
        key = f"redis-ha:pace:{secrets.token_hex(4)}"
        times = []
        for _ in range(ALONE):
            begun_s = now_s()
            with suppress(redis.ResponseError):  # the load tells what is refused, and of whom
                confirmed_set(client, key, confirmations)
            times.append(now_s() - begun_s)
        client.delete(key)
    wanted = sum(load.writers * load.rate_per_s for load in LOADS)
    share = 1 / (median(times) * wanted)
    return share if share < ENOUGH else 1.0


def site(environment: Environment, only: Sequence[str] = ()) -> ClientSettings:
    """Return what a client of this environment is configured with.

    Args:
        only: the names of the nodes on the client's side of a partition; all when empty.
    """
    topology = environment.topology

    def reached(name: str) -> bool:
        return not only or name in only

    return ClientSettings(
        nodes={node.name: node.address for node in environment.redis_nodes if reached(node.name)},
        port=topology.redis.port,
        sentinels=tuple(
            (node.address, port)
            for node in environment.sentinel_nodes
            for port in node.spec.sentinels
            if reached(node.name)
        ),
        master_name=topology.sentinel.master_name,
        redis_password=environment.secrets.redis,
        sentinel_password=environment.secrets.sentinel,
    )


def writers(
    environment: Environment,
    sides: Sequence[Sequence[str]],
    confirmations: int,
    share: float = 1.0,
) -> tuple[WriterOrders, ...]:
    """Return the orders of every writer; those of one kind take turns on the sides.

    Args:
        sides: groups of nodes that cannot reach each other's clients; none means one group.
        confirmations: how many replicas confirm a write of the careful clients.
        share: of the full load, see `pace`.
    """
    everywhere = site(environment)
    groups = [site(environment, side) for side in sides] or [everywhere]
    return tuple(
        WriterOrders(
            f"{load.kind}-{number + 1}",
            groups[number % len(groups)] if load.kind == CONFIRMED else everywhere,
            load.rate_per_s * share,
            confirmations if load.kind == CONFIRMED else 0,
        )
        for load in LOADS
        for number in range(load.writers)
    )


KINDS = (*visits.KINDS, *witnesses.KINDS)
"""The kinds of client that a load has only where they are asked for."""


def require(environment: Environment, kinds: Collection[str]) -> dict[str, str]:
    """Check that these kinds of client can be had; return the versions of those that others wrote.

    Raises:
        RedisHaError: there is no such kind, or something is missing that one of them needs.
    """
    if strange := [kind for kind in kinds if kind not in KINDS]:
        raise RedisHaError(unknown("kind of client", strange[0], KINDS))
    web_visitors.require(environment, [kind for kind in kinds if kind in visits.KINDS])
    return runtimes.versions(environment, kinds)
