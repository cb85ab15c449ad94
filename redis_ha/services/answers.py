"""What a Redis tells of itself in one round trip: INFO, and the settings that it runs with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import redis

from redis_ha.services import rights
from redis_ha.services.snapshot import Denial


@dataclass(frozen=True)
class Answers:
    """What one Redis answered.

    Args:
        info: INFO, read by redis-py.
        settings: all with which it runs, passwords among them; none where it may not be asked
            for them.
        denials: what Sentinels may not do there.
        refused_login_s: how long ago it refused a login.
        users: its ACL users as ACL LIST has them; none where it may not be asked.
    """

    info: Mapping[str, Any]
    settings: Mapping[str, str]
    denials: tuple[Denial, ...] = ()
    refused_login_s: float | None = None
    users: tuple[str, ...] = ()

    def number(self, setting: str) -> int | None:
        """Return a setting as a number, None where it is not known."""
        value = self.settings.get(setting)
        return int(value) if value else None

    @property
    def replicas(self) -> tuple[str, ...]:
        """Return the addresses of those that replicate from it, with the ports that they told."""
        found = (self.info.get(f"slave{number}") for number in range(self._count))
        return tuple(f"{each['ip']}:{each['port']}" for each in found if each)

    @property
    def _count(self) -> int:
        return int(self.info.get("connected_slaves", 0))


def ask(client: redis.Redis) -> Answers:
    """Ask a Redis all that a look at it needs.

    Raises:
        redis.RedisError: it does not answer, or refuses INFO.
    """
    pipeline = client.pipeline(transaction=False)
    pipeline.info("everything")
    pipeline.config_get("*")
    pipeline.acl_list()
    rights.prepare(pipeline)
    info, settings, users, *about_rights = pipeline.execute(raise_on_error=False)
    if isinstance(info, redis.RedisError):
        raise info
    return Answers(
        info,
        settings if isinstance(settings, dict) else {},
        rights.read(client, about_rights),
        rights.refused_login_s(about_rights[rights.LOG]),
        tuple(users) if isinstance(users, list) else (),
    )
