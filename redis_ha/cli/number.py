"""The numbers that an option takes."""

import math
from dataclasses import dataclass

from redis_ha.errors import RedisHaError
from redis_ha.printable import short


@dataclass(frozen=True)
class Number:
    """A kind of number with its bounds.

    Args:
        words: what may stand there, for people.
        low: the smallest one.
        high: the greatest one.
        kind: `int` for whole ones alone.
    """

    words: str
    low: float
    high: float
    kind: type[int] | type[float] = int

    def read(self, text: str) -> int | float | None:
        """Return the number that is typed there, None for none that it can be."""
        plain = text.isascii() and "_" not in text and text == text.strip()
        try:
            number = self.kind(text) if plain else None
        except ValueError:
            return None
        return number if number is not None and self.low <= number <= self.high else None

    def required(self, name: str, text: str) -> int | float:
        """Return the number that is typed for an option.

        Raises:
            RedisHaError: it is none, or out of bounds.
        """
        number = self.read(text)
        if number is None:
            raise RedisHaError(f"{name}: takes {self.words}, not `{short(text)}`")
        return number


def whole(low: int, high: int) -> Number:
    """Return whole numbers from one to another."""
    return Number(f"a whole number from {low} to {high}", low, high)


SHARE = Number("a share above 0 and up to 1, such as 0.2", math.nextafter(0, 1), 1, float)
