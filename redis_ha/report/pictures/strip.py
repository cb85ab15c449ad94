"""The recovery times of a drill: a dot per round, the median, the prediction and its band."""

from __future__ import annotations

from dataclasses import dataclass

from redis_ha.checkers import middle
from redis_ha.checkers.drill import Drill
from redis_ha.report import words
from redis_ha.report.pictures.axis import PAGE_WIDTH, Scale, Tick
from redis_ha.report.pictures.labels import Label, Moment, height, stagger

LEFT, RIGHT = 24.0, 136.0
RADIUS = 6.0
LEAST = 46.0
"""Height of the field at least."""
AROUND_S = 0.2
"""What is shown at both sides of the dots at least."""


@dataclass(frozen=True)
class Dot:
    """One round."""

    x: float
    y: float
    verdict: str
    title: str


@dataclass(frozen=True)
class Strip:
    """Everything that a template needs to draw the distribution."""

    height: float
    floor: float
    bottom: float
    labels: tuple[Label, ...]
    band: tuple[float, float] | None
    dots: tuple[Dot, ...]
    ticks: tuple[Tick, ...]
    radius: float = RADIUS
    width: float = PAGE_WIDTH
    left: float = LEFT
    right: float = PAGE_WIDTH - RIGHT


def build(drill: Drill) -> Strip | None:
    """Return the picture, or None where nothing was ever interrupted or nothing recovered."""
    if not any(drill.recoveries_s):
        return None
    band, predicted_s = band_s(drill), _predicted_s(drill)
    x = _time_scale([*drill.recoveries_s, *(band or ()), *([predicted_s] if predicted_s else [])])
    labels = stagger(
        Moment(x(at), f"{kind} {at:.2f} s", kind)
        for at, kind in ((drill.recovery_s, "median"), (predicted_s, "predicted"))
        if at is not None
    )
    floor = height(labels) + 6
    levels = swarm([x(value) for value in drill.recoveries_s])
    bottom = floor + max(LEAST, (max(levels) + 1) * 2 * RADIUS + 12)
    return Strip(
        height=bottom + 36,
        floor=floor,
        bottom=bottom,
        labels=tuple(labels),
        band=(x(band[0]), x(band[1])) if band else None,
        dots=_dots(drill, x, levels, bottom - RADIUS - 6),
        ticks=tuple(x.ticks(8)),
    )


def band_s(drill: Drill) -> tuple[float, float] | None:
    """Return what all rounds' bands cover."""
    bands = [each.band_s for each in drill.rounds if each.band_s]
    if not bands:
        return None
    return min(low for low, _ in bands), max(high for _, high in bands)


def swarm(places: list[float]) -> list[int]:
    """Return a level for each dot so that dots which would touch stand on each other."""
    levels: list[int] = []
    for number, place in enumerate(places):
        taken = {
            level
            for other, level in zip(places[:number], levels, strict=True)
            if abs(other - place) < 2 * RADIUS
        }
        levels.append(next(level for level in range(number + 1) if level not in taken))
    return levels


def _predicted_s(drill: Drill) -> float | None:
    return middle([each.predicted_s for each in drill.rounds if each.predicted_s is not None])


def _time_scale(values: list[float]) -> Scale:
    low, high = min(values), max(values)
    around = max(AROUND_S, 0.08 * (high - low))
    return Scale(max(0.0, low - around), high + around, LEFT, PAGE_WIDTH - RIGHT)


def _dots(drill: Drill, x: Scale, levels: list[int], base: float) -> tuple[Dot, ...]:
    recovered = [
        (number, each, each.rto_s)
        for number, each in enumerate(drill.rounds, 1)
        if each.rto_s is not None
    ]
    return tuple(
        Dot(
            x(rto_s),
            base - level * 2 * RADIUS,
            each.verdict,
            f"round {number}: {words.with_unit(rto_s)}, {each.verdict}",
        )
        for (number, each, rto_s), level in zip(recovered, levels, strict=True)
    )
