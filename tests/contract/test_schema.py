"""What an inventory may hold, printed for editors and for people."""

import tomllib
from pathlib import Path

from jsonschema import Draft202012Validator

from tests.contract.conftest import DEFAULT
from tests.contract.inv import run

ROLE = '''
from redis_ha.roles.role import Role
from redis_ha.values import Port, table


@table
class Page:
    """One page."""

    port: Port = 8000
    """Where it is served."""


ROLE = Role(name="page", table=Page)
'''


def test_the_schema_is_all_that_is_printed() -> None:
    said = run("schema")
    assert (said.status, said.err) == (0, "")
    validator = Draft202012Validator(said.record)
    assert list(validator.iter_errors(tomllib.loads(DEFAULT))) == []
    assert list(validator.iter_errors({"colours": 1})) != []


def test_the_keys_are_a_table_with_those_of_roles_in_another_folder(tmp_path: Path) -> None:
    (tmp_path / "roles").mkdir()
    (tmp_path / "roles" / "page.py").write_text(ROLE)
    row = "| `page.port` | `8000` | 1–65535 | Where it is served. |"
    said = run("schema", "--keys", REDIS_HA_ROLES=str(tmp_path))
    assert (said.status, said.err) == (0, "")
    assert row in said.out.splitlines()
    assert row not in run("schema", "--keys").out.splitlines()
