"""What the versions of TYPO3 take of Redis: caches, options and their kinds.

Read in, and tried with, the classes of 12.4.45, 13.4.22 and 14.3.0; a suite reads them again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

Kind = type[int] | type[bool] | type[str]

LIFETIMES: Mapping[str, int | None] = {
    "hash": None,
    "pages": None,
    "rootline": 2_592_000,
    "imagesizes": 0,
    "l10n": 0,
    "assets": 0,
    "extbase": 0,
    "database_schema": None,
}
"""Every cache that may be moved, with the `defaultLifetime` that core gives it: options that are
set anew drop it. In the order of their databases, which new ones may only follow."""
FIXED: Mapping[str, str] = {
    "core": "it holds PHP, which has to be a file",
    "di": "it holds PHP, which has to be a file",
    "fluid_template": "it holds PHP, which has to be a file",
    "typoscript": "it holds PHP, which has to be a file",
    "runtime": "it lives for one request",
    "ratelimiter": "an entry that is gone is no limit on guesses of a password",
}
"""The caches of core that stay where they are, and why."""
OPTIONS: Mapping[str, Kind] = {
    "hostname": str,
    "port": int,
    "database": int,
    "password": str,
    "persistentConnection": bool,
    "connectionTimeout": int,
    "compression": bool,
    "compressionLevel": int,
    "defaultLifetime": int,
}
"""What a cache takes in every version, with the kind that every version takes."""
OF_SESSIONS: Mapping[str, Kind] = {"hostname": str, "port": int, "database": int, "password": str}
PREFIX: Mapping[str, Kind] = {"keyPrefix": str}
USER: Mapping[str, Kind] = {"username": str}
OF_LOCKS = (
    "hostname",
    "port",
    "database",
    "username",
    "password",
    "ttl",
    "priority",
    "connectionTimeout",
    "persistentConnection",
    "disabled",
)
"""What b13/distributed-locks takes."""


@dataclass(frozen=True)
class Typo3Version:
    """A version of TYPO3, and what is its own of what it takes.

    Args:
        caches: those that are worth moving.
        more: what caches and sessions take besides `OPTIONS` and `OF_SESSIONS`.
        lenient: options of caches that it takes in other kinds as well.
        absent: caches that it does not have.
        packages: extensions that there are for it, by the names that people type.
    """

    name: str
    caches: tuple[str, ...]
    more: Mapping[str, Kind]
    lenient: tuple[str, ...]
    absent: tuple[str, ...]
    packages: tuple[str, ...]

    @property
    def movable(self) -> tuple[str, ...]:
        """Return the caches that it has and that may be moved."""
        return tuple(each for each in LIFETIMES if each not in self.absent)

    @property
    def options(self) -> Mapping[str, Kind]:
        """Return what its caches take."""
        return {**OPTIONS, **self.more}

    @property
    def of_sessions(self) -> Mapping[str, Kind]:
        """Return what its sessions take; they pass over anything else."""
        return {**OF_SESSIONS, **self.more}

    @property
    def has_user(self) -> bool:
        """Say whether a user has an option; before, it goes along with the password."""
        return "username" in self.more


PAGES = ("hash", "pages", "rootline")
LOCKS, GRACEFUL = "distributed-locks", "graceful-cache"
LOOSE = ("port", "persistentConnection", "compression", "compressionLevel", "defaultLifetime")
VERSIONS = {
    each.name: each
    for each in (
        Typo3Version("12.4", (*PAGES, "imagesizes"), {}, LOOSE, (), (LOCKS, GRACEFUL)),
        Typo3Version("13.4", PAGES, PREFIX, LOOSE[1:], ("imagesizes",), (LOCKS,)),
        Typo3Version("14.3", PAGES, {**PREFIX, **USER}, (), ("imagesizes",), (LOCKS,)),
    )
}
