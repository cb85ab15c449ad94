"""What servers refuse, in the words of their replies, and what an operator makes of each."""

from collections.abc import Mapping
from dataclasses import dataclass

import redis

from redis_ha.errors import RedisHaError, Refused, WrongPassword

SET_OTHERWISE = "was it brought up with REDIS_HA_REDIS_PASSWORD or REDIS_HA_SENTINEL_PASSWORD set?"
TLS = "TLS"
"""Stands for the reply of a server that understands nothing but TLS."""


@dataclass(frozen=True)
class Meaning:
    """What is the matter with a server that replies like that.

    Args:
        says: goes after the server's name.
        mend: what to do about it.
        passes: it may be over by itself within seconds.
    """

    says: str
    mend: str
    passes: bool = False


MEANINGS: Mapping[str, Meaning] = {
    "OOM": Meaning(
        "has used up its maxmemory and may evict nothing", "raise `redis.maxmemory` or delete keys"
    ),
    "MISCONF": Meaning(
        "takes no writes, for it could not save the last ones",
        "its log says why; most often the disk is full",
    ),
    "NOREPLICAS": Meaning(
        "takes no writes, for too few replicas follow in time", "`./inv status` names them", True
    ),
    "READONLY": Meaning("is a replica and takes no writes", "`./inv status` names the master"),
    "BUSY": Meaning(
        "is busy with a script or function",
        "`./inv heal` ends it where the server allows that",
    ),
    "LOADING": Meaning("loads its data", "wait until it has", passes=True),
    "MASTERDOWN": Meaning(
        "has lost its master and serves no old data", "`./inv status` says who is missing", True
    ),
    "NOPERM": Meaning(
        "denies this tool's user a right", "give user `default` all rights again (ACL SETUSER)"
    ),
    "NOAUTH": Meaning("refuses the password of this environment", SET_OTHERWISE),
    "WRONGPASS": Meaning("refuses the password of this environment", SET_OTHERWISE),
    "ERR max number of clients reached": Meaning(
        "takes no more connections, for it has as many as its maxclients allows",
        "end some or raise `maxclients`",
    ),
    "DENIED": Meaning(
        "is in protected mode and answers its own machine alone",
        "it is not provisioned yet: `./inv provision`",
    ),
    TLS: Meaning(
        "speaks TLS, this environment does not",
        "turn `port` on and `tls-port` off in its redis.conf",
    ),
}
"""By how the reply begins."""

UNKNOWN = Meaning("refuses", "its log may say more")


def meaning(reply: str) -> Meaning:
    """Return what a reply means; a reply that nobody has put into words is shown as it is."""
    found = (each for begins, each in MEANINGS.items() if reply.startswith(begins))
    return next(found, UNKNOWN)


def explained(reply: str) -> str:
    """Return a reply with its meaning, for a sentence in which the server has been named."""
    return f"{meaning(reply).says} ({short(reply)})"


def error(who: str, command: str, reply: str) -> RedisHaError:
    """Return the error that a server's refusal of a command stands for.

    Args:
        who: what the server is called.
        command: what it was asked; empty where that is not known.
    """
    asked = f"{command}: " if command else ""
    kind = WrongPassword if reply.startswith(("NOAUTH", "WRONGPASS")) else Refused
    said = "" if reply == TLS else f" ({asked}{short(reply)})"
    words = f"{who} {meaning(reply).says}; {meaning(reply).mend}{said}"
    return kind(words, command=command, reply=reply)


def reply_of(failure: redis.RedisError) -> str | None:
    """Return what the server replied, None where it did not.

    redis-py takes the first word away from replies that it knows.
    """
    said, code = str(failure), getattr(failure, "status_code", None)
    if code is None:
        return said if isinstance(failure, redis.ResponseError) else None
    return said if said.startswith(code) else f"{code} {said}"


def short(reply: str) -> str:
    """Return the first sentence of a reply."""
    return reply.split(". ", maxsplit=1)[0].rstrip(".")
