import os

import pytest

from redis_ha.inventory.keys import InventoryKey, allowed, keys, markdown
from redis_ha.render import PROJECT

PAGE = PROJECT / "docs" / "configuration.md"
BEGIN, END = "<!-- keys: begin -->\n", "<!-- keys: end -->"


def test_the_table_of_the_page_is_that_of_the_classes() -> None:
    before, rest = PAGE.read_text().split(BEGIN)
    table, after = rest.split(END)
    if os.environ.get("GOLDEN") == "write":
        PAGE.write_text(f"{before}{BEGIN}{markdown()}{END}{after}")
        table = markdown()
    assert table == markdown(), "GOLDEN=write .venv/bin/pytest tests/unit/inventory renews it"


def test_a_key_has_a_row_with_all_that_is_known_of_it() -> None:
    known = {key.name: key for key in keys()}
    assert known["redis.databases"] == InventoryKey(
        "redis.databases", "`16`", "1–1024", "How many databases it has."
    )
    assert known["nodes.host"].default == "required"
    assert known["nodes.memory_mb"].default == "none"
    assert known["extends"].allowed == "a name, or a path that ends in `.toml`"


ALLOWED = {
    "title": ({"title": "a size", "type": "string"}, "a size"),
    "words": ({"enum": ["a", "b"], "type": "string"}, "`a`, `b`"),
    "range": ({"type": "integer", "minimum": 0, "maximum": 9}, "0–9"),
    "from": ({"type": "integer", "minimum": 0}, "0 or more"),
    "to": ({"type": "number", "maximum": 9}, "9 or less"),
    "number": ({"type": "number"}, "a number"),
    "truth": ({"type": "boolean"}, "`true`, `false`"),
    "text": ({"type": "string"}, "text"),
    "list": ({"type": "array", "items": {"type": "integer", "minimum": 1}}, "a list: 1 or more"),
}


@pytest.mark.parametrize(("said", "words"), ALLOWED.values(), ids=ALLOWED)
def test_what_may_stand_there_is_said_in_words(said: dict[str, object], words: str) -> None:
    assert allowed(said) == words
