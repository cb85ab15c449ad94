"""Every operation that a drill attempted, on one clock, with what became of it."""

import csv
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

NO_MASTER = "no master"
"""The error of a write for which its client knew no node to send it to."""
SITE = "typo3-"
"""How the kinds of client begin that go to a TYPO3 site: their operations are pages, not writes."""


class Outcome(StrEnum):
    """What a client knows of its operation."""

    ACKNOWLEDGED = "acknowledged"
    FAILED = "failed"
    """Refused, or never sent: it must not exist."""
    INDETERMINATE = "indeterminate"
    """Sent and never answered, or not confirmed: it may exist or not."""
    FRESH = "fresh"
    """A read that found what had been acknowledged before it."""
    STALE = "stale"
    """A read that did not."""
    HELD = "held"
    """A lock, from when it was had until just before it was given back."""


READS = (Outcome.FRESH, Outcome.STALE)


@dataclass(frozen=True, slots=True)
class Operation:
    """One attempt to store a unique value, or to read one; times in seconds of the drill's clock.

    Args:
        client: whose it was; the word before the last `-` is the kind of client.
        node: the node that answered, or was asked last.
        error: of a write that failed, what the server replied; of a page that was served all the
            same, what was wrong with it.
    """

    client: str
    key: str
    invoked_s: float
    ended_s: float
    outcome: Outcome
    node: str | None = None
    error: str | None = None

    @property
    def kind(self) -> str:
        return self.client.rpartition("-")[0]

    @property
    def acknowledged(self) -> bool:
        return self.outcome is Outcome.ACKNOWLEDGED

    @property
    def refused(self) -> bool:
        """Say whether `error` is the reply of a server that refuses."""
        return self.outcome is Outcome.FAILED and self.error != NO_MASTER


COLUMNS = ("client", "key", "invoked_s", "ended_s", "outcome", "node", "error")
"""The columns of a history file (CSV, in the order in which operations ended)."""


def to_row(operation: Operation) -> tuple[object, ...]:
    """Return an operation as a row of the file, times to the microsecond."""
    times = (f"{operation.invoked_s:.6f}", f"{operation.ended_s:.6f}")
    last = (operation.outcome, operation.node or "", operation.error or "")
    return (operation.client, operation.key, *times, *last)


def from_row(row: Sequence[str]) -> Operation:
    """Return the operation of a row."""
    client, key, invoked, ended, outcome, node, error = row
    times = (float(invoked), float(ended))
    return Operation(client, key, *times, Outcome(outcome), node or None, error or None)


class History:
    """The operations of one drill."""

    def __init__(self, operations: Iterable[Operation] = ()) -> None:
        self._operations = list(operations)

    def read(self, lines: Iterable[str]) -> None:
        """Append the operations of whole lines of a history file, its header left out."""
        self._operations += [from_row(row) for row in csv.reader(lines) if row != list(COLUMNS)]

    def __iter__(self) -> Iterator[Operation]:
        return iter(self._operations)

    def __len__(self) -> int:
        return len(self._operations)

    def writes(self, kind: str | None = None) -> list[Operation]:
        """Return all writes, or what one kind of client did, be it to ask for pages."""
        return [
            each
            for each in self.attempts()
            if (each.kind == kind if kind else not each.kind.startswith(SITE))
        ]

    def attempts(self) -> Iterator[Operation]:
        """Yield all writes, and all pages that were asked for."""
        others = (*READS, Outcome.HELD)
        yield from (each for each in self if each.outcome not in others and each.kind != READER)

    def reads(self) -> list[Operation]:
        """Return the reads that were answered."""
        return [each for each in self if each.outcome in READS]

    def holds(self) -> list[Operation]:
        """Return for how long locks were held; the key names the lock before its last `:`."""
        return [each for each in self if each.outcome is Outcome.HELD]

    def kinds(self) -> list[str]:
        """Return the kinds of clients that did something, in the order in which they began."""
        return list(dict.fromkeys(each.kind for each in self.attempts()))

    def acknowledged_elsewhere(
        self, than: str, after_s: float, kinds: Collection[str] = ()
    ) -> Operation | None:
        """Return the first write after `after_s` that another node than `than` acknowledged.

        Args:
            kinds: the kinds of clients that count; all when empty.
        """
        found = (
            each
            for each in self
            if each.acknowledged
            and each.ended_s >= after_s
            and each.node not in (None, than)
            and (not kinds or each.kind in kinds)
        )
        return min(found, key=lambda each: each.ended_s, default=None)

    def acknowledged_after(self, after_s: float, kinds: Collection[str] = ()) -> Operation | None:
        """Return the first write that was sent after `after_s` and acknowledged by anybody."""
        found = (
            each
            for each in self
            if each.acknowledged and each.invoked_s >= after_s and (not kinds or each.kind in kinds)
        )
        return min(found, key=lambda each: each.ended_s, default=None)

    def last_failure(self, after_s: float = 0.0) -> Operation | None:
        """Return the last write after a moment that failed, of those that a server refused if any.

        Without its reply a failure says little: clients know no master for a while after each.
        """
        failed = [
            each for each in self.attempts() if each.ended_s >= after_s and not each.acknowledged
        ]
        refused = [each for each in failed if each.refused]
        return max(refused or failed, key=lambda each: each.ended_s, default=None)


READER = "reader"
