"""The kinds of values that tables of an inventory are made of, each with its bounds.

The title of a kind says in words what may stand there, where numbers alone do not. What a key
means, the docstring below it in its table says.
"""

from ipaddress import IPv4Network
from typing import Annotated, TypeVar, dataclass_transform

from pydantic import ConfigDict, Field, WithJsonSchema
from pydantic.dataclasses import dataclass

Kind = TypeVar("Kind")


@dataclass_transform(frozen_default=True, field_specifiers=(Field,))
def table(kind: type[Kind]) -> type[Kind]:
    """Make a class a table of inventories: fixed once read, no unknown key, no value converted."""
    made: type[Kind] = dataclass(frozen=True, config=ConfigDict(extra="forbid", strict=True))(kind)  # type: ignore[assignment]
    return made


Name = Annotated[
    str,
    Field(
        pattern=r"^[a-z][a-z0-9-]{0,30}$",
        title="small letters, digits, `-`, a letter first; 31 characters at most",
    ),
]
Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+$", title="letters, digits, `.` `_` `-`")]
Port = Annotated[int, Field(ge=1, le=65535)]
Positive = Annotated[int, Field(ge=1)]
Natural = Annotated[int, Field(ge=0)]
Size = Annotated[
    str, Field(pattern=r"^[0-9]+(kb|mb|gb)?$", title="a number, or one with `kb`, `mb`, `gb`")
]
Megabytes = Annotated[int, Field(ge=256)]
Network4 = Annotated[
    IPv4Network,
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\d{1,3}(\.\d{1,3}){3}(/(\d|[12]\d|3[0-2]))?$",
            "title": "an IPv4 network such as `10.0.0.0/16`",
        }
    ),
]
