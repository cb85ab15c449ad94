"""Connections to Redis and Sentinel that answer soon or say why not."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from redis_ha.errors import Unreachable, WrongPassword
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment

TIMEOUT_S = 1.0
OWN = "redis-ha"
"""The name of this tool's own connections, by which a server tells them from those of clients."""


def connect(
    address: str,
    port: int,
    password: str,
    timeout_s: float = TIMEOUT_S,
    *,
    name: str | None = OWN,
) -> redis.Redis:
    """Return a client that neither retries nor waits longer than `timeout_s` for anything.

    Args:
        name: what the server knows its connections by; None for those of an application.
    """
    return redis.Redis(
        host=address,
        port=port,
        password=password,
        client_name=name,
        socket_connect_timeout=timeout_s,
        socket_timeout=timeout_s,
        retry=Retry(NoBackoff(), 0),
        protocol=2,
        decode_responses=True,
        single_connection_client=False,
    )


def ask(client: redis.Redis, *words: str) -> Any:
    """Send a command and return the answer as it came, without redis-py's reading of it."""
    return client.execute_command(*words)  # type: ignore[no-untyped-call]


def redis_of(environment: Environment, node: Node) -> AbstractContextManager[redis.Redis]:
    """Ask the Redis of a node; errors as in `asking`."""
    port = environment.topology.redis.port
    return asking(node.name, node.address, port, environment.secrets.redis)


@contextmanager
def asking(who: str, address: str, port: int, password: str) -> Iterator[redis.Redis]:
    """Ask one server and turn its refusals into this project's errors.

    Args:
        who: what errors call it, for example "redis1".

    Raises:
        Unreachable: it does not answer, or is not configured by this project.
        WrongPassword: it has another password.
    """
    client = connect(address, port, password)
    where = f"{who} ({address}:{port})"
    try:
        yield client
    except redis.AuthenticationError as error:
        if "without any password" in str(error):
            raise Unreachable(f"{where} asks for no password: it is not provisioned yet") from None
        raise WrongPassword(
            f"{where} refuses the password of this environment; was it brought up with "
            "REDIS_HA_REDIS_PASSWORD or REDIS_HA_SENTINEL_PASSWORD set?"
        ) from None
    except redis.RedisError as error:
        reason = str(error).rstrip(".").split(". ")[-1]
        raise Unreachable(f"{where} does not answer: {reason}") from None
    finally:
        client.close()
