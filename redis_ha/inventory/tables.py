"""Which tables an inventory may have, and whose each is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from redis_ha import roles
from redis_ha.inventory import client, docker, local, vagrant

Contradictions = Callable[[Any], Iterator[str]]


@dataclass(frozen=True)
class Table:
    """A table by its name.

    Args:
        kind: the class that holds its keys.
        contradictions: what its keys may not say beside the rest of the inventory.
    """

    name: str
    kind: type[Any]
    contradictions: Contradictions | None = None


PROVIDERS = (
    Table("docker", docker.Docker, docker.contradictions),
    Table("local", local.Local, local.contradictions),
    Table("vagrant", vagrant.Vagrant, vagrant.contradictions),
)
CLIENT = Table("client", client.Client)


def tables() -> dict[str, Table]:
    """Return every table by its name: those of roles, of the application's client, of providers."""
    of_roles = [
        Table(role.name, role.table, role.contradictions)
        for role in roles.registry().values()
        if role.table
    ]
    return {table.name: table for table in (*of_roles, CLIENT, *PROVIDERS)}
