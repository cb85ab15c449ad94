"""What the files of roles should hold on each node, and what they hold now."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from redis_ha import roles
from redis_ha.inventory import Inventory, NodeSpec
from redis_ha.inventory.network import stand_in
from redis_ha.inventory.tables import tables
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.render import read_source, render
from redis_ha.roles.file import File
from redis_ha.roles.process import Process, Processes
from redis_ha.roles.redis import FOLDER
from redis_ha.roles.role import Role
from redis_ha.secrets import Secrets, names
from redis_ha.services import directives, merging

DATA = "/var/lib/redis"
DUE = "/var/lib/redis-ha/due"
"""Where provision/common/role.sh writes down what a change still needs, by process."""
Texts = dict[str, str | None]


@dataclass(frozen=True)
class Place:
    """Where a role's files are rendered for: a node that is, or one that an inventory plans.

    Args:
        variables: what templates know besides: that of every role, then that of this one alone.
    """

    topology: Inventory
    spec: NodeSpec
    processes: Processes
    is_machine: bool
    variables: Mapping[str, object]

    def and_knows(self, more: Mapping[str, object]) -> "Place":
        """Return the same place with more variables."""
        return replace(self, variables={**self.variables, **more})


@dataclass(frozen=True)
class Wanted:
    """One file of a role on a node.

    Args:
        process: whose it is, None for one of the whole role.
    """

    role: Role
    file: File
    path: str
    process: Process | None


@dataclass(frozen=True)
class NodeFile:
    """What one file should hold, and what it holds.

    Args:
        text: what the project renders.
        current: what the node holds, None for no file.
        known: what a server is told that rewrites its file and has none yet.
        noting: the processes that take note of a difference.
        kept: unmanaged lines that are to stay although `current` has lost them.
        is_left: a run that broke off has left its process to be restarted.
    """

    wanted: Wanted
    text: str
    current: str | None
    known: str = ""
    noting: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    is_left: bool = False

    @property
    def path(self) -> str:
        return self.wanted.path

    @property
    def due(self) -> str:
        """Return what is to be installed; the same to the letter when nothing differs."""
        if not self.wanted.file.is_rewritten:
            return self.text
        return merging.merge(self.text, self.current, self.known, self.kept)

    @property
    def takes_note(self) -> tuple[str, ...]:
        """Return the processes that take note of a change.

        Nobody, where a server is set as it should be, and its file only lacks a line of others or
        which settings an inventory named.
        """
        is_right = self.wanted.file.is_rewritten and not self.differences
        return () if is_right else self.noting

    @property
    def unmanaged(self) -> tuple[str, ...]:
        """Return the lines that somebody else wrote into it, which are kept."""
        if not self.wanted.file.is_rewritten:
            return ()
        return merging.lines(self.text, self.current or "", self.kept)

    @property
    def differs(self) -> bool:
        """Say whether something is to be installed."""
        return self.due != self.current

    @property
    def stops(self) -> bool:
        """Say whether a server may run by it that is restarted, or told to write it anew."""
        is_ours = self.wanted.file.is_rewritten and directives.MANAGED in (self.current or "")
        return is_ours and (self.differs or self.is_left)

    @property
    def differences(self) -> list[str]:
        """Return in words, or as lines of a diff, where the node has something else."""
        if self.current is None:
            return ["the file is missing"]
        if self.wanted.file.is_rewritten:
            return [str(each) for each in directives.differences(self.text, self.current)]
        pair = self.current.splitlines(), self.text.splitlines()
        return list(difflib.unified_diff(*pair, "on the node", "rendered", lineterm="", n=0))


def files_of(place: Place, chosen: Iterable[Role]) -> Iterator[Wanted]:
    """Yield every file that roles have on a node."""
    for role in chosen:
        runs = place.processes.of(role.name)
        for file in role.files:
            if file.only_machines and not place.is_machine:
                continue
            if file.made and file.made(place.topology) is None:
                continue
            for process in runs if file.is_per_process else (None,):
                name = process.name if process else ""
                yield Wanted(role, file, file.path_for(name), process)


def rendered(place: Place, wanted: Wanted) -> str:
    """Return the text of one file."""
    file, process = wanted.file, wanted.process
    if file.made:
        return file.made(place.topology) or ""
    if not file.is_template:
        return read_source(file.source)
    own = {"process": process, "port": process.port} if process else {}
    return render(file.source, **{**place.variables, **own})


def read(
    environment: Environment, node: Node, master: str, chosen: Iterable[Role] | None = None
) -> list[NodeFile]:
    """Compare what a node holds with what it should hold.

    Args:
        master: the name of the node that is, or will be, master.
        chosen: the roles to look at; None for all that the node has.
    """
    own = roles.of(node.spec) if chosen is None else [r for r in chosen if r.is_on(node.spec)]
    place = place_of(environment, node, master)
    wanted = list(files_of(place, own))
    left = {it.path: node.path(f"{DUE}/{it.process.name}") for it in wanted if it.process}
    paths = [*(node.path(each.path) for each in wanted), *left.values()]
    texts = node.read(*paths) if wanted else {}
    held: Texts = {each.path: texts[node.path(each.path)] for each in wanted}
    places = {
        role.name: place.and_knows(
            _variables(environment, node, role, {**held, **_facts(environment, node, role)})
        )
        for role in own
    }
    return [
        NodeFile(
            each,
            rendered(places[each.role.name], each),
            held[each.path],
            _told(environment, node, each, master),
            _noting(node, each),
            is_left=bool(texts.get(left.get(each.path, ""))),
        )
        for each in wanted
    ]


def _noting(node: Node, wanted: Wanted) -> tuple[str, ...]:
    """Return the processes that take note of a file: its own, or all of the role."""
    if wanted.process:
        return (wanted.process.name,)
    if wanted.file.process:
        return tuple({wanted.file.process} & {*node.processes.names})
    return node.processes.of(wanted.role.name).names


def _facts(environment: Environment, node: Node, role: Role) -> Texts:
    """Return what else of a node a role's files depend on, which its module of this layer asks."""
    own = roles.capability("provision", role.name, "facts")
    return own(environment, node) if own else {}


def _variables(
    environment: Environment, node: Node, role: Role, held: Texts
) -> Mapping[str, object]:
    """Return what a role's templates know besides, which its module of this layer says."""
    own = roles.capability("provision", role.name, "variables")
    return own(environment, node, held) if own else {}


def _told(environment: Environment, node: Node, wanted: Wanted, master: str) -> str:
    """Return what a server is told on its first start, which its role's module says."""
    own = roles.capability("provision", wanted.role.name, "told")
    return str(own(environment, node, wanted.process, master)) if own and wanted.process else ""


def place_of(environment: Environment, node: Node, master: str) -> Place:
    """Return what there is to know of a node for its files."""
    return Place(
        environment.topology,
        node.spec,
        node.processes,
        node.is_machine,
        {
            **_settings(environment.topology, node.spec),
            "secrets": environment.secrets,
            "address": node.address,
            "bind": node.bind,
            "master_address": environment.node(master).address,
            "data_folder": node.path(DATA),
            "config_folder": node.path(FOLDER),
        },
    )


def planned(topology: Inventory) -> dict[str, dict[str, str]]:
    """Return what Redis and the Sentinels of an inventory will be configured with, by node.

    Addresses and passwords are stand-ins: nothing is generated and no provider is asked.
    """
    return {spec.name: _planned(topology, spec) for spec in topology.nodes}


def _planned(topology: Inventory, spec: NodeSpec) -> dict[str, str]:
    place = Place(
        topology,
        spec,
        topology.processes(spec),
        False,
        {
            **_settings(topology, spec),
            "secrets": Secrets(dict.fromkeys(names(), "-")),
            "address": stand_in(spec),
            "bind": (stand_in(spec),),
            "master_address": stand_in(topology.first_master),
            "data_folder": DATA,
            "config_folder": FOLDER,
        },
    )
    return of_servers(place)


def of_servers(place: Place) -> dict[str, str]:
    """Return the configuration of a node's Redis and Sentinels as rendered, by process."""
    clustered = [role for role in roles.of(place.spec) if role.is_clustered]
    return {
        each.process.name: rendered(place, each)
        for each in files_of(place, clustered)
        if each.process
    }


def _settings(topology: Inventory, spec: NodeSpec) -> dict[str, Any]:
    """Return the tables of an inventory by their names, and what it says of the node."""
    return {
        **{name: topology.table(table.kind) for name, table in tables().items()},
        "node": spec,
        "priority": spec.priority,
    }


def held(node: Node) -> Texts:
    """Return what a node has of each configuration file of Redis and Sentinel, None for no file."""
    paths = {process.name: node.path(process.config) for process in node.servers}
    texts = node.read(*paths.values()) if paths else {}
    return {name: texts[path] for name, path in paths.items()}
