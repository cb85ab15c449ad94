"""For how long could nobody write?"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from redis_ha.measure.history import Operation

THRESHOLD_S = 0.5
"""A pause between two acknowledged writes from which on it counts as a gap."""


@dataclass(frozen=True)
class Gap:
    """A time over the threshold without any acknowledged write."""

    from_s: float
    """When it began."""
    to_s: float
    """When it ended."""
    open: bool = False
    """It did not end as long as the drill lasted."""

    @property
    def seconds(self) -> float:
        return self.to_s - self.from_s


@dataclass(frozen=True)
class Availability:
    """What writers had to put up with after a fault, in seconds.

    Args:
        gaps: times over the threshold without an acknowledged write.
        longest_gap_s: the longest time without one, None where there never was one.
        longest_wait_s: the longest that one write took, whatever came of it.
    """

    gaps: tuple[Gap, ...]
    longest_gap_s: float | None
    longest_wait_s: float | None

    @property
    def resumed_s(self) -> float | None:
        """Return the end of the last gap: 0 when there was none, None when it never ended."""
        if not self.gaps:
            return 0.0
        return None if self.gaps[-1].open else self.gaps[-1].to_s


def of(writes: Iterable[Operation], since_s: float) -> Availability:
    """Find the gaps in the acknowledged writes of a drill whose fault struck at `since_s`.

    A gap that began before the fault counts from the last acknowledgement.
    """
    told = list(writes)
    ends = sorted(each.ended_s - since_s for each in told if each.acknowledged)
    gaps = [Gap(start, end) for start, end in pairwise(ends) if end > 0]
    last_s = max((each.ended_s - since_s for each in told), default=0.0)
    if ends and last_s > ends[-1]:
        gaps.append(Gap(ends[-1], last_s, open=True))
    waits = [each.ended_s - each.invoked_s for each in told if each.ended_s > since_s]
    return Availability(
        tuple(gap for gap in gaps if gap.seconds > THRESHOLD_S),
        max((gap.seconds for gap in gaps), default=None),
        max(waits, default=None),
    )
