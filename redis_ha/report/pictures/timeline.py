"""One round as a picture: throughput, latency, and what happened when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten

from redis_ha.checkers.availability import Gap
from redis_ha.checkers.durability import Loss
from redis_ha.checkers.round import Round
from redis_ha.measure.series import Series
from redis_ha.report import words
from redis_ha.report.pictures.axis import PAGE_WIDTH, LogScale, Scale, Tick, line, nice, steps
from redis_ha.report.pictures.labels import Label, Moment, height, stagger

LEFT, RIGHT = 112.0, 128.0
BEFORE_S, AFTER_S = 0.5, 0.5
"""What a picture shows around the fault at least."""
THROUGHPUT, LATENCY, LANE, BETWEEN = 120.0, 96.0, 18.0, 12.0
LEAST_WIDTH = 2.0
NAME = 14
"""Characters of a lane's name that fit left of the axis."""


@dataclass(frozen=True)
class Window:
    """A window of time."""

    x: float
    width: float
    title: str


@dataclass(frozen=True)
class Lane:
    """Windows of one kind, and what they come to."""

    y: float
    kind: str
    name: str
    text: str
    bars: tuple[Window, ...]


@dataclass(frozen=True)
class Panel:
    """A part of the picture with a scale of its own."""

    top: float
    bottom: float
    ticks: tuple[Tick, ...]
    paths: tuple[tuple[str, str], ...]
    """Kind and outline, in the order in which they are drawn."""


@dataclass(frozen=True)
class TimelinePicture:
    """Everything that a template needs to draw a round."""

    height: float
    floor: float
    bottom: float
    labels: tuple[Label, ...]
    fault: Window | None
    throughput: Panel | None
    latency: Panel | None
    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    width: float = PAGE_WIDTH
    left: float = LEFT
    right: float = PAGE_WIDTH - RIGHT


def build(each: Round) -> TimelinePicture:
    """Return the picture of a round."""
    x = _time_scale(each)
    labels = stagger(Moment(x(at), text, kind) for at, text, kind in moments(each) if x.holds(at))
    floor = y = height(labels) + 6
    throughput = latency = None
    if each.series:
        throughput = _throughput(each.series, x, y)
        y += THROUGHPUT + BETWEEN
    lanes = _lanes(each, x, y)
    y += LANE * len(lanes) + (BETWEEN if lanes else 0)
    if each.series and _latencies(each.series):
        latency = _latency(each.series, x, y)
        y += LATENCY + 4
    return TimelinePicture(
        height=y + 36,
        floor=floor,
        bottom=y,
        labels=tuple(labels),
        fault=None if each.healed_s is None else _bar(x, 0, each.healed_s, "the fault"),
        throughput=throughput,
        latency=latency,
        lanes=lanes,
        ticks=tuple(x.ticks(10)),
    )


def moments(each: Round) -> list[tuple[float, str, str]]:
    """Return what is marked: when, the text, the kind."""
    phases = vars(each.phases)
    known = [(phases[key], name, "phase") for key, name in words.PHASES.items()]
    known[-1] = (phases["first_write_s"], "first write", "write")
    known += [
        (_predicted_s(each), "predicted", "predicted"),
        (each.healed_s, "healed", "healed"),
        (each.converged_s, "converged", "healed"),
    ]
    marks = [(at, f"{name} {at:.2f} s", kind) for at, name, kind in known if at is not None]
    return [(0.0, "fault", "fault"), *marks]


def _predicted_s(each: Round) -> float | None:
    """Return when the first write should be; what else is predicted may be a span."""
    known = each.predicted_phases
    return known.first_write_s if known else each.predicted_s


def _time_scale(each: Round) -> Scale:
    """Return the axis: what was counted, and every moment until the recovery."""
    ends = [AFTER_S, *(at for at, text, _ in moments(each) if not text.startswith("converged"))]
    ends += [each.series.to_s] if each.series else [gap.to_s for gap in each.gaps]
    starts = [-BEFORE_S, *([each.series.from_s] if each.series else [])]
    return Scale(min(starts), max(ends), LEFT, PAGE_WIDTH - RIGHT)


def _throughput(series: Series, x: Scale, top: float) -> Panel:
    """Return writes per second: acknowledged ones, and failed ones on top of them."""
    bottom = top + THROUGHPUT
    size = max(len(series.acknowledged), len(series.failed))
    acknowledged = _rates(series.acknowledged, series.step_s, size)
    failed = _rates(series.failed, series.step_s, size)
    total = [good + bad for good, bad in zip(acknowledged, failed, strict=True)]
    step = nice(max([*total, 1]) / 4)
    y = Scale(0, _up_to(max([*total, 1]), step), bottom, top)
    edges = _edges(series, size, x)
    paths = (
        ("failed", steps(edges, [y(value) for value in total], bottom)),
        ("acknowledged", steps(edges, [y(value) for value in acknowledged], bottom)),
    )
    return Panel(top, bottom, tuple(y.ticks(4)), paths)


def _rates(counts: tuple[int, ...], step_s: float, size: int) -> list[float]:
    return [count / step_s for count in (*counts, *([0] * (size - len(counts))))]


def _up_to(value: float, step: float) -> float:
    """Return the next multiple of a step."""
    return step * -(-value // step)


def _latency(series: Series, x: Scale, top: float) -> Panel:
    """Return milliseconds per write on a logarithmic scale."""
    bottom = top + LATENCY
    y = LogScale.over(_latencies(series), bottom, top)
    kinds = {"worst": series.worst_ms, "median": series.median_ms}
    paths = [
        (kind, line(_edges(series, len(values), x), [_placed(y, value) for value in values]))
        for kind, values in kinds.items()
    ]
    return Panel(top, bottom, tuple(y.ticks()), tuple(paths))


def _placed(y: LogScale, value: float | None) -> float | None:
    return None if value is None else y(value)


def _latencies(series: Series) -> list[float]:
    return [value for value in (*series.median_ms, *series.worst_ms) if value]


def _edges(series: Series, size: int, x: Scale) -> list[float]:
    return [x(series.from_s + number * series.step_s) for number in range(size + 1)]


def _lanes(each: Round, x: Scale, top: float) -> tuple[Lane, ...]:
    """Return a lane for the gaps and one per kind of client that lost writes."""
    lanes = [_gaps(each.gaps, x, top)] if each.gaps else []
    for client in dict.fromkeys(loss.client for loss in each.losses):
        y = top + LANE * len(lanes)
        lanes.append(_losses(client, [loss for loss in each.losses if loss.client == client], x, y))
    return tuple(lanes)


def _gaps(gaps: Sequence[Gap], x: Scale, y: float) -> Lane:
    bars = tuple(_bar(x, gap.from_s, gap.to_s, "no write") for gap in gaps)
    longest = max(gap.to_s - gap.from_s for gap in gaps)
    more = " or more" if any(gap.open for gap in gaps) else ""
    return Lane(y, "gap", "no writes", f"{words.with_unit(longest)}{more}", bars)


def _losses(client: str, losses: list[Loss], x: Scale, y: float) -> Lane:
    bars = tuple(
        _bar(x, loss.from_s, loss.to_s, f"{loss.count:,} lost on {loss.node}") for loss in losses
    )
    lost = sum(loss.count for loss in losses)
    return Lane(y, "lost", shorten(client, NAME, placeholder="…"), f"{lost:,} lost", bars)


def _bar(x: Scale, from_s: float, to_s: float, what: str) -> Window:
    left, right = x(from_s), x(to_s)
    width = max(right - left, LEAST_WIDTH)
    return Window(left, round(width, 1), f"{what}, {from_s:.2f} s to {to_s:.2f} s")
