"""An inventory read from its files, or refused with each key and what is allowed there."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from redis_ha.errors import InventoryError
from redis_ha.inventory.consistency import contradictions
from redis_ha.inventory.merging import Merged, Placed
from redis_ha.inventory.node import NodeSpec
from redis_ha.inventory.sources import HEAD, NODES, Document, Head, Source, chain
from redis_ha.inventory.tables import tables
from redis_ha.inventory.topology import Inventory
from redis_ha.nearest import hint
from redis_ha.refusal import Loc, Problem, problems
from redis_ha.values import Name

Nodes = Annotated[tuple[NodeSpec, ...], Field(min_length=1)]


def load(name: str) -> Inventory:
    """Read `inventories/NAME.toml`, or the file at the path NAME when it ends in .toml.

    Raises:
        InventoryError: no such file, not TOML, or not a usable environment.
    """
    sources = chain(name)
    merged = Merged(sources)
    wrong = _unknown(merged.data)
    parts = {
        each.name: _validated(merged.data.get(each.name, {}), each.kind, (each.name,), wrong)
        for each in tables().values()
    }
    nodes = _validated(merged.data.get(NODES), Nodes, (NODES,), wrong)
    own_name = _validated(merged.path.name.split(".")[0], Name, ("name",), wrong)
    _refuse([*_wrong_heads(sources), *merged.strangers, *map(merged.placed, wrong)])
    read = MappingProxyType({table.kind: parts[table.name] for table in tables().values()})
    inventory = Inventory(own_name, nodes, read, merged.path)
    _refuse([(merged.path, _told(each, merged)) for each in contradictions(inventory)])
    return inventory


def _unknown(data: Document) -> list[Problem]:
    known = [NODES, *HEAD, *tables()]
    allowed = ", ".join(sorted(known))
    return [
        Problem((key,), f"unknown key{hint(key, known)}; allowed are {allowed}")
        for key in data
        if key not in known
    ]


def _wrong_heads(sources: Iterable[Source]) -> Iterator[Placed]:
    for source in sources:
        wrong: list[Problem] = []
        _validated(source.head, Head, (), wrong)
        yield from ((source.path, each) for each in wrong)


def _validated(value: Any, kind: Any, loc: Loc, wrong: list[Problem]) -> Any:
    """Return a part of the whole as its class; what is wrong with it is added to `wrong`."""
    if value is None:
        wrong.append(Problem(loc, "is required"))
        return None
    try:
        return _adapter(kind).validate_json(json.dumps(value, default=str))
    except ValidationError as error:
        wrong.extend(problems(error, lambda _: _keys(kind), loc))
        return None


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _keys(kind: Any) -> list[str]:
    table: Any = NodeSpec if kind is Nodes else kind
    return sorted(item.name for item in fields(table))


def _told(contradiction: str, merged: Merged) -> str:
    """Return what contradicts, with the file that has the key where that is not the own one."""
    file = merged.file_of(contradiction.partition(": ")[0])
    return contradiction if file == merged.path else f"{contradiction} (set in {file})"


def _refuse(wrong: Sequence[tuple[Path, object]]) -> None:
    """Name everything that is wrong, file by file.

    Raises:
        InventoryError: there is something.
    """
    by_file: dict[Path, list[str]] = {}
    for path, said in wrong:
        by_file.setdefault(path, []).append(str(said))
    if by_file:
        raise InventoryError("; ".join(f"{path}: {'; '.join(by_file[path])}" for path in by_file))
