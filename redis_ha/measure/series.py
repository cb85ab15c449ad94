"""A history cut into short slices: how much was written in each, and how long it took."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Annotated

from pydantic import Field

from redis_ha.measure.figures import Count, Seconds
from redis_ha.measure.history import Operation

STEP_S = 0.1
LONGEST_S = 120.0


@dataclass(frozen=True)
class Series:
    """Careful clients' writes in slices of time, an entry each."""

    from_s: float
    """When the first slice begins."""
    step_s: Annotated[float, Field(gt=0)]
    """How long one is."""
    acknowledged: tuple[Count, ...] = ()
    """How many writes were."""
    failed: tuple[Count, ...] = ()
    """How many failed, indeterminate ones among them."""
    median_ms: tuple[Seconds, ...] = ()
    """How long the acknowledged ones took; null without any."""
    worst_ms: tuple[Seconds, ...] = ()
    """How long the slowest of them took."""

    @property
    def to_s(self) -> float:
        """Return when the last slice ends."""
        steps = map(len, (self.acknowledged, self.failed, self.median_ms, self.worst_ms))
        return self.from_s + self.step_s * max(steps)


def series(writes: Iterable[Operation], since_s: float) -> Series:
    """Cut the writes around a fault at `since_s` into slices."""
    told = sorted(writes, key=lambda each: each.ended_s)
    first = _slice(told[0].ended_s - since_s) if told else 0
    last = min(_slice(told[-1].ended_s - since_s), first + int(LONGEST_S / STEP_S)) if told else -1
    slices: list[list[Operation]] = [[] for _ in range(first, last + 1)]
    for each in told:
        number = _slice(each.ended_s - since_s) - first
        if number < len(slices):
            slices[number].append(each)
    took = [_took_ms(each) for each in slices]
    return Series(
        from_s=round(first * STEP_S, 1),
        step_s=STEP_S,
        acknowledged=tuple(len(times) for times in took),
        failed=tuple(len(ops) - len(times) for ops, times in zip(slices, took, strict=True)),
        median_ms=tuple(median(times) if times else None for times in took),
        worst_ms=tuple(max(times, default=None) for times in took),
    )


def _slice(at_s: float) -> int:
    return int(at_s // STEP_S)


def _took_ms(operations: list[Operation]) -> list[float]:
    return [1000 * (each.ended_s - each.invoked_s) for each in operations if each.acknowledged]
