"""The fields of a record as docs/records.md has them, beside those that a command prints."""

import re
from collections.abc import Iterator
from typing import Any

from redis_ha.render import PROJECT

PAGE = PROJECT / "docs" / "records.md"


def fields(section: str, text: str | None = None) -> set[str]:
    """Return the fields that a section's first table names, such as `nodes[].name`."""
    page = PAGE.read_text(encoding="utf-8") if text is None else text
    table = page.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    found = set()
    for row in re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE):
        first, *others = re.findall(r"`([^`]+)`", row)
        above = first.rpartition(".")[0]
        found |= {first, *(f"{above}.{name}".lstrip(".") for name in others)}
    return found


def printed(record: Any, above: str = "") -> Iterator[str]:
    """Yield the fields of a record in the same words; those of a list stand for each of it."""
    if isinstance(record, list):
        for each in record:
            yield from printed(each, above and f"{above}[]")
    elif isinstance(record, dict):
        for name, value in record.items():
            path = f"{above}.{name}".lstrip(".")
            yield f"{path}[]" if isinstance(value, list) else path
            yield from printed(value, path)


def differences(said: set[str], record: Any) -> set[str]:
    """Return the fields that only the page or only the record has.

    What a list holds that is empty here nobody can see.
    """
    there = {*printed(record)}
    lists = {name for name in there if name.endswith("[]")}
    bare = {name.removesuffix("[]") for name in said}
    unseen = {
        name
        for name in said
        if any(name.startswith(f"{each}.") and not _filled(each, there) for each in lists)
    }
    above = {name.rpartition(".")[0].removesuffix("[]") for name in said}
    missing = {name for name in said - unseen if name.removesuffix("[]") not in _bare(there)}
    return missing | {name for name in _bare(there) if name not in bare | above}


def _filled(each: str, there: set[str]) -> bool:
    return any(name.startswith(f"{each}.") for name in there)


def _bare(names: set[str]) -> set[str]:
    return {name.removesuffix("[]") for name in names}
