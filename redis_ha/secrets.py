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
        commander: password of the console's user; REDIS_HA_COMMANDER_PASSWORD wins.
    """

    redis: str
    sentinel: str
    commander: str

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
    fresh = {item.name: secrets.token_urlsafe(24) for item in fields(Secrets)}
    held = _held(path)
    try:
        stored = Secrets(**{**fresh, **held})
    except TypeError:
        raise _damaged(path) from None
    if asdict(stored) != held:  # the first time, or a service that came later
        write_private(path, json.dumps(asdict(stored), indent=2) + "\n")
    return replace(stored, **_from_environment())


def _held(path: Path) -> dict[str, str]:
    """Return what the file has; Redis and the Sentinels on the nodes have those passwords."""
    if not path.exists():
        return {}
    try:
        held: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        return {"redis": held["redis"], "sentinel": held["sentinel"], **held}
    except (ValueError, TypeError, KeyError):
        raise _damaged(path) from None


def _damaged(path: Path) -> RedisHaError:
    return RedisHaError(
        f"{path}: damaged; put it back, or remove the nodes, which have its passwords, "
        "with `./inv down --purge`"
    )


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
