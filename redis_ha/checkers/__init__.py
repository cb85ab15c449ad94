"""Judgements: pure functions of what was recorded. Nothing here asks a living node."""

from collections.abc import Sequence
from enum import StrEnum
from statistics import median


class Verdict(StrEnum):
    """What a checker says; `unknown` does not pass a gate."""

    VALID = "valid"
    INVALID = "invalid"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not applicable"
    """The provider has no means for it: it was not tried, and it did not pass."""


SEVERITY = (Verdict.NOT_APPLICABLE, Verdict.VALID, Verdict.UNKNOWN, Verdict.INVALID)
"""From what says least to what is worst."""


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the one that decides: invalid before unknown before valid; nothing is unknown."""
    return max(verdicts, key=SEVERITY.index, default=Verdict.UNKNOWN)


def middle(values: Sequence[float]) -> float | None:
    """Return the median, or None of nothing."""
    return median(values) if values else None
