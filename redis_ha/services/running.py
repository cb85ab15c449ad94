"""Whether the processes of roles run, as far as no Redis and no Sentinel tells it."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from redis_ha import roles
from redis_ha.errors import RedisHaError
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import outcomes
from redis_ha.roles.process import Process
from redis_ha.roles.role import Role

RUNNING, STOPPED, UNKNOWN = "running", "stopped", "unknown"


@dataclass(frozen=True)
class View:
    """One process as its node has it: running, stopped, or unknown where the node is silent.

    Args:
        detail: what is to be known of it besides, such as where it listens.
    """

    node: str
    role: str
    process: str
    state: str
    detail: str

    @property
    def problem(self) -> str | None:
        """Return what is wrong, None where nothing is, or where all else goes on without it."""
        if self.state == RUNNING or roles.registry()[self.role].optional:
            return None
        word = "does not run" if self.state == STOPPED else "is not known to run"
        return f"{self.node}: {self.process} {word}; `./inv provision.{self.role}` starts it"

    def as_json(self) -> dict[str, Any]:
        """Return it as the record of `status` has it."""
        return asdict(self)


@dataclass(frozen=True)
class _Place:
    """A process on its node, asked side by side with all others."""

    node: Node
    role: Role
    process: Process

    @property
    def name(self) -> str:
        return f"{self.node.name}:{self.process.name}"


def look(environment: Environment) -> list[View]:
    """Ask every node for its processes, all at once; Redis and Sentinel tell for themselves."""
    places = list(_places(environment))
    found = outcomes(places, lambda place: place.node.units.is_active(place.process.name))
    return [_view(environment, place, found[place.name]) for place in places]


def problems(views: list[View]) -> list[str]:
    """Say in words what does not run and has to."""
    return [view.problem for view in views if view.problem]


def _places(environment: Environment) -> Iterator[_Place]:
    for role in roles.registry().values():
        if not role.is_clustered:
            for node in environment.nodes_with(role.name):
                yield from (_Place(node, role, each) for each in node.processes.of(role.name))


def _view(environment: Environment, place: _Place, active: bool | RedisHaError) -> View:
    state = UNKNOWN if isinstance(active, RedisHaError) else RUNNING if active else STOPPED
    name = place.role.name
    return View(
        place.node.name, name, place.process.name, state, detail(environment, place.node, name)
    )


def detail(environment: Environment, node: Node, role: str) -> str:
    """Return what a role says of itself on a node, else its ports."""
    own = roles.capability("services", role, "detail")
    if own:
        return str(own(environment, node))
    ports = [str(each.port) for each in node.processes.of(role) if each.port]
    return f"port {', '.join(ports)}" if ports else ""
