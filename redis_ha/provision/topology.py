"""Who is master: asked of those who know, in the order in which they are to be believed."""

from collections import Counter

from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each
from redis_ha.provision import configuration, directives
from redis_ha.services.cluster import Snapshot


def current_master(environment: Environment, snapshot: Snapshot) -> str:
    """Return the name of the master that the nodes are to be configured for.

    The Sentinels decide; without them what the running Redis follow or are; with nothing
    running what the Sentinels last wrote down; on bare nodes the one that is preferred.
    """
    return (
        snapshot.named_master()
        or _followed(environment, snapshot)
        or _written_down(environment)
        or environment.topology.first_master.name
    )


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
    return [text for process, text in texts.items() if text and process != "redis"]


def _monitored(environment: Environment, text: str) -> tuple[int, str]:
    """Return configuration epoch and address of the master in a Sentinel's file."""
    master = environment.topology.sentinel.master_name
    settings = directives.parse(text)
    epoch = settings.get(("sentinel", "config-epoch", master), (("0",),))
    monitor = settings.get(("sentinel", "monitor", master), (("",),))
    return int(epoch[0][0]), monitor[0][0]
