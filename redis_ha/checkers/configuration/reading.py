"""Settings from configuration files: rendered ones, the nodes', and those made by hand."""

from collections.abc import Mapping
from ipaddress import ip_address

from redis_ha.checkers.configuration.settings import RedisSettings, SentinelSettings, Settings
from redis_ha.inventory import Inventory
from redis_ha.roles.redis import NAME as REDIS
from redis_ha.services.directives import DEFAULT_USER, Key, Values, parse

Texts = Mapping[str, Mapping[str, str]]
"""The files of every node: by its name, then by process."""


class _File:
    """One file's settings, each with what the server takes for granted where it is not set."""

    def __init__(self, text: str) -> None:
        self._found: dict[Key, Values] = parse(text)

    def words(self, *key: str) -> tuple[str, ...]:
        """Return the words of a setting, () when it is not set; the last line of several counts."""
        return (self._found.get(key) or ((),))[-1]

    def text(self, *key: str, default: str = "") -> str:
        return " ".join(self.words(*key)) or default

    def number(self, *key: str, default: int) -> int:
        text = self.text(*key)
        return int(text) if text.isdigit() else default

    def yes(self, *key: str, default: bool) -> bool:
        return self.text(*key, default="yes" if default else "no").lower() == "yes"

    @property
    def has_password(self) -> bool:
        """Say whether clients need a password; a rewrite keeps it as an ACL user as well."""
        rules = [word for words in self._found.get(DEFAULT_USER, ()) for word in words]
        by_user = any(word[:1] in "#>" for word in rules if word)
        return by_user or bool(self.text("requirepass") or self.text("aclfile"))

    @property
    def takes_snapshots(self) -> bool:
        saves = self._found.get(("save",))
        return saves is None or saves[-1] != ("",)


def read(topology: Inventory, texts: Texts) -> Settings:
    """Return the settings that the files of all nodes have."""
    redis, sentinels = [], []
    for node, files in texts.items():
        processes = topology.processes(topology.node(node))
        for process, text in files.items():
            if processes.named(process).role == REDIS:
                redis.append(_redis(node, _File(text)))
            elif watching := _sentinel(node, _File(text), topology.sentinel.master_name):
                sentinels.append(watching)
    return Settings(topology, tuple(redis), tuple(sentinels))


def _redis(node: str, file: _File) -> RedisSettings:
    lag = file.number("min-replicas-max-lag", default=RedisSettings.max_lag_s)
    return RedisSettings(
        node,
        priority=file.number("replica-priority", default=RedisSettings.priority),
        min_replicas=file.number("min-replicas-to-write", default=0) if lag else 0,
        max_lag_s=lag,
        maxmemory=file.number("maxmemory", default=RedisSettings.maxmemory),
        policy=file.text("maxmemory-policy", default=RedisSettings.policy),
        appendonly=file.yes("appendonly", default=RedisSettings.appendonly),
        appendfsync=file.text("appendfsync", default=RedisSettings.appendfsync),
        has_snapshots=file.takes_snapshots,
        is_read_only=file.yes("replica-read-only", default=RedisSettings.is_read_only),
        is_protected=file.yes("protected-mode", default=RedisSettings.is_protected),
        has_password=file.has_password,
        has_master_password=bool(file.text("masterauth")),
        names=_names(file.words("replicaof")[:1], file.words("replica-announce-ip")),
        maxclients=file.number("maxclients", default=RedisSettings.maxclients),
    )


def _sentinel(node: str, file: _File, master: str) -> SentinelSettings | None:
    monitor = file.words("sentinel", "monitor", master)
    if len(monitor) < len(("address", "port", "quorum")):
        return None

    def number(word: str, default: int) -> int:
        return file.number("sentinel", word, master, default=default)

    return SentinelSettings(
        node,
        quorum=int(monitor[2]) if monitor[2].isdigit() else SentinelSettings.quorum,
        down_after_ms=number("down-after-milliseconds", SentinelSettings.down_after_ms),
        failover_timeout_ms=number("failover-timeout", SentinelSettings.failover_timeout_ms),
        parallel_syncs=number("parallel-syncs", SentinelSettings.parallel_syncs),
        resolve_hostnames=file.yes("sentinel", "resolve-hostnames", default=False),
        announce_hostnames=file.yes("sentinel", "announce-hostnames", default=False),
        has_password=file.has_password,
        has_master_password=bool(file.text("sentinel", "auth-pass", master)),
        names=_names(monitor[:1], file.words("sentinel", "announce-ip")),
    )


def _names(*addresses: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for words in addresses for word in words if word and not _is_address(word))


def _is_address(word: str) -> bool:
    try:
        ip_address(word)
    except ValueError:
        return False
    return True
