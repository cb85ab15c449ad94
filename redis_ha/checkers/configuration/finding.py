"""What a rule says of one setting."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self


class Severity(StrEnum):
    """How bad it is: it cannot work, it may cost data or time, or it is worth knowing."""

    WRONG = "wrong"
    RISKY = "risky"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """A setting, what it is, what it should be, and the reason.

    Args:
        setting: by the name that the configuration files have.
        better: the value to set, made from the other settings.
        where: the sources that have it.
    """

    setting: str
    severity: Severity
    now: str
    better: str
    why: str
    where: str = ""

    @property
    def is_wrong(self) -> bool:
        """Say whether it cannot stay so."""
        return self.severity is Severity.WRONG

    def found_in(self, where: str) -> Self:
        """Return it with its sources."""
        return replace(self, where=where)

    def as_json(self) -> dict[str, Any]:
        """Return it as the doctor's record has it; the first five keys are those of a program."""
        return {
            "name": self.setting,
            "ok": False,
            "detail": self.why,
            "needed": self.is_wrong,
            "mend": self.better,
            "kind": "setting",
            "severity": str(self.severity),
            "now": self.now,
            "where": self.where,
        }


ORDER = list(Severity)


def worst_first(found: Iterable[Finding]) -> list[Finding]:
    """Return findings by how bad they are, each kind in the order in which they came."""
    return sorted(found, key=lambda each: ORDER.index(each.severity))


def complaints(found: Iterable[Finding]) -> list[str]:
    """Return a few words of each that cannot stay so."""
    return [f"wrong: {each.setting} {each.now}" for each in found if each.is_wrong]
