"""The passwords of an environment: generated once, kept private, never printed."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from redis_ha.errors import RedisHaError
from redis_ha.state import write_private

FILE = "secrets.json"
MASK = "********"
SHORTEST = 8


@dataclass(frozen=True, repr=False)
class Secrets:
    """What Redis, replication, Sentinel and every task authenticate with.

    Args:
        redis: password of Redis; the environment variable REDIS_HA_REDIS_PASSWORD wins.
        sentinel: password of the Sentinels; REDIS_HA_SENTINEL_PASSWORD wins.
    """

    redis: str
    sentinel: str

    def masked(self, text: str) -> str:
        """Return `text` without any of these passwords."""
        for value in sorted(asdict(self).values(), key=len, reverse=True):
            text = text.replace(value, MASK)
        return text


def load(folder: Path) -> Secrets:
    """Return the environment's passwords, generating them the first time.

    Raises:
        RedisHaError: the file is damaged, or a variable holds an unusable password.
    """
    path = folder / FILE
    if not path.exists():
        fresh = Secrets(redis=secrets.token_urlsafe(24), sentinel=secrets.token_urlsafe(24))
        write_private(path, json.dumps(asdict(fresh), indent=2) + "\n")
    try:
        stored = Secrets(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError):
        raise RedisHaError(
            f"{path}: damaged; put it back, or remove the nodes, which have its passwords, "
            "with `./inv down --purge`"
        ) from None
    return replace(stored, **_from_environment())


def _from_environment() -> dict[str, str]:
    given = {}
    for item in fields(Secrets):
        variable = f"REDIS_HA_{item.name.upper()}_PASSWORD"
        if value := os.environ.get(variable):
            plain = value.isascii() and value.isprintable()
            if len(value) < SHORTEST or not plain or set(value) & set("\"'\\ "):
                raise RedisHaError(
                    f"{variable}: needs at least {SHORTEST} printable ASCII characters without "
                    "quotes, backslashes and spaces"
                )
            given[item.name] = value
    return given
