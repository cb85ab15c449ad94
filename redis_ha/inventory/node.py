"""One machine of an environment."""

from typing import Annotated

from pydantic import AfterValidator, Field

from redis_ha import roles
from redis_ha.values import Megabytes, Name, Port, table


def _listed(name: str) -> str:
    known = [each.name for each in roles.registry().values() if each.is_listed]
    if name not in known:
        raise ValueError(_one_of(known))
    return name


def _one_of(names: list[str]) -> str:
    *first, last = (f"'{name}'" for name in names)
    return f"Input should be {', '.join(first)} or {last}"


RoleName = Annotated[str, AfterValidator(_listed)]


@table
class Node:
    """One machine of the environment.

    Args:
        host: which address of the provider's network it has.
        priority: `replica-priority`; the lowest number is preferred, 0 is never promoted.
        sentinels: the ports of the Sentinels that run on it.
        memory_mb: what it has as a virtual machine; None for `vagrant.memory_mb`.
    """

    name: Name
    host: Annotated[int, Field(ge=2, le=254)]
    roles: Annotated[tuple[RoleName, ...], Field(min_length=1)]
    priority: Annotated[int, Field(ge=0, le=1000)] = 100
    sentinels: tuple[Port, ...] = ()
    memory_mb: Megabytes | None = None
