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
from redis_ha.services.snapshot import Snapshot

RUNNING, STOPPED, UNKNOWN = "running", "stopped", "unknown"


@dataclass(frozen=True)
class Told:
    """What a role has to say of a process that runs.

    Args:
        detail: what is to be known of it.
        problem: what is wrong, None for nothing.
    """

    detail: str
    problem: str | None = None


@dataclass(frozen=True)
class View:
    """One process as its node has it: running, stopped, or unknown where the node is silent.

    Args:
        detail: what is to be known of it besides, such as where it listens.
        trouble: what is wrong although it runs, None for nothing.
    """

    node: str
    role: str
    process: str
    state: str
    detail: str
    trouble: str | None = None

    @property
    def problem(self) -> str | None:
        """Return what is wrong, None where nothing is, or where all else goes on without it."""
        if self.trouble:
            return self.trouble
        if self.state == RUNNING or roles.registry()[self.role].optional:
            return None
        word = "does not run" if self.state == STOPPED else "is not known to run"
        return f"{self.node}: {self.process} {word}; `./inv provision.{self.role}` starts it"

    def as_json(self) -> dict[str, Any]:
        """Return it as the record of `status` has it."""
        record = asdict(self)
        record["problem"] = record.pop("trouble")
        return record


@dataclass(frozen=True)
class _Place:
    """A process on its node, asked side by side with all others."""

    node: Node
    role: Role
    process: Process

    @property
    def name(self) -> str:
        return f"{self.node.name}:{self.process.name}"


def look(environment: Environment, seen: Snapshot | None = None) -> list[View]:
    """Ask every node for its processes, all at once; Redis and Sentinel tell for themselves.

    Args:
        seen: the cluster, where roles are to compare it with what they know of it.
    """
    places = list(_places(environment))
    found = outcomes(places, lambda place: _view(environment, place, seen))
    return [_known(environment, place, found[place.name]) for place in places]


def problems(views: list[View]) -> list[str]:
    """Say in words what does not run and has to."""
    return [view.problem for view in views if view.problem]


def _places(environment: Environment) -> Iterator[_Place]:
    for role in roles.registry().values():
        if not role.is_clustered:
            for node in environment.nodes_with(role.name):
                yield from (_Place(node, role, each) for each in node.processes.of(role.name))


def _view(environment: Environment, place: _Place, seen: Snapshot | None) -> View:
    name, node, process = place.role.name, place.node, place.process.name
    if not node.units.is_active(process):
        return View(node.name, name, process, STOPPED, detail(environment, node, name))
    told = _told(environment, place, seen)
    return View(
        node=node.name,
        role=name,
        process=process,
        state=RUNNING,
        detail=told.detail,
        trouble=told.problem,
    )


def _told(environment: Environment, place: _Place, seen: Snapshot | None) -> Told:
    """Return what a role says of a process that runs, else where it listens."""
    own = roles.capability("services", place.role.name, "tell") if seen else None
    if own:
        told: Told = own(environment, place.node, seen)
        return told
    return Told(detail(environment, place.node, place.role.name))


def _known(environment: Environment, place: _Place, found: View | RedisHaError) -> View:
    """Return a view also of a process whose node does not tell."""
    if isinstance(found, View):
        return found
    name = place.role.name
    where = detail(environment, place.node, name)
    return View(place.node.name, name, place.process.name, UNKNOWN, where)


def detail(environment: Environment, node: Node, role: str) -> str:
    """Return what a role says of itself on a node, else its ports."""
    own = roles.capability("services", role, "detail")
    if own:
        return str(own(environment, node))
    ports = [str(each.port) for each in node.processes.of(role) if each.port]
    return f"port {', '.join(ports)}" if ports else ""
