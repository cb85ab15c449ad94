"""A role is known by its name in its own files alone; all others walk over the registry."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from redis_ha import roles
from redis_ha.render import PROJECT

PRODUCT = PROJECT / "redis_ha"
REGISTRY = PRODUCT / "roles" / "__init__.py"
LATER = [name for name in roles.OWN if name not in ("redis", "sentinel")]
"""The roles without which the product would be whole."""


def strings(source: str) -> Iterator[str]:
    """Yield every string of a module."""
    for each in ast.walk(ast.parse(source)):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value


def named(path: str, source: str) -> set[str]:
    """Return the roles that a module names which is none of theirs."""
    if any(name in part for name in LATER for part in Path(path).parts):
        return set()
    return {*LATER} & {*strings(source)} | {*re.findall(r"\bcommander\b", source)}


def test_no_module_names_a_role_but_those_of_roles() -> None:
    modules = [path for path in PRODUCT.rglob("*.py") if path != REGISTRY]
    assert len(modules) > 100
    found = {
        (name := str(path.relative_to(PRODUCT))): named(name, path.read_text("utf-8"))
        for path in modules
    }
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("path", "source", "names"),
    [
        ("cli/choices.py", 'WEB = nodes_with("web")', {"web"}),
        ("cli/choices.py", "# as the commander has it", {"commander"}),
        ("cli/choices.py", '"""The proxy of a node."""', set()),
        ("cli/web.py", 'WEB = nodes_with("web")', set()),
        ("services/web_waits.py", 'found = "proxy"', set()),
    ],
)
def test_a_name_elsewhere_is_found(path: str, source: str, names: set[str]) -> None:
    assert named(path, source) == names


def test_no_file_of_the_product_knows_the_made_up_role() -> None:
    folders = ("redis_ha", "files", "provision", "docker", "inventories")
    files = [path for name in folders for path in (PROJECT / name).rglob("*") if path.is_file()]
    assert len(files) > 200
    known = [path for path in files if b"greeter" in path.read_bytes()]
    assert known == []
