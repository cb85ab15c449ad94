"""What each node's files should hold, and what they hold now."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha1

from redis_ha.inventory import Inventory
from redis_ha.inventory import Node as NodeSpec
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.provision import directives
from redis_ha.render import render
from redis_ha.secrets import Secrets

FOLDER = "/etc/redis"


@dataclass(frozen=True)
class File:
    """One configuration file of one process.

    Args:
        path: where it belongs, as below `/`.
        wanted: what the project renders.
        current: what the node holds, None for no file.
        known: what a Sentinel is told on its first start.
    """

    process: str
    path: str
    wanted: str
    current: str | None
    known: str = ""

    @property
    def text(self) -> str:
        """Return what is to be installed; the same to the letter when nothing differs."""
        return directives.merge(self.wanted, self.current, self.known)

    @property
    def differences(self) -> list[directives.Difference]:
        return directives.differences(self.wanted, self.current or "")


def rendered(environment: Environment, node: Node, master: str) -> dict[str, str]:
    """Return the text of every configuration file of a node by process.

    Args:
        master: the name of the node that is, or will be, master.
    """
    return _texts(
        environment.topology,
        node.spec,
        secrets=environment.secrets,
        address=node.address,
        bind=node.bind,
        master_address=environment.node(master).address,
        data_folder=node.path("/var/lib/redis"),
    )


def planned(topology: Inventory) -> dict[str, dict[str, str]]:
    """Return what an inventory will be rendered to, per node, before there is any node.

    Addresses and passwords are stand-ins: nothing is generated and no provider is asked.
    """
    stand_ins = Secrets(redis="-", sentinel="-", commander="-")

    def address(spec: NodeSpec) -> str:
        return f"192.0.2.{spec.host}"

    return {
        spec.name: _texts(
            topology,
            spec,
            secrets=stand_ins,
            address=address(spec),
            bind=(address(spec),),
            master_address=address(topology.first_master),
            data_folder="/var/lib/redis",
        )
        for spec in topology.nodes
    }


def held(node: Node) -> dict[str, str | None]:
    """Return what a node has of each process's file now, None for no file."""
    paths = {process: node.path(f"{FOLDER}/{process}.conf") for process in node.spec.processes}
    texts = node.read(*paths.values())
    return {process: texts[path] for process, path in paths.items()}


def _texts(topology: Inventory, spec: NodeSpec, **place: object) -> dict[str, str]:
    """Render the files of one node; `place` is what depends on where it lives."""
    shared = {
        "redis": topology.redis,
        "sentinel": topology.sentinel,
        "priority": spec.priority,
        **place,
    }
    texts = {}
    if "redis" in spec.roles:
        texts["redis"] = render("redis/redis.conf.j2", **shared)
    for port in spec.sentinels:
        name = spec.sentinel_process(port)
        texts[name] = render("sentinel/redis-sentinel.conf.j2", port=port, **shared)
    return texts


def read(environment: Environment, node: Node, master: str) -> list[File]:
    """Compare what a node holds with what it should hold."""
    current = held(node)
    return [
        File(
            process,
            f"{FOLDER}/{process}.conf",
            text,
            current[process],
            "" if process == "redis" else _told(environment, node, process, master),
        )
        for process, text in rendered(environment, node, master).items()
    ]


def _told(environment: Environment, node: Node, process: str, master: str) -> str:
    """Return what a Sentinel without a memory is told, in its own words.

    Its name, the same whenever it starts anew: under another one it would be one Sentinel more
    for the others, and a majority of them harder to get. The replicas, for which it would look
    only every 10 s.
    """
    name, port = environment.topology.sentinel.master_name, environment.topology.redis.port
    identity = sha1(f"{environment.topology.name} {node.name} {process}".encode()).hexdigest()  # noqa: S324 - a name
    return f"sentinel myid {identity}\n" + "".join(
        f"sentinel known-replica {name} {node.address} {port}\n"
        for node in environment.redis_nodes
        if node.name != master
    )


def as_upload(files: list[File]) -> Mapping[str, bytes]:
    """Return the files laid out for `2-configure.sh --files rendered`."""
    return {f"rendered{file.path}": file.text.encode() for file in files}
