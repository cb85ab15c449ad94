"""Labels of moments that lie close together: none covers another, nor another's leader line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

CHARACTER = 6.9
"""Width of a character at most, on average, at the size that labels have."""
HEIGHT = 15.0
INDENT = 3.0
"""From the leader line to the text at its right."""
GAP = 6.0


@dataclass(frozen=True)
class Moment:
    """Something to mark at a place on the axis."""

    x: float
    text: str
    kind: str


@dataclass(frozen=True)
class Extent:
    """What a label covers."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Extent) -> bool:
        """Return whether two labels would cover each other."""
        beside = self.right <= other.left or other.right <= self.left
        return not (beside or self.bottom <= other.top or other.bottom <= self.top)


@dataclass(frozen=True)
class Label:
    """A moment and how many levels above the picture its text stands."""

    moment: Moment
    level: int

    @property
    def right(self) -> float:
        return self.moment.x + INDENT + CHARACTER * len(self.moment.text)

    def y(self, floor: float) -> float:
        """Return the text's baseline above the line on which level 0 stands."""
        return floor - self.level * HEIGHT - 4

    def box(self, floor: float) -> Extent:
        """Return what the text covers."""
        bottom = floor - self.level * HEIGHT
        return Extent(self.moment.x, bottom - HEIGHT, self.right, bottom)


def stagger(moments: Iterable[Moment]) -> list[Label]:
    """Return labels in order of place: of those too close the left one stands higher.

    Text stands right of its leader line, so a line comes down left of every text below it.
    """
    placed: list[Label] = []
    for moment in sorted(moments, key=lambda each: each.x, reverse=True):
        reach = Label(moment, 0).right + GAP
        below = [label.level for label in placed if label.moment.x < reach]
        placed.append(Label(moment, max(below, default=-1) + 1))
    return placed[::-1]


def height(labels: list[Label]) -> float:
    """Return how much room the labels need above the picture."""
    return HEIGHT * (max((label.level for label in labels), default=-1) + 1)
