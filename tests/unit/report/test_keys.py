"""docs/records.md has the keys of the record; `GOLDEN=write pytest tests/unit/report` renews it."""

import os
import re
from typing import Any

import pytest

from redis_ha.checkers.drill import DRILL
from redis_ha.checkers.evidence import EVIDENCE
from redis_ha.measure import clients, visits
from redis_ha.render import PROJECT
from redis_ha.report import keys

PAGE = PROJECT / "docs/records.md"
SCHEMA, KEPT = DRILL.json_schema(), EVIDENCE.json_schema()


def tables() -> dict[str, str]:
    """Return the tables of the page; what one has shown the next does not show again."""
    shown = {"Round"}  # it has a table of its own
    return {
        "drill": keys.table(SCHEMA, shown=shown),
        "round": keys.table(keys.part(SCHEMA, "Round"), shown=shown),
        "evidence": keys.table(KEPT, shown=shown),
    }


def place(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<=<!-- keys: {name} -->\n).*?(?=<!-- end of keys -->)", re.DOTALL)


@pytest.mark.parametrize(("name", "table"), tables().items(), ids=tables())
def test_the_page_has_every_key_with_its_words(name: str, table: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    if os.environ.get("GOLDEN") == "write":
        text = place(name).sub(lambda _: f"{table}\n", text, count=1)
        PAGE.write_text(text, encoding="utf-8")
    found = place(name).search(text)
    assert found
    there, wanted = found[0].splitlines(), table.splitlines()
    assert [row for row in wanted if row not in there] == [], "missing"
    assert [row for row in there if row not in wanted] == [], "too many"
    assert there == wanted


ANSWERS = {"Denial", "RedisView", "SeenServer", "SentinelView", "Snapshot", "Stranger"}
"""Documented as what `status` shows."""


def kinds() -> dict[str, dict[str, Any]]:
    parts = {**SCHEMA["$defs"], **KEPT["$defs"], "Drill": SCHEMA, "Evidence": KEPT}
    return {name: part for name, part in parts.items() if "properties" in part}


@pytest.mark.parametrize("kind", sorted(kinds().keys() - ANSWERS))
def test_every_key_has_words(kind: str) -> None:
    inherited = {"ClientFigures": list(kinds()["Writes"]["properties"])}
    assert keys.undescribed(kinds()[kind]) == inherited.get(kind, [])


def test_every_kind_of_client_is_named() -> None:
    words = kinds()["Round"]["properties"]["clients"]["description"]
    assert [kind for kind in (*clients.KINDS, *visits.ALL) if f"`{kind}`" not in words] == []


def test_a_key_without_words_is_named() -> None:
    schema = {"properties": {"told": {"description": "Words."}, "silent": {"type": "integer"}}}
    assert keys.undescribed(schema) == ["silent"]
    assert keys.table(schema).splitlines()[2:] == ["| `told` | Words. |"]
