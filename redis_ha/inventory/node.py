"""One machine of an environment."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from redis_ha import roles
from redis_ha.inventory.words import RESERVED
from redis_ha.values import Megabytes, Name, Port, Unique, table


def listed() -> list[str]:
    """Return the roles that a node can name."""
    return [each.name for each in roles.registry().values() if each.is_listed]


def _listed(name: str) -> str:
    if name not in (known := listed()):
        *first, last = (f"'{name}'" for name in known)
        raise ValueError(f"Input should be {', '.join(first)} or {last}")
    return name


def _as_enum(schema: dict[str, Any]) -> None:
    """Name the roles in the JSON Schema: which there are, is known when that is made."""
    schema["enum"] = listed()


LAST_HOST = 2**17 - 2
"""As many as the addresses that are set aside for tests of networks, 198.18.0.0/15."""


def _free(name: str) -> str:
    if name in RESERVED:
        raise ValueError("is taken, it means something else in commands")
    return name


NodeName = Annotated[
    Name, AfterValidator(_free), Field(json_schema_extra={"not": {"enum": list(RESERVED)}})
]
RoleName = Annotated[str, AfterValidator(_listed), Field(json_schema_extra=_as_enum)]


@table
class NodeSpec:
    """One machine of the environment."""

    name: NodeName
    """What it is called, also by its own system; no word of a command, such as `master`."""
    host: Annotated[int, Field(ge=2, le=LAST_HOST)]
    """Which address it has in the network of the provider: 11 is 10.213.7.11 in 10.213.7.0/24."""
    roles: Annotated[tuple[RoleName, ...], Field(min_length=1), *Unique]
    """What it is for."""
    priority: Annotated[int, Field(ge=0, le=1000)] = 100
    """As a replica: the lowest number is preferred, 0 is never promoted."""
    sentinels: Annotated[tuple[Port, ...], *Unique] = ()
    """The ports of the Sentinels that run on it."""
    memory_mb: Megabytes | None = None
    """What it has as a virtual machine, in MB, if not `vagrant.memory_mb`."""
