"""The web node; nothing runs on it so far."""

from redis_ha.roles.role import Role

ROLE = Role(name="web")
