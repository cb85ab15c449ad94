"""Rules about the library that the application talks to Redis with: what its defaults lack."""

from collections.abc import Iterator, Mapping

from redis_ha.checkers.configuration.finding import Finding, Severity
from redis_ha.checkers.configuration.settings import Settings
from redis_ha.inventory.client import Client

ADVISED: Mapping[str, Mapping[str, str]] = {
    "ioredis": {
        "failoverDetector": "without it ioredis stays on a master that hung, and writes again only "
        "when that is demoted, about 10 s after it is back",
        "commandTimeout": "without it ioredis waits for a master that hangs, which then "
        "acknowledges writes that are lost",
    },
    "redis-py": {
        "socket_timeout": "without a short one redis-py waits for a master that hangs, and stays "
        "on it until that is demoted, about 10 s after it is back",
    },
}
"""Of each library the options that a hang of the master needs, and what they are good for; measured
(docs/clients.md)."""
VALUES = {"failoverDetector": "true", "commandTimeout": "500 (ms)", "socket_timeout": "0.5 (s)"}


def options(settings: Settings) -> Iterator[Finding]:
    """See that the application's client comes back after a hang."""
    if not settings.sentinels:
        return
    known = settings.topology.table(Client)
    for option, why in ADVISED.get(known.library or "", {}).items():
        if option not in known.options:
            better = f"{option} {VALUES[option]}"
            yield Finding("client.options", Severity.RISKY, f"no {option}", better, why)
