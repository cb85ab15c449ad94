"""The connections of clients to a Redis, and how one that is master no more is rid of them.

A client that waits for its connection to be closed before it asks the Sentinels again would talk to
the old master for ever. Sentinel ends them when it demotes a node itself.
"""

from collections.abc import Iterator, Mapping

import redis

from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.services.client import OWN, ask, redis_of

SENTINELS = "sentinel-"
"""How the names of Sentinels' own connections begin."""
LINKS = frozenset("SM")
"""The flags of connections to replicas and to a master."""

Visitor = Mapping[str, str]
"""A line of CLIENT LIST by its keys."""


def free(environment: Environment, node: Node) -> int:
    """End the connections of clients to a Redis; return how many there were.

    Those of Sentinels, of replication and of this tool stay.

    Raises:
        Unreachable: it does not answer.
    """
    with redis_of(environment, node) as client:
        return sum(_is_ended(client, visitor["id"]) for visitor in _clients(client))


def is_client(visitor: Visitor) -> bool:
    """Say whether a connection is that of a client, and so has no business on an old master."""
    name = visitor["name"]
    return not (name == OWN or name.startswith(SENTINELS) or LINKS & set(visitor["flags"]))


def _clients(client: redis.Redis) -> Iterator[Visitor]:
    return filter(is_client, client.client_list())


def _is_ended(client: redis.Redis, id_: str) -> bool:
    """End a connection; False for one that has gone by itself."""
    return bool(ask(client, "CLIENT", "KILL", "ID", id_))
