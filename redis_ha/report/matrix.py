"""The matrix of a report: a row per fault, a column per provider and variant of its settings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from redis_ha.checkers import middle, worst
from redis_ha.checkers.drill import Drill, Value
from redis_ha.report import words


@dataclass(frozen=True)
class Column:
    """A provider with what differs from the usual inventory and settings."""

    provider: str
    variant: str

    @property
    def title(self) -> str:
        return f"{self.provider}, {self.variant}" if self.variant else self.provider


@dataclass(frozen=True)
class Cell:
    """All drills of one fault in one column, with their numbers in the report."""

    drills: tuple[tuple[int, Drill], ...] = ()

    @property
    def ran(self) -> list[Drill]:
        return [drill for _, drill in self.drills if drill.is_applicable]

    @property
    def kind(self) -> str:
        """Return the verdict, or why there is none."""
        if not self.drills:
            return "not run"
        if not self.ran:
            return "not applicable"
        judged = [drill.verdict for drill in self.ran if drill.is_judged]
        return worst(judged) if judged else "comparison"

    @property
    def recovery(self) -> str:
        if len(self.ran) == 1:
            return words.recovery(self.ran[0])
        times = [time for drill in self.ran for time in drill.recoveries_s]
        return words.with_unit(middle(times)) if times else words.recovery(self.ran[0])

    @property
    def rounds(self) -> int:
        return sum(len(drill.rounds) for drill in self.ran)

    @property
    def unrecovered(self) -> int:
        return sum(drill.unrecovered for drill in self.ran)

    @property
    def lost(self) -> int:
        return sum(drill.lost for drill in self.ran)

    @property
    def reason(self) -> str:
        """Return why nothing was run, where nothing could be."""
        return words.listed(dict.fromkeys(drill.reason or "" for _, drill in self.drills))


@dataclass(frozen=True)
class Row:
    """One fault on one target."""

    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Matrix:
    """Everything at a glance."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def build(drills: Sequence[Drill]) -> Matrix:
    """Return the matrix; drills are numbered from 1 in the order given."""
    placed: dict[tuple[str, Column], list[tuple[int, Drill]]] = {}
    for number, (drill, column) in enumerate(zip(drills, columns(drills), strict=True), 1):
        placed.setdefault((drill.title, column), []).append((number, drill))
    titles = dict.fromkeys(title for title, _ in placed)
    shown = tuple(sorted({column for _, column in placed}, key=lambda each: each.title))
    return Matrix(shown, tuple(_row(title, shown, placed) for title in titles))


def columns(drills: Sequence[Drill]) -> list[Column]:
    """Return each drill's column: its provider, and what differs from most of the drills."""
    common, inventory = usual(drills), _usual_inventory(drills)
    return [Column(drill.provider, _variant(drill, common, inventory)) for drill in drills]


def _row(
    title: str,
    shown: tuple[Column, ...],
    placed: dict[tuple[str, Column], list[tuple[int, Drill]]],
) -> Row:
    return Row(title, tuple(Cell(tuple(placed.get((title, each), ()))) for each in shown))


def names(drills: Sequence[Drill]) -> list[str]:
    """Return what to call each drill: fault, target, and its column."""
    placed = zip(drills, columns(drills), strict=True)
    return [f"{drill.title} on {column.title}" for drill, column in placed]


def usual(drills: Sequence[Drill]) -> dict[str, Value]:
    """Return the value that most drills have, for each setting."""
    seen: dict[str, Counter[Value]] = {}
    for drill in drills:
        for name, value in drill.all_settings.items():
            seen.setdefault(name, Counter())[value] += 1
    return {name: counter.most_common(1)[0][0] for name, counter in seen.items()}


def _variant(drill: Drill, common: dict[str, Value], inventory: str | None) -> str:
    known = drill.all_settings.items()
    differs = {name: value for name, value in known if value != common[name]}
    foreign = drill.inventory if drill.inventory not in (None, inventory) else None
    parts = [part for part in (foreign, words.settings(differs)) if part]
    return words.listed(parts)


def _usual_inventory(drills: Sequence[Drill]) -> str | None:
    names = [drill.inventory for drill in drills if drill.inventory]
    return max(names, key=names.count) if names else None
