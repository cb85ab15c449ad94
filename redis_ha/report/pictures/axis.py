"""Scales, their ticks, and outlines of data on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10

PAGE_WIDTH = 960.0
"""Of a picture that is as wide as its page."""


@dataclass(frozen=True)
class Tick:
    """A place on a scale and what is written there."""

    at: float
    text: str


@dataclass(frozen=True)
class Scale:
    """From values to places: `low` is drawn at `start`, `high` at `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return where a value is drawn, within the scale's ends."""
        inside = min(max(value, self.low), self.high)
        share = (inside - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)

    def holds(self, value: float) -> bool:
        """Return whether a value lies between the ends."""
        return self.low <= value <= self.high

    def ticks(self, about: int) -> list[Tick]:
        """Return about so many round values."""
        step = nice((self.high - self.low) / about)
        first, last = ceil(self.low / step - 1e-6), floor(self.high / step + 1e-6)
        values = (number * step for number in range(first, last + 1))
        return [Tick(self(value), f"{round(value, 6):,g}") for value in values]


@dataclass(frozen=True)
class LogScale:
    """The same for values that span powers of ten."""

    inner: Scale

    @classmethod
    def over(cls, values: Sequence[float], start: float, end: float) -> LogScale:
        """Return a scale of whole powers of ten around the values."""
        logs = [log10(value) for value in values]
        low = floor(min(logs, default=0))
        return cls(Scale(low, max(ceil(max(logs, default=1)), low + 1), start, end))

    def __call__(self, value: float) -> float:
        """Return where a value is drawn."""
        return self.inner(log10(value)) if value > 0 else self.inner.start

    def ticks(self) -> list[Tick]:
        """Return the powers of ten."""
        powers = range(round(self.inner.low), round(self.inner.high) + 1)
        return [Tick(self.inner(power), f"{10.0**power:,g}") for power in powers]


def nice(value: float) -> float:
    """Return the next of 1, 2, 5, 10, … that is no less."""
    power: float = 10 ** floor(log10(value))
    for factor in (1, 2, 5):
        if value <= factor * power * (1 + 1e-9):
            return factor * power
    return 10 * power


def steps(edges: Sequence[float], tops: Sequence[float], base: float) -> str:
    """Return the outline of columns that stand side by side on `base`, as an SVG path."""
    if not tops:
        return ""
    parts = [f"M{edges[0]:g} {base:g}"]
    parts += [f"V{top:g}H{edge:g}" for top, edge in zip(tops, edges[1:], strict=False)]
    return "".join([*parts, f"V{base:g}Z"])


def line(edges: Sequence[float], heights: Sequence[float | None]) -> str:
    """Return a line with a level per step, broken where there is no value, as an SVG path."""
    parts = []
    for (left, right), height, before in zip(
        pairwise(edges), heights, [None, *heights], strict=False
    ):
        if height is not None:
            parts.append(f"{f'M{left:g} ' if before is None else 'V'}{height:g}H{right:g}")
    return "".join(parts)
