"""What a Sentinel is told before it has learned anything."""

from hashlib import sha1

from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.roles.process import Process


def told(environment: Environment, node: Node, process: Process, master: str) -> str:
    """Return what a Sentinel without a memory is told, in its own words.

    Its name, the same whenever it starts anew: under another one it would be one Sentinel more
    for the others, and a majority of them harder to get. The replicas, for which it would look
    only every 10 s.
    """
    name, port = environment.topology.sentinel.master_name, environment.topology.redis.port
    words = f"{environment.topology.name} {node.name} {process.name}"
    identity = sha1(words.encode()).hexdigest()  # noqa: S324 - a name
    return f"sentinel myid {identity}\n" + "".join(
        f"sentinel known-replica {name} {each.address} {port}\n"
        for each in environment.redis_nodes
        if each.name != master
    )
