"""How large all keys of a purpose are, by those of them that were measured."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import sqrt
from statistics import median

FEWEST = 500
"""Keys that are measured before their spread is believed."""
PRECISE = 0.03
"""How far off the sum may be, as a share of it, at 95 %."""
MOST_OF_INDEX = 50_000
"""Keys that are measured where a few may be larger than all others together."""
SURE = 1.96
"""Standard errors, for 95 %."""
REMEMBERED = 1000
"""Keys whose time to live is kept, for the median."""


@dataclass(frozen=True)
class Estimate:
    """What all keys of a purpose come to.

    Args:
        keys: how many there are, by estimate where not all names were read.
        size: bytes.
        error: how far off `size` may be at 95 %, as a share of it.
        measured: how many keys it is known by.
        lasting: how many have no time to live, and their bytes.
        ttl_s: the median of the others, None where there is none.
    """

    keys: float
    size: float
    error: float
    measured: int
    lasting: float
    lasting_size: float
    ttl_s: float | None

    @property
    def lasting_share(self) -> float:
        """Return the share of keys without a time to live."""
        return self.lasting / self.keys if self.keys else 0.0


@dataclass
class Sample:
    """The keys of one purpose that were seen, and those of them that were measured.

    They come in the order of the server's hash table, which is random: the first ones are as good
    as any.
    """

    is_index: bool = False
    seen: int = 0
    measured: int = 0
    total: float = 0.0
    squares: float = 0.0
    lasting: int = 0
    lasting_total: float = 0.0
    ttls_ms: list[int] = field(default_factory=list)

    def add(self, size: int, ttl_ms: int) -> None:
        """Take the size of another key in bytes, and how long it lives; -1 for ever."""
        self.measured += 1
        self.total += size
        self.squares += size * size
        if ttl_ms < 0:
            self.lasting += 1
            self.lasting_total += size
        elif len(self.ttls_ms) < REMEMBERED:
            self.ttls_ms.append(ttl_ms)

    @property
    def is_precise(self) -> bool:
        """Say whether more keys would tell nothing new."""
        if self.measured < (MOST_OF_INDEX if self.is_index else FEWEST):
            return False
        return SURE * self.spread / sqrt(self.measured) <= PRECISE

    @property
    def spread(self) -> float:
        """Return the standard deviation of sizes as a share of their mean."""
        if self.measured < 2 or not self.total:  # noqa: PLR2004 - one key has no spread
            return 0.0
        mean = self.total / self.measured
        variance = max(0.0, self.squares / self.measured - mean * mean)
        return sqrt(variance * self.measured / (self.measured - 1)) / mean

    def estimate(self, share: float = 1.0) -> Estimate:
        """Return what all keys come to.

        Args:
            share: the share of the database's names that was read.
        """
        keys, measured = self.seen / share, max(self.measured, 1)
        factor = keys / measured
        return Estimate(
            keys=keys,
            size=self.total * factor,
            error=self._error(keys, share),
            measured=self.measured,
            lasting=self.lasting * factor,
            lasting_size=self.lasting_total * factor,
            ttl_s=median(self.ttls_ms) / 1000 if self.ttls_ms else None,
        )

    def _error(self, keys: float, share: float) -> float:
        """Return both errors together: of the mean size, and of how many keys there are."""
        if not self.measured:
            return 0.0
        unmeasured = max(0.0, 1 - self.measured / keys)
        of_size = self.spread**2 / self.measured * unmeasured
        of_count = (1 - share) / self.seen
        return SURE * sqrt(of_size + of_count)
