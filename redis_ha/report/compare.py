"""What got better or worse from one set of drills to another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import Literal

from redis_ha.checkers import SEVERITY, Verdict, middle, worst
from redis_ha.checkers.drill import Drill, Value
from redis_ha.report import matrix, words
from redis_ha.report.visitors import edited, visitors

Word = Literal["better", "worse", "same"]
SHARE, SECONDS = 0.1, 0.1
"""What is no more than noise: a tenth of the value before, or a tenth of a second."""


@dataclass(frozen=True)
class DrillKind:
    """What has to be alike for two drills to be compared."""

    fault: str
    target: str
    provider: str
    comparison: bool
    settings: tuple[tuple[str, Value], ...]

    @classmethod
    def of(cls, drill: Drill) -> DrillKind:
        """Return the kind of a drill."""
        settings = tuple(sorted(drill.all_settings.items()))
        return cls(drill.fault, drill.target, drill.provider, drill.comparison, settings)

    def fits(self, other: DrillKind) -> bool:
        """Return whether nothing speaks against it: older records lack settings."""
        mine, theirs = dict(self.settings), dict(other.settings)
        alike = all(mine[name] == theirs[name] for name in mine.keys() & theirs.keys())
        return alike and self._place == other._place

    @property
    def _place(self) -> tuple[object, ...]:
        return (self.fault, self.target, self.provider, self.comparison)


@dataclass(frozen=True)
class DrillGroup:
    """All drills of one kind on one side."""

    drills: tuple[Drill, ...]

    @property
    def verdict(self) -> Verdict:
        return worst([drill.verdict for drill in self.drills])

    @property
    def median_s(self) -> float | None:
        """Return the median of all rounds; None where half of them never recovered."""
        return _finite(middle(self._recoveries_s))

    @property
    def worst_s(self) -> float | None:
        """Return the longest recovery; None where a round never recovered."""
        return _finite(max(self._recoveries_s, default=None))

    @property
    def stall_s(self) -> float | None:
        """Return the longest time in which no write was acknowledged."""
        gaps = (each.longest_gap_s for drill in self.drills for each in drill.rounds)
        return max((gap for gap in gaps if gap is not None), default=None)

    @property
    def lost(self) -> int:
        return sum(drill.lost for drill in self.drills)

    @property
    def lost_per_round(self) -> float:
        return self.lost / max(1, sum(len(drill.rounds) for drill in self.drills))

    def visited(self, name: str) -> float | None:
        """Return how often something happened to visitors, per round; None without visitors."""
        had = [each for drill in self.drills for each in visitors(drill)]
        told = [value for each in had if (value := getattr(each, name)) is not None]
        return self._per_round(told)

    def edited(self, name: str) -> float | None:
        """Return how often something happened to edits, per round; None without any."""
        had = [found for drill in self.drills if (found := edited(drill))]
        return self._per_round([getattr(each, name) for each in had])

    def _per_round(self, told: Sequence[float]) -> float | None:
        return sum(told) / max(1, sum(len(drill.rounds) for drill in self.drills)) if told else None

    @property
    def _recoveries_s(self) -> list[float]:
        """Return what is known, and infinity for each recovery that never came."""
        known = [time for drill in self.drills for time in drill.recoveries_s]
        return known + [inf] * sum(drill.unrecovered for drill in self.drills)


@dataclass(frozen=True)
class FigureChange:
    """One figure on both sides."""

    name: str
    before: str
    after: str
    word: Word


@dataclass(frozen=True)
class Pair:
    """One kind of drill on both sides."""

    title: str
    comparison: bool
    changes: tuple[FigureChange, ...]

    @property
    def reasons(self) -> list[str]:
        """Return what got worse of that which decides; a comparison decides nothing."""
        if self.comparison:
            return []
        return [
            f"{self.title}: {each.name} {each.before} before, {each.after} now"
            for each in self.changes
            if each.word == "worse" and each.name in DECISIVE
        ]


VISITED = ("errors", "logged_out", "went_back", "doubled")
EDITED = ("edits_lost", "stale")
DECISIVE = (
    "verdict",
    "median recovery",
    "lost writes",
    *(words.VISITORS[name] for name in VISITED[1:]),
    *(words.EDITED[name] for name in EDITED),
)


@dataclass(frozen=True)
class Comparison:
    """Two sets of drills side by side."""

    pairs: tuple[Pair, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]

    @property
    def reasons(self) -> list[str]:
        """Return everything that makes the second set worse than the first."""
        return [reason for pair in self.pairs for reason in pair.reasons]

    def number(self, word: Word) -> int:
        """Return how many figures got better, worse, or stayed the same."""
        return sum(each.word == word for pair in self.pairs for each in pair.changes)


def compare(before: Sequence[Drill], after: Sequence[Drill]) -> Comparison:
    """Compare the drills that both sides have; what was not applicable was not run."""
    old, new = _grouped(before), _grouped(after)
    pairs = dict(_paired(old, new))
    titles = _titles([*before, *after])
    return Comparison(
        tuple(
            Pair(titles[mine], mine.comparison, _changes(old[mine], new[theirs]))
            for mine, theirs in pairs.items()
        ),
        tuple(titles[kind] for kind in old if kind not in pairs),
        tuple(titles[kind] for kind in new if kind not in pairs.values()),
    )


def _titles(drills: Sequence[Drill]) -> dict[DrillKind, str]:
    """Return what each kind is called: by fault, target, provider, and unusual settings."""
    return {
        DrillKind.of(drill): f"{name} (comparison)" if drill.comparison else name
        for drill, name in zip(drills, matrix.names(drills), strict=True)
    }


def _grouped(drills: Sequence[Drill]) -> dict[DrillKind, DrillGroup]:
    groups: dict[DrillKind, list[Drill]] = {}
    for drill in drills:
        if drill.is_applicable:
            groups.setdefault(DrillKind.of(drill), []).append(drill)
    return {kind: DrillGroup(tuple(members)) for kind, members in groups.items()}


def _paired(
    old: dict[DrillKind, DrillGroup], new: dict[DrillKind, DrillGroup]
) -> Iterator[tuple[DrillKind, DrillKind]]:
    """Yield what belongs together, equal kinds first, each at most once."""
    left = [kind for kind in new if kind not in old]
    for kind in old:
        if kind in new:
            yield kind, kind
        elif fitting := [other for other in left if kind.fits(other)]:
            left.remove(fitting[0])
            yield kind, fitting[0]


def _finite(value: float | None) -> float | None:
    return None if value == inf else value


def _changes(old: DrillGroup, new: DrillGroup) -> tuple[FigureChange, ...]:
    return (
        FigureChange("verdict", old.verdict, new.verdict, _by_verdict(old.verdict, new.verdict)),
        _timed("median recovery", old.median_s, new.median_s, due=True),
        _timed("worst recovery", old.worst_s, new.worst_s, due=True),
        _timed("stall", old.stall_s, new.stall_s, due=False),
        FigureChange(
            "lost writes",
            words.count(old.lost),
            words.count(new.lost),
            by_value(old.lost_per_round, new.lost_per_round, least=0),
        ),
        *_visited(old, new),
    )


def _visited(old: DrillGroup, new: DrillGroup) -> Iterator[FigureChange]:
    """Yield what happened to visitors, per round, where both sides had any."""
    for name in VISITED:
        before, after = old.visited(name), new.visited(name)
        if before is not None and after is not None:
            word = by_value(before, after, least=1 if name == "errors" else 0)
            yield FigureChange(words.VISITORS[name], f"{before:g}", f"{after:g}", word)
    for name in EDITED:
        before, after = old.edited(name), new.edited(name)
        if before is not None and after is not None:
            word = by_value(before, after, least=0)
            yield FigureChange(words.EDITED[name], f"{before:g}", f"{after:g}", word)


def _timed(name: str, old: float | None, new: float | None, *, due: bool) -> FigureChange:
    word = by_time(old, new, due=due)
    return FigureChange(name, words.with_unit(old), words.with_unit(new), word)


def by_time(old: float | None, new: float | None, *, due: bool) -> Word:
    """Return the word for a time; None is never where it is due, else nothing that is known."""
    if old is not None and new is not None:
        return by_value(old, new, least=SECONDS)
    if old is new or not due:
        return "same"
    return "better" if old is None else "worse"


def by_value(old: float, new: float, least: float) -> Word:
    """Return the word for a figure of which less is better."""
    if abs(new - old) <= max(least, SHARE * old) + 1e-9:
        return "same"
    return "worse" if new > old else "better"


def _by_verdict(old: Verdict, new: Verdict) -> Word:
    if old == new:
        return "same"
    return "worse" if SEVERITY.index(new) > SEVERITY.index(old) else "better"
