"""Who is master: asked of those who know, in the order in which they are to be believed."""

from collections import Counter

from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each
from redis_ha.provision import configuration
from redis_ha.services import directives
from redis_ha.services.snapshot import Snapshot


def current_master(environment: Environment, snapshot: Snapshot) -> str:
    """Return the name of the master that the nodes are to be configured for.

    The Sentinels decide; without them what the running Redis follow or are; with nothing
    running what the Sentinels last wrote down; on bare nodes the one that is preferred.
    One that is down and has lost its data is passed over: the others would copy that it has none.
    """
    named = (
        snapshot.named_master()
        or _followed(environment, snapshot)
        or _written_down(environment)
        or environment.topology.first_master.name
    )
    if any(view.name == named and view.role != "down" for view in snapshot.nodes):
        return named
    return _with_data(environment, snapshot, named)


def _with_data(environment: Environment, snapshot: Snapshot, named: str) -> str:
    """Return the node named, or, where it has lost what others have, the one that has most."""
    written = each(environment.redis_nodes, _last_written)
    if written[named] or not any(written.values()):
        return named
    offsets = {view.name: view.offset or 0 for view in snapshot.nodes}
    return max(written, key=lambda name: (offsets.get(name, 0), written[name]))


def _last_written(node: Node) -> float:
    """Return when Redis last wrote its data on a node, in seconds since the epoch; 0 for never."""
    folder, is_data = (
        node.path("/var/lib/redis"),
        ("(", "-name", "*.rdb", "-o", "-name", "*.aof", ")"),
    )
    beside = ("-path", "*/vendor-*", "-prune", "-o")  # of a benchmark
    words = (
        "find",
        folder,
        "-maxdepth",
        "2",
        *beside,
        *is_data,
        "-size",
        "+0",
        "-printf",
        r"%T@\n",
    )
    found = node.run(*words, sudo=True, check=False).stdout
    return max(map(float, found.split()), default=0)


def _followed(environment: Environment, snapshot: Snapshot) -> str | None:
    """Return the node that most running replicas follow, else the only running master."""
    addresses = Counter(view.follows for view in snapshot.replicas)
    for address, _ in addresses.most_common():
        if node := environment.node_at(str(address)):
            return node.name
    return snapshot.master


def _written_down(environment: Environment) -> str | None:
    """Return the master of the newest Sentinel configuration on the nodes' disks."""
    files = each(environment.sentinel_nodes, _sentinel_files)
    known = [
        (epoch, node.name)
        for texts in files.values()
        for text in texts
        for epoch, address in [_monitored(environment, text)]
        if (node := environment.node_at(address))
    ]
    return max(known)[1] if known else None


def _sentinel_files(node: Node) -> list[str]:
    texts = configuration.held(node)
    names = node.processes.of("sentinel").names
    return [text for name in names if (text := texts[name])]


def _monitored(environment: Environment, text: str) -> tuple[int, str]:
    """Return configuration epoch and address of the master in a Sentinel's file."""
    master = environment.topology.sentinel.master_name
    settings = directives.parse(text)
    epoch = settings.get(("sentinel", "config-epoch", master), (("0",),))
    monitor = settings.get((*directives.MONITOR, master), (("",),))
    return int(epoch[0][0]), monitor[0][0]
