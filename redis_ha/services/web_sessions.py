"""Sessions of PHP as they lie in Redis: what those of a drill remember."""

import re
from collections.abc import Iterator
from typing import cast

import redis

from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.roles.web import Web
from redis_ha.services.client import CHUNK, chunks, redis_of

NAMES = "session:*"
TEXT = r'(?:\||";)s:\d+:"([^"]*)"'
"""A text in either of PHP's forms of a session, after its name."""
DRILL, SEEN = re.compile(f"drill{TEXT}"), re.compile(f"seen{TEXT}")


def keeper(environment: Environment) -> str:
    """Return who keeps the sessions of visitors."""
    return environment.topology.table(Web).sessions


def database(environment: Environment) -> int:
    """Return the database that they are in."""
    return environment.topology.table(Web).session_database


def of_drill(environment: Environment, node: Node, drill: str) -> dict[str, frozenset[str]]:
    """Return the requests that each session of a drill remembers, by the session's key.

    Raises:
        Unreachable: the node's Redis does not answer.
    """
    with redis_of(environment, node, database=database(environment)) as client:
        texts = list(_texts(client))
    return {key: requests(text, drill) for key, text in texts if _drill(text) == drill}


def requests(text: str, drill: str) -> frozenset[str]:
    """Return the requests that a session remembers, named as the history of the drill does."""
    seen = SEEN.search(text)
    return frozenset(f"{drill}:{each}" for each in (seen[1].split(",") if seen else ()))


def remove(environment: Environment, node: Node, drill: str) -> None:
    """Remove the sessions of a drill.

    Raises:
        Unreachable: the node's Redis does not answer.
        Refused: it takes no writes.
    """
    if keys := of_drill(environment, node, drill):
        with redis_of(environment, node, database=database(environment)) as client:
            client.unlink(*keys)


def _texts(client: redis.Redis) -> Iterator[tuple[str, str]]:
    """Yield every session; one that ends meanwhile is left out."""
    names = list(client.scan_iter(match=NAMES, count=CHUNK, _type="string"))
    for chunk in chunks(names):
        found = zip(chunk, cast(list[str | None], client.mget(chunk)), strict=True)
        yield from ((name, text) for name, text in found if text is not None)


def _drill(text: str) -> str | None:
    named = DRILL.search(text)
    return named[1] if named else None
