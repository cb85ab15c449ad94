"""Connections to Redis and Sentinel that answer soon or say why not."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from redis_ha.errors import RedisHaError, Unreachable
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.services import greeting, refusals

TIMEOUT_S = 1.0
CHUNK = 1000
"""How many keys are asked for at a time: a server does nothing else meanwhile."""
OWN = "redis-ha"
"""The name of this tool's own connections, by which a server tells them from those of clients."""
ASKS_FOR_NONE = "without any password"
"""In the reply to AUTH of a server that asks for none."""
TWO_WORDS = frozenset({"ACL", "CLIENT", "CONFIG", "FUNCTION", "SCRIPT", "SENTINEL"})
"""Commands whose second word says what they do."""


class RememberingClient(redis.Redis):
    """Remembers what it asked last, so that a refusal can name it."""

    asked = ""
    """Nothing so far, or several commands at once: replies to those name theirs."""

    def execute_command(self, *args: Any, **options: Any) -> Any:
        """Send a command; its arguments are not remembered, a password may be among them."""
        words = " ".join(map(str, args)).split()
        self.asked = " ".join(words[: 2 if words[0] in TWO_WORDS else 1])
        return super().execute_command(*args, **options)  # type: ignore[no-untyped-call]


def chunks(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield keys, as many at a time as one command asks for."""
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]


def connect(
    address: str,
    port: int,
    password: str,
    timeout_s: float = TIMEOUT_S,
    *,
    name: str | None = OWN,
    database: int = 0,
) -> RememberingClient:
    """Return a client that neither retries nor waits longer than `timeout_s` for anything.

    Args:
        name: what the server knows its connections by; None for those of an application.
    """
    return RememberingClient(
        host=address,
        port=port,
        password=password,
        db=database,
        client_name=name,
        driver_info=None,  # to tell of the library takes two more round trips
        socket_connect_timeout=timeout_s,
        socket_timeout=timeout_s,
        retry=Retry(NoBackoff(), 0),
        protocol=2,
        decode_responses=True,
        encoding_errors="surrogateescape",  # names of keys may be any bytes
        single_connection_client=False,
    )


def ask(client: redis.Redis, *words: str) -> Any:
    """Send a command and return the answer as it came, without redis-py's reading of it."""
    return client.execute_command(*words)  # type: ignore[no-untyped-call]


def redis_of(
    environment: Environment, node: Node, *, name: str | None = OWN, database: int = 0
) -> AbstractContextManager[redis.Redis]:
    """Ask the Redis of a node; arguments and errors as in `asking`."""
    port, password = environment.topology.redis.port, environment.secrets.redis
    return asking(node.name, node.address, port, password, name=name, database=database)


@contextmanager
def asking(
    who: str,
    address: str,
    port: int,
    password: str,
    *,
    name: str | None = OWN,
    database: int = 0,
) -> Iterator[redis.Redis]:
    """Ask one server and turn its refusals into this project's errors.

    Args:
        who: what errors call it, for example "redis1".
        name: as in `connect`; None for a server that is busy, which takes no name.

    Raises:
        Unreachable: it does not answer, or is not configured by this project.
        Refused: it answers that it will not.
        WrongPassword: it has another password.
    """
    client = connect(address, port, password, name=name, database=database)
    where = f"{who} ({address}:{port})"
    try:
        yield client
    except redis.RedisError as failure:
        raise _error(failure, client, where, address, port) from None
    finally:
        client.close()


def _error(
    failure: redis.RedisError, client: RememberingClient, where: str, address: str, port: int
) -> RedisHaError:
    reply = refusals.reply_of(failure)
    if reply is None and not isinstance(failure, redis.TimeoutError):
        reply = greeting.refusal(address, port)
    if reply is None:
        reason = str(failure).rstrip(".").split(". ")[-1]
        return Unreachable(f"{where} does not answer: {reason}")
    if ASKS_FOR_NONE in reply:
        return Unreachable(f"{where} asks for no password: it is not provisioned yet")
    return refusals.error(where, client.asked, reply)
