"""What the files of an inventory say together, and which of them says what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import Any

from redis_ha.inventory.sources import HEAD, NODES, Document, Source
from redis_ha.refusal import Loc, Problem

Placed = tuple[Path, Problem]
"""A problem as the file has it in which it stands."""


@dataclass(frozen=True)
class Layer:
    """What one file says, with its nodes by their names.

    Args:
        names: those of its nodes, in the order of the file.
    """

    path: Path
    data: Document
    names: tuple[str, ...]

    def has(self, way: Sequence[Any]) -> bool:
        """Say whether something stands at the end of this way."""
        found: Any = self.data
        for part in way:
            if not isinstance(found, dict) or part not in found:
                return False
            found = found[part]
        return True

    def less(self, names: Sequence[Any]) -> "Layer":
        """Return it without some of its nodes."""
        if not self.names:
            return self
        kept = {name: node for name, node in self.data[NODES].items() if name not in names}
        return replace(self, data={**self.data, NODES: kept})


class Merged:
    """An inventory out of its files."""

    def __init__(self, sources: Sequence[Source]) -> None:
        """Take its own file, then each that the one before extends."""
        self.path = sources[0].path
        self.strangers: list[Placed] = []
        self._layers: list[Layer] = []
        for source in reversed(sources):
            self.strangers += _strangers(source, self._layers)
            upper = _layer(source)
            self._layers = [upper, *(each.less(source.without) for each in self._layers)]
        self._whole: Document = reduce(over, [each.data for each in reversed(self._layers)], {})

    @property
    def data(self) -> Document:
        """Return what they say together, in the form of one file."""
        nodes = self._whole.get(NODES)
        listed = {NODES: list(nodes.values())} if isinstance(nodes, dict) else {}
        return {**self._whole, **listed}

    def placed(self, problem: Problem) -> Placed:
        """Return a problem of the whole as the file has it that says so."""
        way = self._by_name(problem.loc)
        for length in range(len(way), 0, -1):
            if layer := self._standing(way[:length]):
                return layer.path, replace(problem, loc=_numbered(way, layer))
        return self.path, problem

    def file_of(self, key: str) -> Path:
        """Return the file that has a key, its own where none has."""
        layer = self._standing(key.split("."))
        return layer.path if layer else self.path

    def _standing(self, way: Sequence[Any]) -> Layer | None:
        """Return the first layer in which something stands there: it goes before all others."""
        return next((layer for layer in self._layers if layer.has(way)), None)

    def _by_name(self, loc: Loc) -> Loc:
        nodes = self._whole.get(NODES)
        if isinstance(nodes, dict) and loc[:1] == (NODES,) and len(loc) > 1:
            return (NODES, list(nodes)[int(loc[1])], *loc[2:])
        return loc


def over(base: Document, own: Document) -> Document:
    """Return a table with another one over it, key by key."""
    merged = {**base, **own}
    for key in base.keys() & own.keys():
        if isinstance(base[key], dict) and isinstance(own[key], dict):
            merged[key] = over(base[key], own[key])
    return merged


def _layer(source: Source) -> Layer:
    data = {key: value for key, value in source.data.items() if key not in HEAD}
    if NODES not in data:
        return Layer(source.path, data, ())
    nodes = data[NODES]
    if not isinstance(nodes, list) or not all(isinstance(node, dict) for node in nodes):
        # As text even a table is refused as what it is, not taken for nodes by their names.
        return Layer(source.path, {**data, NODES: str(nodes)}, ())
    named = _by_names(nodes, source.path)
    return Layer(source.path, {**data, NODES: named}, tuple(named))


def _by_names(nodes: Sequence[Document], path: Path) -> Document:
    named: Document = {}
    for number, node in enumerate(nodes):
        name = node.get("name")
        if not isinstance(name, str) or name in named:
            # Without a name, or with that of another one in this file: it stays one of its own.
            name = f"{path}[{number}]"
        named[name] = node
    return named


def _numbered(way: Loc, layer: Layer) -> Loc:
    """Return a way with the number of a node in the file in place of its name."""
    if way[:1] == (NODES,) and len(way) > 1 and way[1] in layer.names:
        return (NODES, layer.names.index(str(way[1])), *way[2:])
    return way


def _strangers(source: Source, below: Sequence[Layer]) -> Iterator[Placed]:
    """Yield the nodes that a file leaves out and that are not in what it extends."""
    known = [name for layer in reversed(below) if layer.names for name in layer.data[NODES]]
    for number, name in enumerate(source.without):
        if name not in known:
            there = ", ".join(dict.fromkeys(known)) or "none"
            said = f"what it extends has no node `{name}`; there are {there}"
            yield source.path, Problem(("without", number), said)
