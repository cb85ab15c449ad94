"""What fills the memory: all of it against its limit, a bar per purpose, and what grew."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from redis_ha.printable import printable
from redis_ha.report import words
from redis_ha.report.memory import ROWS, Look, PurposeFigures
from redis_ha.report.pictures.axis import Scale, Tick
from redis_ha.report.pictures.labels import CHARACTER, INDENT
from redis_ha.services.writes import MIB

WIDTH = 340.0
"""That of a phone: text keeps its size there, and nothing has to be scrolled."""
SIDE = 12.0
ROW, BAR = 34.0, 12.0
LINE = 16.0
AXIS = 36.0
LONGEST = 33
"""Characters of a name beside its figure."""
KIB = 1 << 10


@dataclass(frozen=True)
class Bar:
    """One bar with its words above.

    Args:
        y: of its upper edge.
        left: where it begins, `right` where it ends.
        fixed: where the part ends that nothing may evict; it begins at the left.
    """

    name: str
    figure: str
    title: str
    y: float
    left: float
    fixed: float
    right: float


@dataclass(frozen=True)
class Limit:
    """A limit as a line, with its words at one side of it."""

    x: float
    y: float
    text: str
    kind: str
    is_left: bool


@dataclass(frozen=True)
class Bars:
    """Everything that a template needs to draw bars on a scale."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    bottom: float
    limits: tuple[Limit, ...] = ()
    zero: float = SIDE
    height_of_bar: float = BAR
    width: float = WIDTH
    left: float = SIDE
    right: float = WIDTH - SIDE

    @property
    def height(self) -> float:
        return self.bottom + AXIS


def whole(look: Look) -> Bars:
    """Return what is in use against `maxmemory`, as it is and as it should be."""
    now, better = look.server.maxmemory, look.advice.maxmemory
    scale = _scale(0, max(now, better, look.server.counted) / MIB)
    lines = [(now, "maxmemory now", "now")] if now else []
    lines += [(better, "advised", "advised")] if better != now else []
    limits = tuple(
        _limit(scale(size / MIB), level, f"{text} {words.mib(size)}", kind)
        for level, (size, text, kind) in enumerate(reversed(lines))
    )
    y = LINE * len(limits) + ROW - BAR
    used, fixed = look.server.counted, look.unevictable_bytes
    title = f"{words.mib(used)} in use, {words.mib(fixed)} of it may not be evicted"
    ends = scale(0), scale(fixed / MIB), scale(used / MIB)
    bar = Bar(f"in use {words.mib(used)}", "", title, y, *ends)
    return Bars((bar,), tuple(scale.ticks(4)), y + BAR + 6, limits)


def purposes(look: Look) -> Bars | None:
    """Return a bar per database, purpose and kind of key; None where there are no keys."""
    if not look.purposes:
        return None
    scale = _scale(0, max(part.bytes for part in look.purposes) / MIB)

    def bar(part: PurposeFigures, y: float) -> Bar:
        fixed = look.unevictable(part)
        title = (
            f"{named(part)}: {words.mib(part.bytes)}, {words.mib(fixed)} of it may not be evicted"
        )
        ends = scale(0), scale(fixed / MIB), scale(part.bytes / MIB)
        return Bar(_short(part), words.mib(part.bytes), title, y, *ends)

    return _rows(look.purposes[:ROWS], bar, scale)


def growth(look: Look) -> Bars | None:
    """Return a bar per purpose, to the left where it shrank; None after one look."""
    if not look.grew:
        return None
    rates = [(part.bytes_a_minute or 0.0) / KIB for part in look.grew]
    scale = _scale(min(0.0, *rates), max(0.0, *rates))

    def bar(part: PurposeFigures, y: float) -> Bar:
        rate = (part.bytes_a_minute or 0.0) / KIB
        left, right = sorted((scale(0), scale(rate)))
        keys = f"{part.keys_a_minute or 0:+,.0f} keys/min"
        title = f"{named(part)}: {rate:+,.1f} KiB/min, {keys}"
        return Bar(
            name=_short(part),
            figure=f"{rate:+,.1f} KiB/min",
            title=title,
            y=y,
            left=left,
            fixed=left,
            right=right,
        )

    return _rows(look.grew[:ROWS], bar, scale)


def named(part: PurposeFigures) -> str:
    """Return whose keys these are, as the table's first columns say it."""
    return printable(" ".join(filter(None, (f"db {part.database}", part.name, part.kind))))


def _rows(
    parts: Iterable[PurposeFigures], bar: Callable[[PurposeFigures, float], Bar], scale: Scale
) -> Bars:
    made = tuple(bar(part, number * ROW + ROW - BAR) for number, part in enumerate(parts))
    return Bars(made, tuple(scale.ticks(4)), ROW * len(made) + 6, zero=scale(0))


def _scale(low: float, high: float) -> Scale:
    return Scale(low, high if high > low else low + 1.0, SIDE, WIDTH - SIDE)


def _limit(x: float, level: int, text: str, kind: str) -> Limit:
    """Return a line; its words stand left of it, where there is room."""
    room = INDENT + CHARACTER * len(text)
    return Limit(x, LINE * (level + 1) - 4, text, kind, x > room)


def _short(part: PurposeFigures) -> str:
    name = named(part)
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
