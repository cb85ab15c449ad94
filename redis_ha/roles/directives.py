"""Directives of Redis and Sentinel that an inventory has besides its own keys, and may not have.

A template has the others: two places that say one thing would contradict each other.
"""

from collections.abc import Iterator, Mapping

Given = Mapping[str, bool | int | str]

REDIS = {
    "bind": "",
    "port": "redis.port",
    "protected-mode": "",
    "daemonize": "",
    "logfile": "",
    "dir": "",
    "databases": "redis.databases",
    "requirepass": "REDIS_HA_REDIS_PASSWORD",
    "masterauth": "REDIS_HA_REDIS_PASSWORD",
    "replica-announce-ip": "",
    "replica-priority": "nodes.priority",
    "replicaof": "nodes.priority",
    "min-replicas-to-write": "redis.min_replicas_to_write",
    "min-replicas-max-lag": "redis.min_replicas_max_lag",
    "repl-backlog-size": "",
    "repl-diskless-sync": "",
    "repl-diskless-sync-delay": "",
    "appendonly": "",
    "appendfsync": "",
    "save": "",
    "maxmemory": "redis.maxmemory",
    "maxmemory-policy": "redis.maxmemory_policy",
    "lazyfree-lazy-user-flush": "",
}
"""What the template of Redis has, each with the key of an inventory, or the variable, that says so;
empty where nothing does."""
SENTINEL = {
    "bind": "",
    "port": "nodes.sentinels",
    "protected-mode": "",
    "daemonize": "",
    "logfile": "",
    "dir": "",
    "requirepass": "REDIS_HA_SENTINEL_PASSWORD",
    "sentinel sentinel-pass": "REDIS_HA_SENTINEL_PASSWORD",
    "sentinel resolve-hostnames": "",
    "sentinel announce-hostnames": "",
    "sentinel announce-ip": "",
    "sentinel announce-port": "nodes.sentinels",
    "sentinel deny-scripts-reconfig": "",
    "sentinel monitor": "sentinel.quorum",
    "sentinel auth-pass": "REDIS_HA_REDIS_PASSWORD",
    "sentinel down-after-milliseconds": "sentinel.down_after_ms",
    "sentinel failover-timeout": "sentinel.failover_timeout_ms",
    "sentinel parallel-syncs": "sentinel.parallel_syncs",
    "sentinel notification-script": "sentinel.notification_script",
    "sentinel client-reconfig-script": "sentinel.client_reconfig_script",
}
"""The same of Sentinel."""
ALIASES = {
    "slaveof": "replicaof",
    "slave-priority": "replica-priority",
    "slave-announce-ip": "replica-announce-ip",
    "min-slaves-to-write": "min-replicas-to-write",
    "min-slaves-max-lag": "min-replicas-max-lag",
    "primaryauth": "masterauth",
}
"""Other names of one of these."""
BY_HAND = ("user", "aclfile", "include", "loadmodule", "rename-command")
"""What would not be one line of every node alike: it is kept where it stands in a file."""


def lines(given: Given) -> tuple[str, ...]:
    """Return directives as a configuration file has them."""
    return tuple(f"{name} {_word(value)}" for name, value in given.items())


def contradictions(table: str, given: Given, rendered: Mapping[str, str]) -> Iterator[str]:
    """Yield which directives of a table of an inventory cannot stand there."""
    for name in given:
        if (known := ALIASES.get(name, name)) in rendered:
            yield f"{table}.directives.{name}: {_instead(known, rendered)}"
        elif name in BY_HAND:
            yield f"{table}.directives.{name}: stays in the server's own file, where it is kept"
        elif name.startswith("sentinel ") and table != "sentinel":
            yield f"{table}.directives.{name}: belongs to sentinel.directives"


def _instead(name: str, rendered: Mapping[str, str]) -> str:
    key = rendered[name]
    return f"is set by {key}" if key else "is the project's own, and the same for every environment"


def _word(value: bool | int | str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) or '""'
