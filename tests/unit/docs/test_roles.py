"""docs/roles.md has every field that a role is made of, and all that layers ask roles for."""

import re
from dataclasses import fields
from typing import Any

import pytest

from redis_ha.render import PROJECT
from redis_ha.roles.file import File
from redis_ha.roles.process import Process
from redis_ha.roles.role import Role
from tests.unit.docs.pages import Page, page

CAPABILITY = re.compile(r'capability\("([\w/]+)", [^,]+, "(\w+)"\)')
ROLES = page("docs/roles.md")


def described(written: Page, header: str) -> list[str]:
    """Return what the first column of a table names."""
    return [name for row in written.rows(header) for name in re.findall(r"`(\w+)`", row[0])]


@pytest.mark.parametrize("kind", [Role, File, Process])
def test_the_page_has_every_field(kind: Any) -> None:
    assert described(ROLES, f"field of `{kind.__name__}`") == [each.name for each in fields(kind)]


def offered(written: Page) -> set[tuple[str, str]]:
    """Return what the page says that a role can do besides: folder and name."""
    rows = written.rows("in the folder")
    return {(row[0].strip("`"), name) for row in rows for name in re.findall(r"`(\w+)`", row[1])}


def test_the_page_has_everything_that_layers_ask_roles_for() -> None:
    files = (PROJECT / "redis_ha").rglob("*.py")
    asked = {found for file in files for found in CAPABILITY.findall(file.read_text("utf-8"))}
    assert len(asked) > 5
    assert offered(ROLES) == asked


def test_what_the_page_lacks_is_missed() -> None:
    written = Page("a.md", "# A\n\n| in the folder | name |\n|---|---|\n| `cli` | `TASKS`, `X` |\n")
    assert offered(written) == {("cli", "TASKS"), ("cli", "X")}
    assert described(written, "in the folder") == ["cli"]
