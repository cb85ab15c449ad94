"""What visitors of web nodes went through in a drill, for every form of the report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redis_ha.report import words

if TYPE_CHECKING:
    from redis_ha.checkers.drill import Drill
    from redis_ha.checkers.edits import Edits
    from redis_ha.checkers.locks import Locks
    from redis_ha.checkers.pages import Pages
    from redis_ha.checkers.round import ClientFigures


@dataclass(frozen=True)
class Visitors:
    """One kind of visitors over all rounds."""

    kind: str
    pages: tuple[Pages, ...]
    locks: tuple[Locks, ...]

    @property
    def name(self) -> str:
        return words.client(self.kind)

    @property
    def asked(self) -> int:
        return sum(sum(each.statuses.values()) for each in self.pages)

    @property
    def errors(self) -> int:
        return self._total("errors")

    @property
    def most_errors(self) -> int:
        """Return the errors of the round with the most."""
        return max(each.errors for each in self.pages)

    @property
    def late_errors(self) -> int:
        return self._total("late_errors")

    @property
    def logged_out(self) -> int:
        return self._total("logged_out")

    @property
    def went_back(self) -> int:
        return self._total("went_back")

    @property
    def doubled(self) -> int | None:
        """Return how often two had a lock; None where nobody took locks."""
        return sum(each.doubled for each in self.locks) if self.locks else None

    @property
    def cells(self) -> Iterator[str]:
        """Yield what the columns of `words.VISITORS` have."""
        for key in words.VISITORS:
            value = getattr(self, key)
            yield words.NONE if value is None else words.count(value)

    def _total(self, name: str) -> int:
        return sum(getattr(each, name) for each in self.pages)


@dataclass(frozen=True)
class Edited:
    """What became of the edits of a TYPO3 site, over all rounds."""

    edits: tuple[Edits, ...]
    pages: tuple[Pages, ...]

    @property
    def saved(self) -> int:
        return sum(each.saved for each in self.edits)

    @property
    def edits_lost(self) -> int:
        return sum(each.lost for each in self.edits)

    @property
    def outdated(self) -> int:
        return sum(each.outdated for each in self.pages)

    @property
    def stale(self) -> int:
        return sum(len(each.stale) for each in self.edits)

    @property
    def unserved(self) -> int:
        return sum(len(each.unserved) for each in self.edits)

    @property
    def cells(self) -> Iterator[str]:
        """Yield what the columns of `words.EDITED` have."""
        yield from (words.count(getattr(self, key)) for key in words.EDITED)


def edited(drill: Drill) -> Edited | None:
    """Return what became of edits; None where nobody edited."""
    clients = [each for done in drill.rounds for each in done.clients.values()]
    edits = tuple(each.edits for each in clients if each.edits)
    return Edited(edits, tuple(each.pages for each in clients if each.pages)) if edits else None


def visitors(drill: Drill) -> list[Visitors]:
    """Return a row per kind of visitors that the drill had."""
    kinds = {kind for done in drill.rounds for kind in done.clients}
    had = ((kind, _of(drill, kind)) for kind in words.CLIENTS if kind in kinds)
    return [
        Visitors(
            kind,
            tuple(each.pages for each in clients if each.pages),
            tuple(each.locks for each in clients if each.locks),
        )
        for kind, clients in had
        if any(each.pages for each in clients)
    ]


def _of(drill: Drill, kind: str) -> list[ClientFigures]:
    return [done.clients[kind] for done in drill.rounds if kind in done.clients]
