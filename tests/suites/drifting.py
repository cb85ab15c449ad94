"""Drift of what a suite brings up: Redis and Sentinel, no optional roles."""

from redis_ha.nodes.environment import Environment
from redis_ha.provision import drift

SERVERS = "/etc/redis/"


def drifted(environment: Environment) -> list[str]:
    """Return each difference of the servers' files with its node."""
    return [
        f"{file.node}: {difference}"
        for file in drift.examine(environment).files
        for difference in file.differences
        if file.path.startswith(SERVERS)
    ]
