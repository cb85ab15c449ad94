"""The kinds of values that tables of an inventory are made of, each with its bounds.

The title of a kind says in words what may stand there, where numbers alone do not. What a key
means, the docstring below it in its table says.
"""

import re
from collections import Counter
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Annotated, Any, TypeVar, dataclass_transform

import pydantic
from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

Kind = TypeVar("Kind")


@dataclass_transform(frozen_default=True, field_specifiers=(Field,))
def table(kind: type[Kind]) -> type[Kind]:
    """Make a class a table of inventories: fixed once read, no unknown key, no value converted."""
    made: type[Kind] = pydantic.dataclasses.dataclass(
        frozen=True, config=ConfigDict(extra="forbid", strict=True)
    )(kind)  # type: ignore[assignment]
    return made


@dataclass(frozen=True)
class TextForm:
    """What a text has to look like.

    Args:
        pattern: all of it, as JSON Schema and Python read it alike.
        words: the same for people.
    """

    pattern: str
    words: str

    def __get_pydantic_core_schema__(
        self, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._checked, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "pattern": self.pattern, "title": self.words}

    def _checked(self, text: str) -> str:
        if not re.fullmatch(self.pattern, text):
            raise ValueError(f"takes {self.words}")
        return text


def _without_twins(values: tuple[Kind, ...]) -> tuple[Kind, ...]:
    twins = [str(value) for value, count in Counter(values).items() if count > 1]
    if twins:
        raise ValueError(f"names {', '.join(twins)} more than once")
    return values


Unique = (AfterValidator(_without_twins), Field(json_schema_extra={"uniqueItems": True}))
"""Of a list in which nothing stands twice."""

Name = Annotated[
    str,
    TextForm(
        r"^[a-z]([a-z0-9-]{0,29}[a-z0-9])?$",
        "small letters, digits, `-`, a letter first, no `-` last, 31 characters at most",
    ),
]
"""As a name of a host, RFC 1123."""
Word = Annotated[
    str,
    TextForm(
        r"^[A-Za-z0-9_][A-Za-z0-9._-]{0,62}$",
        "letters, digits, `.` `_` `-`, no `.` or `-` first, 63 characters at most",
    ),
]
ScriptPath = Annotated[
    str,
    TextForm(
        r"^([^\x00-\x1f\x7f ][^\x00-\x1f\x7f]{0,250})?$",
        "the path of a file beside the inventory, or nothing",
    ),
]
"""A script of the operator's."""
Purpose = Annotated[
    str,
    TextForm(
        r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,30} = (\*|[0-9]{1,4})/[^\x00-\x1f\x7f]{1,100}$",
        "`NAME = DATABASE/PATTERN`: a number or `*`, then a pattern of keys with `*`, `?`, `[…]`",
    ),
]
"""A name for keys of a database."""
Port = Annotated[int, Field(ge=1024, le=65535)]
"""Where a server may listen that does not run as root."""
Positive = Annotated[int, Field(ge=1)]
Natural = Annotated[int, Field(ge=0)]
Size = Annotated[
    str,
    TextForm(
        r"^(0|[1-9][0-9]{6,12}|[1-9][0-9]{3,9}kb|[1-9][0-9]{0,6}mb|[1-9][0-9]{0,3}gb)$",
        "bytes from `1mb` to `9999gb`, also in `kb` or as a plain number, or `0` for no limit",
    ),
]
"""An amount of data. Redis takes less, in which no key has room, and more: of what does not fit
into 64 bits it keeps the rest."""
Megabytes = Annotated[int, Field(ge=256, le=1024 * 1024)]
"""What a virtual machine has, up to a terabyte."""
DirectiveName = Annotated[
    str,
    TextForm(
        r"^(sentinel )?[a-z][a-z0-9-]{0,60}$",
        "the name of a directive: small letters, digits, `-`; in quotes after `sentinel `",
    ),
]
DirectiveText = Annotated[
    str,
    TextForm(r"^[^\x00-\x1f\x7f]{0,500}$", "what follows the name, as in a configuration file"),
]
Directives = Annotated[
    dict[DirectiveName, bool | int | DirectiveText],
    Field(json_schema_extra={"title": "a table: `NAME = VALUE`, text, a number or a truth"}),
]
"""Directives of a server's configuration file by their names."""
HOUR_MS = 60 * 60 * 1000


def _no_number(value: Any) -> Any:
    """Refuse a number: Python takes it for a network of one address."""
    if isinstance(value, int | float):
        raise ValueError("takes an IPv4 network such as `10.0.0.0/16`")
    return value


Network4 = Annotated[
    IPv4Network,
    BeforeValidator(_no_number),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\d{1,3}(\.\d{1,3}){3}(/(\d|[12]\d|3[0-2]))?$",
            "title": "an IPv4 network such as `10.0.0.0/16`",
        }
    ),
]
