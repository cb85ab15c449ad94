"""Judgements: pure functions of what was recorded."""

from enum import StrEnum


class Verdict(StrEnum):
    """What a checker says; `unknown` does not pass a gate."""

    VALID = "valid"
    INVALID = "invalid"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not applicable"
    """The provider has no means for it: it was not tried, and it did not pass."""


def worst(verdicts: list[Verdict]) -> Verdict:
    """Return the one that decides: invalid before unknown before valid; nothing is unknown."""
    for verdict in (Verdict.INVALID, Verdict.UNKNOWN):
        if verdict in verdicts:
            return verdict
    return Verdict.VALID if verdicts else Verdict.UNKNOWN
