"""The folder with roles that are not the product's own, which a variable names."""

import os
from pathlib import Path

from redis_ha.errors import RedisHaError

VARIABLE = "REDIS_HA_ROLES"


def folder() -> Path | None:
    """Return that folder, None where there is none.

    Raises:
        RedisHaError: the variable names no folder.
    """
    if not (named := os.environ.get(VARIABLE)):
        return None
    path = Path(named)
    if not path.is_dir():
        raise RedisHaError(f"{VARIABLE}: no such folder: {path}")
    return path.resolve()


def beside(project: Path) -> list[Path]:
    """Return the project's folder, and the one with more roles, which is laid out like it."""
    more = folder()
    return [project, more] if more else [project]
