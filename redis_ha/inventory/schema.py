"""The JSON Schema of an inventory, made from the classes that it is read into.

What a key means stands below it in its class. Only this module reads that: no other command has
to wait for it.
"""

import ast
import inspect
from itertools import pairwise
from textwrap import dedent
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from redis_ha.inventory.node import NodeSpec
from redis_ha.inventory.sources import NODES, Head
from redis_ha.inventory.tables import tables

Schema = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
MODE: Final = "validation"
HEAD = "the top of the file"


def schema() -> Schema:
    """Return the schema of an inventory, with the tables of every role and provider."""
    kinds = {**{table.name: table.kind for table in tables().values()}, NODES: NodeSpec, HEAD: Head}
    made, shared = TypeAdapter.json_schemas(
        [(name, MODE, TypeAdapter(kind)) for name, kind in kinds.items()],
        schema_generator=_Described,
    )
    classes = shared["$defs"]
    named = {name: _class_of(made[name, MODE]) for name in kinds}
    needed = {name: keys for name in kinds if (keys := classes[named[name]].pop("required", []))}
    head = classes.pop(named[HEAD])
    properties = {name: made[name, MODE] for name in kinds if name != HEAD}
    properties[NODES] = {
        "description": classes[named[NODES]]["description"],
        "type": "array",
        "items": {**properties[NODES], "required": ["name"]},
    }
    return {
        "$schema": DRAFT,
        "title": "An inventory of redis-ha",
        "type": "object",
        "additionalProperties": False,
        "properties": {**head["properties"], **properties},
        **_complete_unless_extending(needed),
        "$defs": classes,
    }


def _class_of(said: Schema) -> str:
    """Return the name below `$defs` that a part of the schema refers to."""
    return str(said["$ref"]).rpartition("/")[2]


def _complete_unless_extending(needed: dict[str, list[str]]) -> Schema:
    """Return what only an inventory has to have that builds on no other one."""
    properties: Schema = {name: {"required": keys} for name, keys in needed.items()}
    properties[NODES] = {"minItems": 1, "items": properties[NODES]}
    return {
        "if": {"not": {"required": ["extends"]}},
        "then": {
            "required": list(needed),
            "properties": {**properties, "without": {"maxItems": 0}},
        },
    }


class _Described(GenerateJsonSchema):
    """Says what each key means, and nothing that only repeats its name."""

    def dataclass_schema(self, schema: Any) -> Schema:
        """Take the descriptions of keys from their class."""
        made = super().dataclass_schema(schema)
        made["description"] = " ".join(made.get("description", schema["cls"].__name__).split())
        made["title"] = self.normalize_name(made["title"])
        for name, meaning in meanings(schema["cls"]).items():
            made["properties"][name]["description"] = meaning
        return made

    def nullable_schema(self, schema: Any) -> Schema:
        """TOML has no null: such a key is left out."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: Any) -> Schema:
        made = super().default_schema(schema)
        return {key: value for key, value in made.items() if (key, value) != ("default", None)}

    def normalize_name(self, name: str) -> str:
        """Return what a table is called, which a class of another name may stand for."""
        return super().normalize_name(name).removesuffix("Spec")

    def field_title_should_be_set(self, schema: Any) -> bool:
        del schema
        return False


def meanings(kind: type[Any]) -> dict[str, str]:
    """Return what stands below each field of a class, by its name."""
    (found,) = ast.parse(dedent(inspect.getsource(kind))).body
    said = {}
    for pair in pairwise(found.body if isinstance(found, ast.ClassDef) else ()):
        match pair:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(ast.Constant(str(text))):
                said[name] = " ".join(text.split())
    return said
