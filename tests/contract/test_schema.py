"""What an inventory may hold, printed for editors and for people."""

import tomllib

from jsonschema import Draft202012Validator

from tests.contract.conftest import DEFAULT
from tests.contract.inv import run


def test_the_schema_is_all_that_is_printed() -> None:
    said = run("schema")
    assert (said.status, said.err) == (0, "")
    validator = Draft202012Validator(said.record)
    assert list(validator.iter_errors(tomllib.loads(DEFAULT))) == []
    assert list(validator.iter_errors({"colours": 1})) != []


def test_the_keys_are_a_table() -> None:
    said = run("schema", "--keys")
    assert (said.status, said.err) == (0, "")
    assert "| `redis.databases` | `16` | 1–1024 | How many databases it has. |" in said.out
