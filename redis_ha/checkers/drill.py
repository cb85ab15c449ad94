"""The record of a drill: written, read and documented from what stands here."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, cast

from pydantic import ConfigDict, TypeAdapter

from redis_ha.checkers import Verdict, middle, worst
from redis_ha.checkers.expectation import Expected
from redis_ha.checkers.round import Round

Value = bool | int | float | str | None


@dataclass(frozen=True, kw_only=True)
class Drill:
    """One kind of fault, one or more rounds.

    What records of older versions lack has a default, and what newer ones add is left out.
    """

    provider: str
    """Where the nodes lived."""
    inventory: str | None = None
    """Which environment it was."""
    fault: str
    """What was broken."""
    target: str = "master"
    """Where."""
    down_after_ms: int | None = None
    """The Sentinels' setting during the drill."""
    started: str | None = None
    """When (UTC)."""
    settings: dict[str, Value] = field(default_factory=dict)
    """All that decide how a failover goes: `down_after_ms`, `failover_timeout_ms`, `quorum`,
    `sentinels`, `nodes`, `min_replicas_to_write`, `min_replicas_max_lag`."""
    comparison: bool = False
    """It ran with another `min-replicas-to-write` than the inventory's; no gate closes on it."""
    expected: str | None = Expected.FAILOVER
    """`failover`, `stays`, `refuses`, `outage`, `either`, `switchover`."""
    reason: str | None = None
    """Why it was not done, or not to its end; else null."""
    versions: tuple[str, ...] = ()
    """Of the servers on the nodes."""
    server: str = "Redis"
    """The product that these are versions of: `Redis` or `Valkey`."""
    environment: dict[str, Value] = field(default_factory=dict)
    """`system`, `cores`, `python` of the machine that ran the drill."""
    clients: dict[str, str] = field(default_factory=dict)
    """The versions of clients that others wrote, and of what runs them, by kind."""
    verdict: Verdict
    """The worst of the rounds: `valid`, `invalid`, `unknown`; or `not applicable`."""
    rounds: tuple[Round, ...]
    """One per strike. Times are seconds from the moment of the fault on one monotonic clock."""

    __pydantic_config__ = ConfigDict(allow_inf_nan=False, use_attribute_docstrings=True)

    @property
    def title(self) -> str:
        return f"{self.fault} {self.target}"

    @property
    def is_applicable(self) -> bool:
        """Say whether it was tried at all."""
        return self.verdict is not Verdict.NOT_APPLICABLE

    @property
    def is_judged(self) -> bool:
        """Say whether its verdict counts: a comparison shows a price and is expected to lose."""
        return self.is_applicable and not self.comparison

    @property
    def fails(self) -> bool:
        """Say whether a gate closes: anything but valid does, where it counts."""
        return self.is_judged and self.verdict is not Verdict.VALID

    @property
    def kind(self) -> str:
        """Return the verdict, or that it was only for comparison."""
        return "comparison" if self.comparison and self.is_applicable else self.verdict

    @property
    def all_settings(self) -> dict[str, Value]:
        """Return what is known of the settings, also of a record that has only one."""
        known = {"down_after_ms": self.down_after_ms, **self.settings}
        return {name: value for name, value in known.items() if value is not None}

    @property
    def recoveries_s(self) -> list[float]:
        return [each.rto_s for each in self.rounds if each.rto_s is not None]

    @property
    def recovery_s(self) -> float | None:
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
    def unknown(self) -> int:
        return sum(each.writes.unknown for each in self.rounds)

    @property
    def acknowledged(self) -> int:
        return sum(each.writes.acknowledged for each in self.rounds)

    def as_json(self) -> dict[str, Any]:
        """Return the record, times rounded to milliseconds."""
        return cast(dict[str, Any], _rounded(asdict(self)))


DRILL = TypeAdapter(Drill)


def parse(data: Any) -> Drill:
    """Return a record as a drill.

    Raises:
        pydantic.ValidationError: it lacks what every record has, or has it in another form.
    """
    return DRILL.validate_python(data)


def verdict(
    rounds: Sequence[Round], *, reason: str | None = None, applicable: bool = True
) -> Verdict:
    """Return the worst round's; unknown for a drill that broke off."""
    if not applicable:
        return Verdict.NOT_APPLICABLE
    return Verdict.UNKNOWN if reason else worst([each.verdict for each in rounds])


def _rounded(value: object) -> object:
    match value:
        case float():
            return round(value, 3)
        case dict():
            return {key: _rounded(item) for key, item in value.items()}
        case list() | tuple():
            return [_rounded(item) for item in value]
    return value
