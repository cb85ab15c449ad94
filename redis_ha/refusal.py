"""What pydantic found wrong with a file, in words for the person who wrote the file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from redis_ha.nearest import hint
from redis_ha.printable import short

Loc = tuple[str | int, ...]
KeysBeside = Callable[[Loc], list[str]]
"""Returns the keys that are allowed where an unknown one was found."""


@dataclass(frozen=True)
class Problem:
    """What is wrong at one place of a file.

    Args:
        loc: the way there, by names of keys and numbers in lists.
    """

    loc: Loc
    said: str

    def __str__(self) -> str:
        return f"{in_key(self.loc)}: {self.said}"


def in_key(loc: Loc) -> str:
    """Return the way to a place as people write it: `nodes[1].host`."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc]
    return "".join(parts).removeprefix(".")


def in_words(error: ValidationError, keys_beside: KeysBeside) -> str:
    """Return every problem with its key and what is allowed there, in one line."""
    return "; ".join(map(str, problems(error, keys_beside)))


def problems(
    error: ValidationError, keys_beside: KeysBeside, inside: Loc = ()
) -> Iterator[Problem]:
    """Yield every problem.

    Args:
        inside: where in the file the part lies that was looked at.
    """
    for item in _innermost(error):
        loc = (*inside, *item["loc"])
        yield Problem(loc, _said(item, loc, keys_beside))


def _innermost(error: ValidationError) -> Iterator[dict[str, Any]]:
    """Leave out that a list is unusable where one of its items says why."""
    items: list[dict[str, Any]] = [dict(item) for item in error.errors()]
    for item in items:
        loc = item["loc"]
        inner = [other["loc"] for other in items if len(other["loc"]) > len(loc)]
        if not any(other[: len(loc)] == loc for other in inner):
            yield item


def _said(item: dict[str, Any], loc: Loc, keys_beside: KeysBeside) -> str:
    shown = short(str(item["input"]))
    match item["type"]:
        case "unexpected_keyword_argument":
            keys = keys_beside(loc)
            return f"unknown key{hint(str(loc[-1]), keys)}; allowed are {', '.join(keys)}"
        case "missing" | "missing_argument":
            return "is required"
    said = item["msg"].removeprefix("Value error, ")
    return f"{said[0].lower()}{said[1:]}, not `{shown}`"
