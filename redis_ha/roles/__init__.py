"""Everything that a node can be for: the registry of roles.

The product's own stand beside this file. REDIS_HA_ROLES names a folder with more, laid out like
the project: `roles/NAME.py`, `files/NAME/`, `provision/NAME/`, and, for what a role can do besides,
a file of its name in the folder of a layer, such as `services/NAME.py`.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module, util
from pathlib import Path
from types import ModuleType
from typing import Any

from redis_ha import extras
from redis_ha.errors import RedisHaError
from redis_ha.roles.role import Role, Spec

OWN = ("redis", "sentinel", "commander", "proxy", "web", "typo3")


def registry() -> dict[str, Role]:
    """Return every role by its name; a role comes after those that it needs."""
    return _registry(extras.folder())


@cache
def _registry(folder: Path | None) -> dict[str, Role]:
    del folder  # what names() depends on
    return {role.name: role for role in in_order(map(_role, names()))}


def _role(name: str) -> Role:
    made = module("roles", name)
    role = getattr(made, "ROLE", None)
    if not isinstance(role, Role) or role.name != name:
        raise RedisHaError(f'{made and made.__file__}: has no `ROLE = Role(name="{name}", …)`')
    return role


def names() -> list[str]:
    """Return the name of every role, without reading what it is."""
    more = extras.folder()
    extra = sorted(path.stem for path in (more / "roles").glob("*.py")) if more else []
    return [*OWN, *extra]


def in_order(roles: Iterable[Role]) -> Iterator[Role]:
    """Yield roles, each after those that it names; else they keep their order."""
    rest = list(roles)
    names = {role.name for role in rest}
    done: set[str] = set()
    while rest:
        role = next((each for each in rest if names & set(each.after) <= done), rest[0])
        rest.remove(role)
        done.add(role.name)
        yield role


def clustered() -> tuple[str, ...]:
    """Return the names of the roles whose processes depend on each other across nodes."""
    return tuple(role.name for role in registry().values() if role.is_clustered)


def of(spec: Spec) -> list[Role]:
    """Return the roles of a node, in order."""
    return [role for role in registry().values() if role.is_on(spec)]


def module(layer: str, role: str) -> ModuleType | None:
    """Return what a role can do in a layer: the module of its name there, None for none."""
    return _module(layer, role, extras.folder())


def capability(layer: str, role: str, name: str) -> Any:
    """Return by its name what a role has in a layer, None where it has no such thing."""
    found = module(layer, role)
    return getattr(found, name, None) if found else None


@cache
def _module(layer: str, role: str, folder: Path | None) -> ModuleType | None:
    if folder and (path := folder / layer / f"{role}.py").exists():
        return extras.loaded(f"redis_ha.more.{layer.replace('/', '.')}.{role}", path)
    name = f"redis_ha.{layer.replace('/', '.')}.{role}"
    return import_module(name) if util.find_spec(name) else None
