"""An inventory read from its file, or refused with the key and what is allowed there."""

import json
import tomllib
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from redis_ha.errors import InventoryError
from redis_ha.inventory.consistency import contradictions
from redis_ha.inventory.node import Node
from redis_ha.inventory.tables import Table, tables
from redis_ha.inventory.topology import Inventory
from redis_ha.refusal import Loc, in_words
from redis_ha.render import PROJECT
from redis_ha.values import Name

INVENTORIES = PROJECT / "inventories"
NODES = "nodes"
Nodes = Annotated[tuple[Node, ...], Field(min_length=1)]


def load(name: str) -> Inventory:
    """Read `inventories/NAME.toml`, or the file at the path NAME when it ends in .toml.

    Raises:
        InventoryError: no such file, not TOML, or not a usable environment.
    """
    path = Path(name) if name.endswith(".toml") else INVENTORIES / f"{name}.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        known = ", ".join(sorted(file.stem for file in INVENTORIES.glob("*.toml")))
        raise InventoryError(f"{path}: no such inventory; there are {known}") from None
    except OSError as error:
        raise InventoryError(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InventoryError(f"{path}: not valid TOML: {error}") from None
    return parse(data, path)


def parse(data: dict[str, Any], path: Path) -> Inventory:
    """Turn the content of an inventory file into an `Inventory` named after the file.

    Raises:
        InventoryError: a key is unknown, missing or out of range, or keys contradict each other.
    """
    known = tables()
    problems = _unknown(data, known)
    made = {
        name: _validated(data.get(name, {}), table.kind, (name,), problems)
        for name, table in known.items()
    }
    nodes = _validated(data.get(NODES), Nodes, (NODES,), problems)
    name = _validated(path.name.split(".")[0], Name, ("name",), problems)
    if problems:
        raise InventoryError(f"{path}: {'; '.join(problems)}")
    read = {known[each].kind: value for each, value in made.items()}
    inventory = Inventory(name, nodes, MappingProxyType(read))
    if wrong := list(contradictions(inventory)):
        raise InventoryError(f"{path}: {'; '.join(wrong)}")
    return inventory


def _unknown(data: dict[str, Any], known: dict[str, Table]) -> list[str]:
    allowed = ", ".join(sorted([NODES, *known]))
    return [
        f"{key}: unknown key; allowed are {allowed}"
        for key in data
        if key != NODES and key not in known
    ]


def _validated(value: Any, kind: Any, loc: Loc, problems: list[str]) -> Any:
    """Return a part of the file as its class; what is wrong with it is added to `problems`."""
    if value is None:
        problems.append(f"{'.'.join(map(str, loc))}: is required")
        return None
    try:
        return TypeAdapter(kind).validate_json(json.dumps(value, default=str))
    except ValidationError as error:
        problems.append(in_words(error, lambda _: _keys(kind), loc))
        return None


def _keys(kind: Any) -> list[str]:
    table: Any = Node if kind is Nodes else kind
    return sorted(item.name for item in fields(table))
