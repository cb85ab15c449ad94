"""A look at memory as a section of a page: pictures, and the same as a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from redis_ha.printable import printable
from redis_ha.report import raw
from redis_ha.report.memory import PURPOSES, KeptLook, Look, PurposeFigures
from redis_ha.report.pictures import memory as pictures
from redis_ha.report.pictures.memory import Bars
from redis_ha.report.raw import Link
from redis_ha.services.writes import MIB


@dataclass(frozen=True)
class MemorySection:
    """One environment's memory."""

    kept: KeptLook
    folder: Path
    """Where the page lies."""
    columns: tuple[str, ...] = PURPOSES

    @property
    def look(self) -> Look:
        return self.kept.look

    @property
    def place(self) -> str:
        """Return which environment this is."""
        inventory = self.look.inventory
        return f"{self.look.provider}, inventory {inventory}" if inventory else self.look.provider

    @property
    def source(self) -> Link:
        """Return the record that all this is made from."""
        return raw.link(self.kept.path, self.folder)

    @property
    def whole(self) -> Bars:
        return pictures.whole(self.look)

    @property
    def purposes(self) -> Bars | None:
        return pictures.purposes(self.look)

    @property
    def growth(self) -> Bars | None:
        return pictures.growth(self.look)

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """Return a row per purpose, cells in the order of the columns."""
        return [tuple(_cells(part)) for part in self.look.purposes]


def _cells(part: PurposeFigures) -> Iterator[str]:
    yield str(part.database)
    yield printable(part.name)
    yield printable(part.kind) or "-"
    yield f"{part.keys:,}"
    yield f"{part.bytes / MIB:,.1f}"
    yield f"{part.error * 100:.1f}"
    yield f"{part.without_ttl / part.keys * 100:.0f}" if part.keys else "-"
    yield "-" if part.ttl_median_s is None else f"{part.ttl_median_s / 3600:,.1f}"
