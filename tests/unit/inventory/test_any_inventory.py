"""Whatever an inventory holds: it can be used, or is refused in one line."""

import tempfile
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from redis_ha import inventory
from redis_ha.errors import InventoryError
from redis_ha.inventory.node import NodeSpec
from redis_ha.inventory.sources import HEAD
from redis_ha.inventory.tables import tables
from redis_ha.inventory.words import RESERVED
from tests.unit.inventory import toml

NAMES = ["redis1", "redis2", "web1"]
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
"""Also controls of terminals, marks of direction, line breaks of Unicode."""
SCALARS = st.one_of(
    WORDS,
    st.booleans(),
    st.integers(-2, 70000),
    st.integers(),
    st.floats(),
    st.just(date(2026, 1, 1)),
    st.sampled_from(["auto", "1mb", "10.0.0.0/24", "224.0.0.0/4", "::/0", "default", *RESERVED]),
)
VALUES = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(WORDS, SCALARS, max_size=2)


def table(kind: type[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return some of the keys of a table, and now and then one that it does not have."""
    known = [item.name for item in fields(kind)]
    return st.dictionaries(st.sampled_from(known) | WORDS, VALUES, max_size=3)


NODES = st.lists(
    st.builds(
        lambda number, more: {
            "name": NAMES[number],
            "host": 11 + number,
            "roles": ["redis"],
            "sentinels": [26379],
            **more,
        },
        st.integers(0, 2),
        st.just({}) | table(NodeSpec),
    ),
    max_size=4,
)
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "nodes": NODES | VALUES,
        **{name: table(each.kind) | VALUES for name, each in tables().items()},
        **dict.fromkeys(HEAD, VALUES),
        "\n\x1b[31m": VALUES,
    },
)


def judged(text: str) -> None:
    """Read an inventory as a command does, and use what is read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.toml"
        path.write_text(text, encoding="utf-8")
        try:
            read = inventory.load(str(path))
        except InventoryError as error:
            said = str(error)
            assert said.isprintable()
            assert said.startswith(f"{path}: ")
            assert len(said) < 10000
            return
    assert read.first_master in read.nodes
    assert all(len({each.port for each in read.processes(node)}) for node in read.redis_nodes)


@given(DOCUMENTS)
@example({"extends": "a\0b.toml"})
@example({"extends": "x" * 300 + ".toml"})
@example({"redis": {"databases": 10**400}})
@example({"redis": {"\n\u202eevil": "\x1b[31m"}})
def test_what_is_toml_is_an_inventory_or_refused(data: dict[str, Any]) -> None:
    judged(toml.document(data))


FINE = toml.document({"nodes": [{"name": "redis1", "host": 11, "roles": ["redis"]}]})


@given(st.integers(0, len(FINE)), st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
@example(0, f"a = {'[' * 5000}")
@example(0, f"a = {'9' * 5000}\n")
@example(0, "a = \x7f")
def test_what_is_nearly_toml_is_refused(place: int, more: str) -> None:
    judged(FINE[:place] + more + FINE[place:])
