"""Records of memory: the newest look at an environment, as a page shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from redis_ha.checkers.memory import Advice
from redis_ha.refusal import in_words
from redis_ha.report import reading
from redis_ha.report.reading import KeptDrill

RECORDS = "memory-*.json"
ROWS = 24
"""How many purposes are shown one by one."""
PURPOSES = (">db", "purpose", "kind", ">keys", ">MiB", ">±\n%", ">no TTL\n%", ">median\nTTL h")
"""The columns of what keys are for, in terminals and on pages; `>` is for figures."""


@dataclass(frozen=True)
class PurposeFigures:
    """What the keys of one purpose come to; growth is None after one look."""

    database: int
    name: str
    kind: str
    keys: int
    bytes: int
    error: float
    without_ttl: int
    without_ttl_bytes: int
    ttl_median_s: float | None
    keys_a_minute: float | None = None
    bytes_a_minute: float | None = None


@dataclass(frozen=True)
class LimitingServer:
    """The server whose limit counts."""

    node: str
    counted: int
    maxmemory: int
    policy: str


@dataclass(frozen=True)
class Growth:
    """What came while it was looked at, in bytes and seconds."""

    over_s: float
    bytes: int


@dataclass(frozen=True)
class Look:
    """What a record says of memory; what pages have no use for is left out.

    Args:
        inventory: None in records that are older than this field.
        verdict: the first line of `invoke memory`; empty in such records.
    """

    provider: str
    seen_on: str
    role: str
    unevictable_bytes: int
    server: LimitingServer
    growth: Growth
    advice: Advice
    purposes: tuple[PurposeFigures, ...]
    inventory: str | None = None
    verdict: str = ""

    @property
    def grew(self) -> list[PurposeFigures]:
        """Return the purposes that a second look was taken at."""
        return [each for each in self.purposes if each.bytes_a_minute is not None]

    def unevictable(self, part: PurposeFigures) -> int:
        """Return how many bytes of a purpose the policy evicts never."""
        if self.server.policy == "noeviction":
            return part.bytes
        return part.without_ttl_bytes if self.server.policy.startswith("volatile") else 0


@dataclass(frozen=True)
class KeptLook:
    """A look, and the file that says so."""

    path: Path
    look: Look


LOOK = TypeAdapter(Look)


def read(path: Path) -> KeptLook:
    """Return the look that a file records.

    Raises:
        RedisHaError: it records none; the message names the file.
    """
    return KeptLook(path, parse(path, reading.content(path)))


def parse(path: Path, data: Any) -> Look:
    """Return a record as a look.

    Raises:
        RedisHaError: it lacks what every record has; the message names the file.
    """
    try:
        return LOOK.validate_python(data)
    except ValidationError as error:
        raise reading.damaged(path, in_words(error, lambda _: [])) from None


def beside(records: Iterable[KeptDrill]) -> list[KeptLook]:
    """Return the newest look at each environment of some drills.

    It lies in the folder of their records or, for those of one run, in the folder above.

    Raises:
        RedisHaError: a record of memory there cannot be read.
    """
    drills = list(records)
    folders = {place for each in drills for place in _places(each.path.parent)}
    wanted = {(each.drill.provider, each.drill.inventory) for each in drills}
    newest: dict[tuple[str, str | None], KeptLook] = {}
    for path in sorted((one for place in folders for one in place.glob(RECORDS)), key=_moment):
        kept = read(path)
        newest[kept.look.provider, kept.look.inventory] = kept
    return [kept for of, kept in sorted(newest.items(), key=str) if of in wanted]


def _places(folder: Path) -> tuple[Path, ...]:
    return (folder, folder.parent) if folder.name.startswith("drill-") else (folder,)


def _moment(path: Path) -> str:
    return path.stem.rpartition("-")[2]
