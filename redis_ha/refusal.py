"""What pydantic found wrong with a file, in one line for the person who wrote the file."""

from collections.abc import Callable, Iterator
from typing import Any

from pydantic import ValidationError

Loc = tuple[str | int, ...]
KeysBeside = Callable[[Loc], list[str]]
"""Returns the keys that are allowed where an unknown one was found."""


def in_words(error: ValidationError, keys_beside: KeysBeside, inside: Loc = ()) -> str:
    """Return every problem with its key and what is allowed there.

    Args:
        inside: where in the file the part lies that was looked at.
    """
    return "; ".join(_sentence(item, keys_beside, inside) for item in _innermost(error))


def _innermost(error: ValidationError) -> Iterator[dict[str, Any]]:
    """Leave out that a list is unusable where one of its items says why."""
    items: list[dict[str, Any]] = [dict(item) for item in error.errors()]
    for item in items:
        loc = item["loc"]
        inner = [other["loc"] for other in items if len(other["loc"]) > len(loc)]
        if not any(other[: len(loc)] == loc for other in inner):
            yield item


def _sentence(item: dict[str, Any], keys_beside: KeysBeside, inside: Loc) -> str:
    loc = (*inside, *item["loc"])
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc]
    key = "".join(parts).lstrip(".")
    shown = " ".join(str(item["input"]).split())
    match item["type"]:
        case "unexpected_keyword_argument":
            return f"{key}: unknown key; allowed are {', '.join(keys_beside(loc))}"
        case "missing" | "missing_argument":
            return f"{key}: is required"
        case "string_pattern_mismatch":
            return f"{key}: `{shown}` does not match {item['ctx']['pattern']}"
    said = item["msg"].removeprefix("Value error, ")
    return f"{key}: {said[0].lower()}{said[1:]}, not `{shown}`"
