"""What the Sentinels' user may not do on a Redis, as the server itself says (ACL DRYRUN)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import redis

from redis_ha.services.ability import DEFAULT
from redis_ha.services.client import ask
from redis_ha.services.snapshot import Denial
from redis_ha.services.visitors import SENTINELS

NEEDED = {
    "+ping": "PING",
    "+info": "INFO",
    "+subscribe &__sentinel__:hello": "SUBSCRIBE __sentinel__:hello",
    "+slaveof": "SLAVEOF NO ONE",
    "+config|rewrite": "CONFIG REWRITE",
    "+client|kill": "CLIENT KILL TYPE normal",
    "+exec": "EXEC",
}
"""What a failover fails without, by the ACL rule that gives it: one that is missing aborts all
that Sentinel sends as one transaction."""
LOG = 1
"""Which of the answers is that of ACL LOG."""
REMEMBERED = "10"
RECENT_S = 30.0
"""A Sentinel that was denied something tries again within 10 s."""


def prepare(pipeline: redis.Redis) -> None:
    """Ask for the Sentinels' connections, for what was refused, and for the rights of `default`.

    Those that subscribe are few, whatever the number of clients.
    """
    ask(pipeline, "CLIENT", "LIST", "TYPE", "pubsub")
    ask(pipeline, "ACL", "LOG", REMEMBERED)
    _prepare(pipeline, DEFAULT)


def read(client: redis.Redis, answers: Sequence[Any]) -> tuple[Denial, ...]:
    """Return what is denied, asking again where the Sentinels have another user than `default`."""
    connections, log, *told = answers
    users = sorted({*_connected(connections), *_denied(log)}) or [DEFAULT]
    return tuple(denial for user in users for denial in _of_user(client, user, told))


def refused_login_s(log: Any) -> float | None:
    """Return how long ago a login was refused last, in seconds; None where none is remembered."""
    ages = [float(entry["age-seconds"]) for entry in _entries(log) if entry["reason"] == "auth"]
    return min(ages, default=None)


def _prepare(pipeline: redis.Redis, user: str) -> None:
    for command in NEEDED.values():
        ask(pipeline, "ACL", "DRYRUN", user, *command.split())


def _of_user(client: redis.Redis, user: str, told: Sequence[Any]) -> Iterator[Denial]:
    if user != DEFAULT:
        pipeline = client.pipeline(transaction=False)
        _prepare(pipeline, user)
        told = pipeline.execute(raise_on_error=False)
    for (rule, command), answer in zip(NEEDED.items(), told, strict=True):
        if isinstance(answer, redis.ResponseError):
            if "not found" in str(answer) and "Command" in str(answer):
                yield Denial(user, command, rule, is_unknown=True)
        elif answer != "OK":
            yield Denial(user, command, rule)


def _connected(connections: Any) -> Iterator[str]:
    for line in connections.splitlines() if isinstance(connections, str) else ():
        fields = _fields(line)
        if fields.get("name", "").startswith(SENTINELS) and "user" in fields:
            yield fields["user"]


def _denied(log: Any) -> Iterator[str]:
    for entry in _entries(log):
        name = _fields(entry["client-info"]).get("name", "")
        is_recent = float(entry["age-seconds"]) <= RECENT_S
        if is_recent and entry["reason"] != "auth" and name.startswith(SENTINELS):
            yield entry["username"]


def _fields(line: str) -> dict[str, str]:
    pairs = (word.partition("=") for word in line.split())
    return {key: value for key, _, value in pairs}


def _entries(log: Any) -> Iterable[dict[str, str]]:
    """Return the entries of an ACL LOG, none where it may not be asked."""
    listed = log if isinstance(log, list) else []
    return [dict(zip(flat[::2], flat[1::2], strict=True)) for flat in listed]
