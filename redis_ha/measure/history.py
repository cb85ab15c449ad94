"""Every write that a drill attempted, on one clock, with what became of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What a writer knows of its write."""

    ACKNOWLEDGED = "acknowledged"
    FAILED = "failed"
    """Refused, or never sent: it must not exist."""
    INDETERMINATE = "indeterminate"
    """Sent and never answered: it may exist or not."""


@dataclass(frozen=True)
class Write:
    """One attempt to store a unique value; times in seconds of the drill's clock."""

    key: str
    invoked_s: float
    ended_s: float
    outcome: Outcome
    node: str | None = None
    error: str | None = None


class History:
    """The writes of one drill in the order in which they ended."""

    def __init__(self, writes: Iterable[Write] = ()) -> None:
        self._writes = list(writes)

    def add(self, write: Write) -> None:
        """Append one write."""
        self._writes.append(write)

    def __iter__(self) -> Iterator[Write]:
        # A writer may still append: what is there now is what is looked at.
        return iter(self._writes[:])

    def __len__(self) -> int:
        return len(self._writes)

    def keys(self, outcome: Outcome) -> list[str]:
        """Return the keys of all writes with one outcome."""
        return [write.key for write in self if write.outcome is outcome]

    def acknowledged_elsewhere(self, than: str, after_s: float) -> Write | None:
        """Return the first write after `after_s` that another node than `than` acknowledged."""
        for write in self:
            if (
                write.ended_s >= after_s
                and write.outcome is Outcome.ACKNOWLEDGED
                and write.node != than
            ):
                return write
        return None
