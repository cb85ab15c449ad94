"""The passwords of an environment: generated once, kept private, never printed."""

import json
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from pydantic import TypeAdapter

from redis_ha import roles
from redis_ha.errors import RedisHaError
from redis_ha.state import write_private

FILE = "secrets.json"
MASK = "********"
SHORTEST = 8
KINDS = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]")
"""Of letters: some programs refuse a password that lacks one."""
_HELD = TypeAdapter(dict[str, str])


HASHES = re.compile(r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}|#[0-9a-f]{64}")
"""Of passwords: bcrypt's, and those of ACL users (SHA-256)."""


class Secrets:
    """What everything in an environment authenticates with, a password a role.

    A variable such as REDIS_HA_REDIS_PASSWORD wins.

    Args:
        values: the passwords by the names under which roles ask for them.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secrets) and self._values == other._values

    def __hash__(self) -> int:
        return hash(frozenset(self._values.items()))

    @property
    def redis(self) -> str:
        """Return the password of Redis, which replication uses as well."""
        return self["redis"]

    @property
    def sentinel(self) -> str:
        """Return the password of the Sentinels."""
        return self["sentinel"]

    def masked(self, text: str) -> str:
        """Return `text` without any of these passwords, in letters or hexadecimal, and any hash."""
        for value in sorted(self._values.values(), key=len, reverse=True):
            text = text.replace(value, MASK).replace(value.encode().hex(), MASK)
        return HASHES.sub(MASK, text)


def names() -> list[str]:
    """Return the name of every password that a role asks for."""
    return [name for role in roles.registry().values() for name in role.secrets]


def load(folder: Path) -> Secrets:
    """Return the environment's passwords, generating them the first time.

    Raises:
        RedisHaError: the file is damaged, or a variable holds an unusable password.
    """
    path = folder / FILE
    held = _held(path)
    stored = {**{name: generated() for name in names()}, **held}
    if stored != held and folder.exists():  # the first time, or a role that came later
        write_private(path, json.dumps(stored, indent=2) + "\n")
    return Secrets({**stored, **_from_environment()})


def generated() -> str:
    """Return a new password of 32 letters, with one of each kind that TYPO3 wants to see."""
    while True:
        password = secrets.token_urlsafe(24)
        if all(re.search(kind, password) for kind in KINDS):
            return password


def _held(path: Path) -> dict[str, str]:
    """Return what the file has; Redis and the Sentinels on the nodes have those passwords."""
    if not path.exists():
        return {}
    try:
        held = _HELD.validate_json(path.read_text(encoding="utf-8"))
        return {"redis": held["redis"], "sentinel": held["sentinel"], **held}
    except (ValueError, KeyError):
        raise _damaged(path) from None


def _damaged(path: Path) -> RedisHaError:
    return RedisHaError(
        f"{path}: damaged; put it back, or remove the nodes, which have its passwords, "
        "with `./inv down --purge`"
    )


def _from_environment() -> dict[str, str]:
    given = {}
    for name in names():
        variable = f"REDIS_HA_{name.upper()}_PASSWORD"
        if value := os.environ.get(variable):
            plain = value.isascii() and value.isprintable()
            if len(value) < SHORTEST or not plain or set(value) & set("\"'\\ "):
                raise RedisHaError(
                    f"{variable}: needs at least {SHORTEST} printable ASCII characters without "
                    "quotes, backslashes and spaces"
                )
            given[name] = value
    return given
