"""One strike of a fault as data: whom it hit, in what environment, under which settings."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Member:
    """A node that has Redis, Sentinels, or both."""

    name: str
    """Its name."""
    sentinels: int
    """How many it has."""
    priority: int | None
    """Of its Redis; null without one."""


@dataclass(frozen=True, kw_only=True)
class Strike:
    """All that decides what should come of a fault, and when."""

    master: str
    """Who was master."""
    targets: tuple[str, ...]
    """The nodes that were hit."""
    members: tuple[Member, ...]
    """Every node with Redis or a Sentinel."""
    takes_redis: bool
    """The others do without the Redis of the targets while it lasts."""
    takes_sentinels: bool
    """They do without their Sentinels."""
    leads_to: str | None
    """What comes of it where the master is hit, if that does not follow from what it takes."""
    is_silent: bool
    """Connections stay open, and nothing answers."""
    cuts: bool
    """The targets go on by themselves, cut off from the others."""
    loses_cache: bool
    """What a target had not flushed to its disk is gone."""
    down_after_s: float
    """`down-after-milliseconds` of the Sentinels."""
    quorum: int
    """Of the Sentinels."""
    min_replicas: int
    """`min-replicas-to-write` while it lasted."""
    max_lag_s: int
    """`min-replicas-max-lag`."""

    @property
    def spared(self) -> tuple[str, ...]:
        """Return the nodes that were not hit."""
        return tuple(each.name for each in self.members if each.name not in self.targets)

    @property
    def redis_members(self) -> list[Member]:
        """Return the nodes that have a Redis."""
        return [each for each in self.members if each.priority is not None]

    @property
    def is_dark(self) -> bool:
        """Say whether no Redis was spared."""
        return {each.name for each in self.redis_members} <= set(self.targets)

    def sentinels(self, names: tuple[str, ...] | None = None) -> int:
        """Count the Sentinels of some nodes, or all of them."""
        return sum(each.sentinels for each in self.members if names is None or each.name in names)
