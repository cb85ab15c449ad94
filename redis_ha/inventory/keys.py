"""The keys of an inventory as rows: what each is by default, what may stand there, what it means.

They come from the JSON Schema, that is from the classes of the tables.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from redis_ha.inventory.schema import Schema, schema


@dataclass(frozen=True)
class InventoryKey:
    """One key.

    Args:
        name: with its table before it.
        default: as in a file, or a word where it has none.
        allowed: in words.
    """

    name: str
    default: str
    allowed: str
    meaning: str


def keys() -> Iterator[InventoryKey]:
    """Yield every key, those of the top of the file first, those of nodes last."""
    whole = schema()
    for name, said in whole["properties"].items():
        yield from _rows(whole, name, said, is_needed=False)


def markdown() -> str:
    """Return all keys as a table."""
    headings = ("key", "default", "allowed", "meaning")
    rows = [f"| `{key.name}` | {key.default} | {key.allowed} | {key.meaning} |" for key in keys()]
    return "\n".join([f"| {' | '.join(headings)} |", "|---" * len(headings) + "|", *rows, ""])


def _rows(whole: Schema, name: str, said: Schema, *, is_needed: bool) -> Iterator[InventoryKey]:
    """Yield a key, or those within where it is a table or a list of tables."""
    within = said.get("items", said)
    within = whole["$defs"].get(within.get("$ref", "").removeprefix("#/$defs/"), within)
    if "properties" not in within:
        default = _default(said, is_needed=is_needed)
        yield InventoryKey(name, default, allowed(said), said.get("description", ""))
        return
    complete = whole["then"]["properties"].get(name, within)
    needed = complete.get("items", complete).get("required", ())
    for key, each in within["properties"].items():
        yield from _rows(whole, f"{name}.{key}", each, is_needed=key in needed)


def _default(said: Schema, *, is_needed: bool) -> str:
    if is_needed:
        return "required"
    value = said.get("default")
    return f"`{json.dumps(value)}`" if value not in (None, "", [], {}) else "none"


def allowed(said: Schema) -> str:
    """Return in words what a key takes."""
    if title := said.get("title"):
        return str(title)
    if names := said.get("enum"):
        return ", ".join(f"`{name}`" for name in names)
    match said["type"]:
        case "array":
            return f"a list: {allowed(said['items'])}"
        case "boolean":
            return "`true`, `false`"
        case "integer" | "number":
            return _range(said)
    return "text"


def _range(said: Schema) -> str:
    low, high = said.get("minimum"), said.get("maximum")
    if low is None:
        return "a number" if high is None else f"{high} or less"
    return f"{low} or more" if high is None else f"{low}–{high}"
