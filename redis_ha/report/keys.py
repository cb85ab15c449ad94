"""The keys of a record as documentation shows them: a table, from where the record is described."""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]


def table(schema: Schema, *, shown: set[str] | None = None) -> str:
    """Return a Markdown table with a row per key that has words.

    What is inside of a key stands below it; a kind of thing that was shown before does not again.

    Args:
        schema: as pydantic makes it.
        shown: the kinds that were shown; those of this table are added.
    """
    seen = set() if shown is None else shown
    rows = (f"| `{key}` | {words} |" for key, words in _rows(schema, schema, "", seen))
    return "\n".join(["| field | meaning |", "|---|---|", *rows])


def undescribed(schema: Schema) -> list[str]:
    """Return the keys of the schema itself that have no words."""
    return [key for key, value in schema["properties"].items() if "description" not in value]


def part(schema: Schema, kind: str) -> Schema:
    """Return the schema of one kind of thing by itself."""
    found: Schema = schema["$defs"][kind]
    return {**found, "$defs": schema["$defs"]}


def _rows(whole: Schema, one: Schema, prefix: str, shown: set[str]) -> Iterator[tuple[str, str]]:
    for key, value in one.get("properties", {}).items():
        if "description" not in value:
            continue
        ending, kind = _inside(value)
        yield f"{prefix}{key}{ending}", " ".join(value["description"].split())
        if kind and kind not in shown:
            shown.add(kind)
            yield from _rows(whole, whole["$defs"][kind], f"{prefix}{key}{ending}.", shown)


def _inside(value: Schema) -> tuple[str, str | None]:
    """Return how a key is written that holds others, and the kind of thing that they are."""
    for form in (value, *value.get("anyOf", ())):
        if "$ref" in form:
            return "", _kind(form)
        if "$ref" in (items := form.get("items", {})):
            return "[]", _kind(items)
        if isinstance(others := form.get("additionalProperties"), dict) and "$ref" in others:
            return ".KIND", _kind(others)
    return "", None


def _kind(form: Schema) -> str:
    return str(form["$ref"]).rpartition("/")[2]
