"""A made-up role: one process that serves one page. All that a role has to say is here."""

from collections.abc import Iterator
from typing import Any

from redis_ha.roles.file import File, Then, unit
from redis_ha.roles.process import Process, Program
from redis_ha.roles.role import Role, Spec, Topology
from redis_ha.tool import Tool
from redis_ha.values import Port, Word, table

NAME = "greeter"
FOLDER = "/srv/greeter"


@table
class Greeter:
    """What the page says, and where it is served."""

    port: Port = 8099
    """Where it listens."""
    whom: Word = "everybody"
    """Whom the page greets."""


def processes(spec: Spec, topology: Topology) -> tuple[Process, ...]:
    """Return the one web server of a node."""
    del spec
    port = topology.table(Greeter).port
    serve = ("python3", "-m", "http.server", str(port), "--bind", "{address}")
    return (
        Process(
            role=NAME,
            name=NAME,
            units=("greeter.service",),
            port=port,
            port_key="greeter.port",
            program=Program((*serve, "--directory", f"{{root}}{FOLDER}")),
        ),
    )


def contradictions(topology: Any) -> Iterator[str]:
    """Yield whom nobody greets."""
    if topology.table(Greeter).whom == "nobody":
        yield "greeter.whom: nobody is no name"


ROLE = Role(
    name=NAME,
    table=Greeter,
    contradictions=contradictions,
    processes=processes,
    files=(
        File("greeter/index.html.j2", f"{FOLDER}/index.html", then=Then.RESTART),
        unit("greeter/greeter.service.j2"),
    ),
    prepare=("provision/greeter/1-provision.sh",),
    tools=(Tool("python3", (), "the greeter on the local provider", "apt-get install python3"),),
)
