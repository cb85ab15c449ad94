"""The JSON Schema says of an inventory what reading it says."""

import json
import os
import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from redis_ha import inventory
from redis_ha.errors import InventoryError
from redis_ha.inventory import INVENTORIES
from redis_ha.inventory.node import NodeSpec
from redis_ha.inventory.schema import meanings, schema
from redis_ha.inventory.sources import Head
from redis_ha.inventory.tables import tables
from redis_ha.render import PROJECT

FILE = PROJECT / "docs" / "inventory.schema.json"
FIRST_LINE = "#:schema "
OURS = sorted(INVENTORIES.glob("*.toml"))
ONE = '[sentinel]\nquorum = 1\n[redis]\nmin_replicas_to_write = 0\n[[nodes]]\nname = "redis1"\n'
FINE = f'{ONE}host = 11\nroles = ["redis"]\nsentinels = [26379]\n'


@pytest.fixture(scope="module")
def validator() -> Any:
    made = schema()
    Draft202012Validator.check_schema(made)
    return Draft202012Validator(made)


def test_the_file_is_the_present_schema() -> None:
    text = json.dumps(schema(), indent=2) + "\n"
    if os.environ.get("GOLDEN") == "write":
        FILE.write_text(text)
    assert FILE.read_text() == text, "GOLDEN=write .venv/bin/pytest tests/unit/inventory renews it"


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_ours_name_the_schema_and_are_what_it_says(path: Path, validator: Any) -> None:
    text = path.read_text()
    first = text.splitlines()[0]
    assert first.startswith(FIRST_LINE)
    assert (path.parent / first.removeprefix(FIRST_LINE)).resolve() == FILE
    assert list(validator.iter_errors(tomllib.loads(text))) == []


def test_the_example_of_the_documentation_works(validator: Any, tmp_path: Path) -> None:
    page = (PROJECT / "docs" / "configuration.md").read_text()
    (text,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    assert list(validator.iter_errors(tomllib.loads(text))) == []
    assert [node.name for node in read(text, tmp_path).nodes] == [
        "redis1",
        "redis2",
        "redis3",
        "redis4",
    ]


BROKEN = {
    "unknown table": f"{FINE}[colours]\nred = 1\n",
    "unknown key of a table": f"{FINE}[client]\ncolour = 1\n",
    "unknown key of a node": f"{FINE}colour = 1\n",
    "missing key": f'{ONE}roles = ["redis"]\n',
    "unknown role": f'{ONE}host = 11\nroles = ["db"]\n',
    "no role": f"{ONE}host = 11\nroles = []\n",
    "text instead of a number": f'{FINE}[client]\nretry_budget_ms = "1"\n',
    "a truth instead of a number": f"{FINE}[client]\nretry_budget_ms = true\n",
    "below the range": f"{FINE}priority = -1\n",
    "above the range": f"{FINE}priority = 1001\n",
    "no port": f"{FINE}[commander]\nport = 70000\n",
    "not one of the words": f'{FINE}[vagrant]\nprovider = "xen"\n',
    "no network": f'{FINE}[docker]\nsubnet = "10.0.0.0/99"\n',
    "an IPv6 network": f'{FINE}[docker]\nsubnet = "fd00::/64"\n',
    "no name of a host": FINE.replace('"redis1"', '"Redis_1"'),
    "nodes that are no list": "nodes = 3\n",
    "no nodes": "nodes = []\n",
    "a word of commands": FINE.replace('"redis1"', '"master"'),
    "no name of a host, by its end": FINE.replace('"redis1"', '"redis-"'),
    "a role twice": FINE.replace('["redis"]', '["redis", "redis"]'),
    "a Sentinel twice": FINE.replace("[26379]", "[26379, 26379]"),
    "a port of root's": f"{FINE}[commander]\nport = 1023\n",
    "a host far away": FINE.replace("host = 11", "host = 131071"),
    "memory for no key": f'{FINE}[redis]\nmaxmemory = "999kb"\n'.replace(
        "[redis]\nmin_replicas_to_write = 0\n", "", 1
    ),
    "a day of silence": FINE.replace("quorum = 1", "quorum = 1\ndown_after_ms = 86400000"),
    "a failover without end": FINE.replace(
        "quorum = 1", "quorum = 1\nfailover_timeout_ms = 9999999"
    ),
    "replicas without number": FINE.replace("quorum = 1", "quorum = 1\nparallel_syncs = 1001"),
    "a master by an option": FINE.replace("quorum = 1", 'quorum = 1\nmaster_name = "-x"'),
    "a way up": f'{FINE}[commander]\nurl_prefix = "/../x"\n',
    "a number for a network": f"{FINE}[commander]\nallow_from = [1]\n",
    "a network twice": f'{FINE}[commander]\nallow_from = ["10.0.0.0/8", "10.0.0.0/8"]\n',
    "more processors than there are": f"{FINE}[vagrant]\ncpus = 65\n",
    "more memory than there is": f"{FINE}memory_mb = 1048577\n",
    "nothing": "",
    "extends no text": f"extends = 3\n{FINE}",
    "without what it extends": f'without = ["web1"]\n{FINE}',
}


def test_the_case_that_all_others_break_is_fine(validator: Any, tmp_path: Path) -> None:
    assert list(validator.iter_errors(tomllib.loads(FINE))) == []
    assert read(FINE, tmp_path).name == "mine"


def read(text: str, folder: Path) -> inventory.Inventory:
    path = folder / "mine.toml"
    path.write_text(text)
    return inventory.load(str(path))


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_what_reading_refuses_the_schema_refuses(text: str, validator: Any, tmp_path: Path) -> None:
    assert list(validator.iter_errors(tomllib.loads(text))) != []
    with pytest.raises(InventoryError):
        read(text, tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        'extends = "default"\n',
        'extends = "default"\nwithout = ["web1"]\n',
        'extends = "default"\n[[nodes]]\nname = "redis1"\npriority = 1\n',
    ],
)
def test_an_inventory_that_extends_may_say_less(text: str, validator: Any, tmp_path: Path) -> None:
    assert list(validator.iter_errors(tomllib.loads(text))) == []
    assert len(read(text, tmp_path).redis_nodes) == 3


def test_a_node_is_named_even_there(validator: Any) -> None:
    text = 'extends = "default"\n[[nodes]]\npriority = 1\n'
    assert list(validator.iter_errors(tomllib.loads(text))) != []


@pytest.mark.parametrize(
    "kind",
    [*(table.kind for table in tables().values()), NodeSpec, Head],
    ids=lambda kind: str(kind.__name__),
)
def test_every_key_says_what_it_means(kind: type[Any]) -> None:
    assert set(meanings(kind)) == {item.name for item in fields(kind)}
    assert [text for text in meanings(kind).values() if not text.endswith(".")] == []


def test_a_role_of_another_folder_is_in_the_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_HA_ROLES", str(PROJECT / "tests" / "roles"))
    made = schema()
    assert made["properties"]["greeter"] == {"$ref": "#/$defs/Greeter"}
    assert made["$defs"]["Greeter"]["properties"]["port"] == {
        "type": "integer",
        "minimum": 1024,
        "maximum": 65535,
        "default": 8099,
        "description": "Where it listens.",
    }
    assert "greeter" in made["$defs"]["Node"]["properties"]["roles"]["items"]["enum"]
    made_up = PROJECT / "tests" / "suites" / "made-up-role.toml"
    data = tomllib.loads(made_up.read_text())
    assert list(Draft202012Validator(made).iter_errors(data)) == []
    assert list(Draft202012Validator(json.loads(FILE.read_text())).iter_errors(data)) != []
