"""What writes and reads during a drill: how many clients of each kind, how often, with what."""

import secrets
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from statistics import median

import redis

from redis_ha.errors import RedisHaError
from redis_ha.measure import runtimes, visits, witnesses
from redis_ha.measure.clients import CONFIRMED, Site
from redis_ha.measure.visits import SiteVisits, Visits
from redis_ha.measure.worker import Writes, confirmed_set
from redis_ha.nearest import unknown
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.roles import typo3, web
from redis_ha.services import web as pages
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
VISITORS, REQUESTS_PER_S, LOCKS = 25, 50.0, 3
"""How many visitors web nodes have, how many pages they ask for in a second, and how many sessions
have holders of their lock."""
SITE_REQUESTS_PER_S = 20.0
"""How many pages of a TYPO3 site are asked for in a second."""
READS_PER_S = 100
PROGRAM = f"{web.PROGRAM}/bin/visitors.php"
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


def site(environment: Environment, only: Sequence[str] = ()) -> Site:
    """Return what a client of this environment is configured with.

    Args:
        only: the names of the nodes on the client's side of a partition; all when empty.
    """
    topology = environment.topology

    def reached(name: str) -> bool:
        return not only or name in only

    return Site(
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
) -> tuple[Writes, ...]:
    """Return the orders of every writer; those of one kind take turns on the sides.

    Args:
        sides: groups of nodes that cannot reach each other's clients; none means one group.
        confirmations: how many replicas confirm a write of the careful clients.
        share: of the full load, see `pace`.
    """
    everywhere = site(environment)
    groups = [site(environment, side) for side in sides] or [everywhere]
    return tuple(
        Writes(
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
    require_web(environment, [kind for kind in kinds if kind in visits.KINDS])
    return runtimes.versions(environment, kinds)


def require_web(environment: Environment, kinds: Collection[str]) -> list[Node]:
    """Return the nodes that visitors of these kinds are to be on; none without any kind.

    Raises:
        RedisHaError: there is no web node.
    """
    role = typo3.NAME if set(kinds) & set(visits.OF_SITE) else web.NAME
    nodes = environment.nodes_with(role) if kinds else []
    if kinds and not nodes:
        raise RedisHaError(
            f"--clients: {', '.join(kinds)}: no node of `{environment.topology.name}` has the role "
            f"`{role}`"
        )
    return nodes[:1]


def visits_of(
    environment: Environment, kinds: Collection[str], requests_per_s: float | None = None
) -> tuple[Visits, ...]:
    """Return the orders of the visitors.

    Args:
        kinds: of client; those of `visits.KINDS` count.
        requests_per_s: how many pages they ask for in a second, those of sessions and those of a
            TYPO3 site each; by default as many as is usual.
    """
    return tuple(
        Visits(
            node=node.name,
            command=node.piped(
                f"{web.LINKED}/php" if node.is_machine else "php", node.path(PROGRAM)
            ),
            address=pages.addresses(environment, node)[0],
            port=environment.topology.table(web.Web).port,
            servers={each.address: each.name for each in environment.redis_nodes},
            visitors=VISITORS if visits.SESSION in kinds else 0,
            requests_per_s=requests_per_s or REQUESTS_PER_S,
            locks=LOCKS if visits.LOCK in kinds else 0,
            typo3=_of_site(environment, kinds, requests_per_s or SITE_REQUESTS_PER_S),
        )
        for node in require_web(environment, [each for each in kinds if each in visits.KINDS])
    )


def _of_site(
    environment: Environment, kinds: Collection[str], requests_per_s: float
) -> SiteVisits | None:
    """Return the orders of those who come to a TYPO3 site, None where nobody does."""
    chosen = tuple(kind for kind in visits.OF_SITE if kind in kinds)
    if not chosen:
        return None
    own = environment.secrets
    return SiteVisits(chosen, requests_per_s, own[typo3.EDITOR], own[typo3.VISITOR])
