"""Records of drills as the report sees them: what older ones lack has a default."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import field
from statistics import median
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter
from pydantic.dataclasses import dataclass

Verdict = Literal["valid", "invalid", "unknown", "not applicable"]
SEVERITY: tuple[Verdict, ...] = ("not applicable", "valid", "unknown", "invalid")
"""From what says least to what is worst."""
NOT_APPLICABLE: Verdict = "not applicable"

Count = Annotated[int, Field(ge=0)]
Seconds = float | None
Value = bool | int | float | str | None

_loose = dataclass(frozen=True, config=ConfigDict(extra="ignore", allow_inf_nan=False))


@_loose
class Phases:
    """The recovery step by step, seconds after the fault."""

    sdown_s: Seconds = None
    odown_s: Seconds = None
    elected_s: Seconds = None
    promoted_s: Seconds = None
    visible_s: Seconds = None
    first_write_s: Seconds = None


@_loose
class Writes:
    """What became of the writes."""

    attempted: Count = 0
    acknowledged: Count = 0
    failed: Count = 0
    indeterminate: Count = 0
    lost: Count = 0
    recovered: Count = 0


@_loose
class Client(Writes):
    """What one kind of client went through."""

    first_write_s: Seconds = None
    longest_gap_s: Seconds = None
    longest_wait_s: Seconds = None


@_loose
class Loss:
    """A window in which acknowledged writes were made that are gone."""

    from_s: float
    to_s: float
    count: Count = 0
    node: str = ""
    client: str = ""


@_loose
class Gap:
    """A window without an acknowledged write."""

    from_s: float
    to_s: float
    open: bool = False
    """It lasted as long as anybody looked."""


@_loose
class Overlap:
    """Writes that the old master acknowledged after the new one had begun to, and for how long."""

    writes: Count = 0
    until_s: Seconds = None


@_loose
class StaleReads:
    """Reads that gave an older value than the last acknowledged one."""

    reads: Count = 0
    master: Count = 0
    replica: Count = 0
    oldest_s: Seconds = None


@_loose
class Event:
    """What a Sentinel or a node announced."""

    at_s: float
    source: str
    kind: str
    detail: str = ""


@_loose
class Series:
    """Counts and latencies per step of time."""

    from_s: float
    step_s: Annotated[float, Field(gt=0)]
    acknowledged: tuple[Count, ...] = ()
    failed: tuple[Count, ...] = ()
    median_ms: tuple[Seconds, ...] = ()
    worst_ms: tuple[Seconds, ...] = ()

    @property
    def to_s(self) -> float:
        steps = map(len, (self.acknowledged, self.failed, self.median_ms, self.worst_ms))
        return self.from_s + self.step_s * max(steps)


@_loose
class Round:
    """One fault and what came of it; times are seconds after it."""

    verdict: Verdict
    old_master: str | None = None
    new_master: str | None = None
    targets: tuple[str, ...] = ()
    rto_s: Seconds = None
    predicted_s: Seconds = None
    band_s: tuple[float, float] | None = None
    late_phase: str | None = None
    elections: Count = 0
    phases: Phases = field(default_factory=Phases)
    predicted_phases: Phases | None = None
    writes: Writes = field(default_factory=Writes)
    clients: dict[str, Client] = field(default_factory=dict)
    losses: tuple[Loss, ...] = ()
    gaps: tuple[Gap, ...] = ()
    longest_gap_s: Seconds = None
    overlap: Overlap | None = None
    stale_reads: StaleReads | None = None
    healed_s: Seconds = None
    converged_s: Seconds = None
    problems: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    series: Series | None = None
    ping_s: Seconds = None
    load_share: float = 1.0


@_loose
class Drill:
    """One kind of fault on one provider with one set of settings."""

    provider: str
    fault: str
    verdict: Verdict
    rounds: tuple[Round, ...]
    target: str = "master"
    inventory: str | None = None
    started: str | None = None
    down_after_ms: int | None = None
    settings: dict[str, Value] = field(default_factory=dict)
    comparison: bool = False
    expected: str | None = "failover"
    versions: tuple[str, ...] = ()
    environment: dict[str, Value] = field(default_factory=dict)
    reason: str | None = None

    @property
    def title(self) -> str:
        return f"{self.fault} {self.target}"

    @property
    def applicable(self) -> bool:
        return self.verdict != NOT_APPLICABLE

    @property
    def judged(self) -> bool:
        """Whether its verdict counts: a comparison shows a price and is expected to lose."""
        return self.applicable and not self.comparison

    @property
    def kind(self) -> str:
        """Return the verdict, or that it was only for comparison."""
        return "comparison" if self.comparison and self.applicable else self.verdict

    @property
    def all_settings(self) -> dict[str, Value]:
        """Return what is known of the settings, also of a record that has only one."""
        known = {"down_after_ms": self.down_after_ms, **self.settings}
        return {name: value for name, value in known.items() if value is not None}

    @property
    def recoveries_s(self) -> list[float]:
        return [each.rto_s for each in self.rounds if each.rto_s is not None]

    @property
    def recovery_s(self) -> Seconds:
        """Return the median of the rounds that recovered."""
        return middle(self.recoveries_s)

    @property
    def unrecovered(self) -> int:
        """Return in how many rounds writes never went on."""
        return len(self.rounds) - len(self.recoveries_s)

    @property
    def lost(self) -> int:
        return sum(each.writes.lost for each in self.rounds)

    @property
    def acknowledged(self) -> int:
        return sum(each.writes.acknowledged for each in self.rounds)


_ADAPTER = TypeAdapter(Drill)


def parse(data: dict[str, Any]) -> Drill:
    """Return a record as a drill.

    Raises:
        pydantic.ValidationError: it lacks what every record has, or has it in another form.
    """
    return _ADAPTER.validate_python(data)


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the worst of the verdicts; none at all is unknown."""
    return max(verdicts, key=SEVERITY.index, default="unknown")


def middle(values: Sequence[float]) -> Seconds:
    """Return the median, or None of nothing."""
    return median(values) if values else None


def usual(drills: Sequence[Drill]) -> dict[str, Value]:
    """Return the value that most drills have, for each setting."""
    seen: dict[str, Counter[Value]] = {}
    for drill in drills:
        for name, value in drill.all_settings.items():
            seen.setdefault(name, Counter())[value] += 1
    return {name: counter.most_common(1)[0][0] for name, counter in seen.items()}
