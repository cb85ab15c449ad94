"""The files that an inventory is made of: its own, the one that it extends, and so on."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from redis_ha.errors import InventoryError
from redis_ha.nearest import hint
from redis_ha.render import PROJECT
from redis_ha.values import Name, table

INVENTORIES = PROJECT / "inventories"
ENDING = ".toml"
NODES = "nodes"
Document = dict[str, Any]


@table
class Head:
    """What stands at the top of an inventory that builds on another one."""

    extends: (
        Annotated[str, Field(min_length=1, title="a name, or a path that ends in `.toml`")] | None
    ) = None
    """The inventory that this one builds on: a name in `inventories/`, or the path of a file, from
    the folder of this one. Its tables are taken over key by key, its nodes by name; what this file
    says goes before."""
    without: tuple[Name, ...] = ()
    """The nodes of that inventory that this one leaves out."""


HEAD = tuple(item.name for item in fields(Head))


@dataclass(frozen=True)
class Source:
    """One file: where it is and what it says, be that usable or not."""

    path: Path
    data: Document

    @property
    def head(self) -> Document:
        """Return what it says of the inventory that it builds on."""
        return {key: self.data[key] for key in HEAD if key in self.data}

    @property
    def extends(self) -> str:
        """Return the inventory that it builds on, empty for none."""
        return found if isinstance(found := self.data.get("extends"), str) else ""

    @property
    def without(self) -> list[Any]:
        """Return the nodes that it leaves out."""
        return found if isinstance(found := self.data.get("without"), list) else []


def names() -> list[str]:
    """Return the inventories that go by a name."""
    return sorted(file.stem for file in INVENTORIES.glob(f"*{ENDING}"))


def chain(name: str) -> tuple[Source, ...]:
    """Return the file of an inventory, then the one that it extends, and so on.

    Raises:
        InventoryError: one is not there or not TOML, or extends itself in the end.
    """
    found = [_read(_located(name, Path()))]
    while found[-1].extends:
        found.append(_extended(found))
    return tuple(found)


def _extended(found: Sequence[Source]) -> Source:
    last = found[-1]
    try:
        path = _located(last.extends, last.path.parent)
        if path.resolve() in [each.path.resolve() for each in found]:
            raise InventoryError(f"`{last.extends}` builds on this one itself")
        return _read(path)
    except InventoryError as error:
        raise InventoryError(f"{last.path}: extends: {error}") from None


def _located(name: str, folder: Path) -> Path:
    if "\0" in name:
        raise InventoryError(f"`{name}` is no name of a file")
    return folder / name if name.endswith(ENDING) else INVENTORIES / f"{name}{ENDING}"


def _read(path: Path) -> Source:
    try:
        return Source(path, tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        meant, known = hint(path.stem, names()), ", ".join(names())
        raise InventoryError(f"{path}: no such inventory{meant}; there are {known}") from None
    except OSError as error:
        raise InventoryError(f"{path}: {error.strerror}") from None
    except RecursionError:
        raise InventoryError(
            f"{path}: not valid TOML: lists or tables too deep in each other"
        ) from None
    except ValueError as error:  # TOML's own, no UTF-8, a number of more digits than Python reads
        raise InventoryError(f"{path}: not valid TOML: {error}") from None
