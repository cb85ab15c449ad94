"""What each kind of client went through in a drill, and what the safety of writes costs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from redis_ha.checkers import middle
from redis_ha.checkers.drill import Drill
from redis_ha.checkers.round import ClientFigures
from redis_ha.report import matrix, words

LAG = "min_replicas_max_lag"
"""Of no effect without `words.SAFETY`."""


@dataclass(frozen=True)
class Figures:
    """One kind of client over all rounds: medians, the worst, and sums."""

    kind: str
    rounds: tuple[ClientFigures, ...]

    @property
    def name(self) -> str:
        return words.client(self.kind)

    @property
    def first_write_s(self) -> float | None:
        return middle(self._known("first_write_s"))

    @property
    def worst_first_write_s(self) -> float | None:
        return max(self._known("first_write_s"), default=None)

    @property
    def gap_s(self) -> float | None:
        return middle(self._known("longest_gap_s"))

    @property
    def worst_gap_s(self) -> float | None:
        return max(self._known("longest_gap_s"), default=None)

    @property
    def wait_s(self) -> float | None:
        return middle(self._known("longest_wait_s"))

    @property
    def worst_wait_s(self) -> float | None:
        return max(self._known("longest_wait_s"), default=None)

    @property
    def errors(self) -> int:
        """Return how many writes were refused, not answered, or not confirmed."""
        return self.total("failed") + self.total("indeterminate")

    @property
    def away(self) -> int:
        """Return in how many rounds it never wrote again."""
        return sum(each.first_write_s is None for each in self.rounds)

    def total(self, name: str) -> int:
        """Return the sum of one count."""
        return sum(getattr(each, name) for each in self.rounds)

    def _known(self, name: str) -> list[float]:
        return [value for each in self.rounds if (value := getattr(each, name)) is not None]


@dataclass(frozen=True)
class Price:
    """One kind of client with the safety and without."""

    safe: Figures
    fast: Figures


def figures(drill: Drill) -> list[Figures]:
    """Return a row per kind of client that the drill had, the one that verdicts go by first."""
    kinds = {kind for each in drill.rounds for kind in each.clients}
    known = [kind for kind in words.CLIENTS if kind in kinds]
    others = sorted(kinds.difference(known))
    return [_figures(drill, kind) for kind in (*known, *others)]


def _figures(drill: Drill, kind: str) -> Figures:
    return Figures(kind, tuple(each.clients[kind] for each in drill.rounds if kind in each.clients))


@dataclass(frozen=True)
class Compared:
    """All kinds of client of one drill, for a table of several drills."""

    title: str
    rows: tuple[Figures, ...]


def by_fault(drills: Sequence[Drill]) -> list[Compared]:
    """Return the clients of each drill that had some which others wrote, by what it is called."""
    named = zip(drills, matrix.names(drills), strict=True)
    return [Compared(name, tuple(figures(drill))) for drill, name in named if drill.clients]


def without_safety(drill: Drill, others: Sequence[Drill]) -> Drill | None:
    """Return the comparison for this drill: same fault and place, writes wait for no replica."""
    if not drill.is_judged:
        return None
    for other in others:
        if other.comparison and other.is_applicable and _same_place(drill, other):
            return other
    return None


def _same_place(drill: Drill, other: Drill) -> bool:
    if other.all_settings.get(words.SAFETY) != 0 or not drill.all_settings.get(words.SAFETY):
        return False
    return _place(drill) == _place(other)


def _place(drill: Drill) -> tuple[object, ...]:
    settings = {
        name: value for name, value in drill.all_settings.items() if name not in (words.SAFETY, LAG)
    }
    return (drill.title, drill.provider, drill.inventory, settings)


def prices(safe: Drill, fast: Drill) -> list[Price]:
    """Return a row per kind of client that both drills had."""
    other = {each.kind: each for each in figures(fast)}
    return [Price(each, other[each.kind]) for each in figures(safe) if each.kind in other]
