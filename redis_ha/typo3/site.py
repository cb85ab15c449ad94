"""A TYPO3 site's settings as its own PHP told them; passwords are not among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from redis_ha.typo3.versions import VERSIONS, Typo3Version

ADDRESS = "127.0.0.1"
PORT = 6379


@dataclass(frozen=True)
class Value:
    """What an option is set to.

    Args:
        kind: as PHP calls it.
        shown: the value itself; None for one that is not shown.
    """

    kind: str
    is_empty: bool = False
    shown: Any = None

    def __str__(self) -> str:
        return repr(self.shown) if self.shown is not None else f"({self.kind})"


@dataclass(frozen=True)
class Part:
    """A cache, the sessions of an end, or the locks: what of a site is in Redis.

    Args:
        name: as the settings call it.
    """

    name: str
    options: Mapping[str, Value]
    backend: str = ""

    @property
    def address(self) -> str:
        """Return its server, as the site's PHP names it."""
        return f"{self._shown('hostname', ADDRESS)}:{self._shown('port', PORT)}"

    @property
    def database(self) -> int | None:
        """Return its database, None where the settings name none."""
        value = self.options.get("database")
        return int(value.shown) if value and str(value.shown).isdigit() else None

    @property
    def place(self) -> tuple[str, int]:
        """Return where its keys lie."""
        return self.address, self.database or 0

    @property
    def prefix(self) -> str:
        """Return what its keys begin with, empty for none."""
        return str(self._shown("keyPrefix", ""))

    def _shown(self, name: str, otherwise: object) -> object:
        value = self.options.get(name)
        return otherwise if value is None or value.shown is None else value.shown


@dataclass(frozen=True)
class NamedServer:
    """What a Redis told that a site names.

    Args:
        trouble: why it told nothing.
        direct: whether the site's address is the server's own and no proxy's; None for unknown.
    """

    trouble: str = ""
    policy: str = ""
    maxmemory: int = 0
    role: str = ""
    replicas: int = 0
    direct: bool | None = None


@dataclass(frozen=True)
class Garbage:
    """The scheduler's task that collects garbage of caches in Redis.

    Args:
        trouble: why that is not known.
        ago_s: how long ago it ran, None for never.
    """

    trouble: str = ""
    tasks: int = 0
    ago_s: int | None = None


@dataclass(frozen=True)
class Site:
    """What the rules look at.

    Args:
        typo3: its whole version, None where its TYPO3 is not installed.
        modes: who may read its files of settings, by their names.
    """

    typo3: str | None
    socket_timeout_s: int
    caches: tuple[Part, ...]
    sessions: tuple[Part, ...]
    locks: Part | None
    servers: Mapping[str, NamedServer]
    garbage: Garbage
    modes: Mapping[str, int]

    @property
    def version(self) -> Typo3Version | None:
        """Return what is known of its version, None for nothing."""
        return VERSIONS.get(".".join((self.typo3 or "").split(".")[:2]))

    @property
    def parts(self) -> Iterator[Part]:
        """Yield everything that it has in Redis."""
        yield from (*self.caches, *self.sessions, *([self.locks] if self.locks else []))


def read(said: Mapping[str, Any]) -> Site:
    """Return a site from what its PHP said."""
    locks = said["locks"]
    return Site(
        typo3=said["typo3"],
        socket_timeout_s=said["socket_timeout_s"],
        caches=_parts(said["caches"], "{}"),
        sessions=_parts(said["sessions"], "sessions {}"),
        locks=Part("locks", _options(locks)) if locks else None,
        servers={
            address: NamedServer(**{key: value for key, value in each.items() if value is not None})
            for address, each in said["servers"].items()
        },
        garbage=_garbage(said["garbage"]),
        modes=said["modes"],
    )


def _parts(said: Mapping[str, Any], name: str) -> tuple[Part, ...]:
    return tuple(
        Part(name.format(each), _options(part["options"]), part["backend"])
        for each, part in said.items()
    )


def _options(said: Mapping[str, Any]) -> dict[str, Value]:
    return {
        name: Value(each["kind"], each["empty"], each.get("value")) for name, each in said.items()
    }


def _garbage(said: Mapping[str, Any]) -> Garbage:
    if "trouble" in said:
        return Garbage(trouble=said["trouble"])
    return Garbage(tasks=said["tasks"], ago_s=said["now"] - said["ran"] if said["ran"] else None)
