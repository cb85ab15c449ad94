"""The files that a record names: every operation of a round, and what else was seen."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from redis_ha.checkers.round import Round
from redis_ha.measure import packed

PLACES = ("", "histories")
"""Where the files of a record are, seen from the record."""


@dataclass(frozen=True)
class Link:
    """A file and how a page refers to it."""

    text: str
    href: str


def find(folder: Path, name: str) -> Path | None:
    """Return the file that a record in a folder names, None where it was not kept."""
    places = (packed.find(folder / place, Path(name).name) for place in PLACES)
    return next(filter(None, places), None)


def link(path: Path, folder: Path) -> Link:
    """Return how a page in a folder refers to a file."""
    return Link(path.name, quote(os.path.relpath(path, folder)))


def of_round(each: Round, kept: Path, folder: Path) -> list[Link]:
    """Return history and evidence of a round, as far as they lie beside its record in `kept`."""
    named = filter(None, (each.history, each.evidence))
    return [link(path, folder) for name in named if (path := find(kept, name))]
