"""Whatever an inventory holds: it can be used, or is refused in one line."""

import tempfile
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, find, given
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


WHOLE: dict[str, Any] = {
    "redis": {"min_replicas_to_write": 1},
    "sentinel": {"quorum": 2},
    "nodes": [
        {"name": f"redis{n}", "host": 10 + n, "roles": ["redis"], "sentinels": [26379]}
        for n in (1, 2, 3)
    ],
}
"""An inventory that can be used."""
KEYS = [(name, item.name) for name, each in tables().items() for item in fields(each.kind)]
CHANGED = st.builds(
    lambda key, value: {**WHOLE, key[0]: {**WHOLE.get(key[0], {}), key[1]: value}},
    st.sampled_from(KEYS),
    st.integers(0, 3) | st.integers(1024, 70000) | st.booleans() | VALUES,
)
"""The same with another value of one key; some of them can be used as well."""


def judged(text: str) -> bool:
    """Read an inventory as a command does, and use what is read; say whether it can be."""
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
            return False
    assert read.first_master in read.nodes
    assert all(len({each.port for each in read.processes(node)}) for node in read.redis_nodes)
    return True


@given(DOCUMENTS)
@example({"extends": "a\0b.toml"})
@example({"extends": "x" * 300 + ".toml"})
@example({"redis": {"databases": 10**400}})
@example({"redis": {"\n\u202eevil": "\x1b[31m"}})
def test_what_is_toml_is_an_inventory_or_refused(data: dict[str, Any]) -> None:
    judged(toml.document(data))


@given(CHANGED)
@example(WHOLE)
def test_what_differs_in_one_key_is_an_inventory_or_refused(data: dict[str, Any]) -> None:
    judged(toml.document(data))


@pytest.mark.parametrize("is_usable", [True, False])
def test_some_of_what_is_made_up_can_be_used_and_some_not(is_usable: bool) -> None:
    found = find(CHANGED, lambda data: judged(toml.document(data)) is is_usable and data != WHOLE)
    assert found.keys() >= WHOLE.keys()


FINE = toml.document(WHOLE)


@given(st.integers(0, len(FINE)), st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
@example(0, f"a = {'[' * 5000}")
@example(0, f"a = {'9' * 5000}\n")
@example(0, "a = \x7f")
def test_what_is_nearly_toml_is_refused(place: int, more: str) -> None:
    judged(FINE[:place] + more + FINE[place:])
