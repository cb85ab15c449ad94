"""The kinds of values that tables of an inventory are made of, each with its bounds."""

from typing import Annotated, TypeVar, dataclass_transform

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

Kind = TypeVar("Kind")


@dataclass_transform(frozen_default=True, field_specifiers=(Field,))
def table(kind: type[Kind]) -> type[Kind]:
    """Make a class a table of inventories: fixed once read, no unknown key, no value converted."""
    made: type[Kind] = dataclass(frozen=True, config=ConfigDict(extra="forbid", strict=True))(kind)  # type: ignore[assignment]
    return made


Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+$")]
Port = Annotated[int, Field(ge=1, le=65535)]
Positive = Annotated[int, Field(ge=1)]
Natural = Annotated[int, Field(ge=0)]
Size = Annotated[str, Field(pattern=r"^[0-9]+(kb|mb|gb)?$")]
Megabytes = Annotated[int, Field(ge=256)]
