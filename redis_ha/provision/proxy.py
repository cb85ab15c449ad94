"""What the proxy's configuration is made of besides the inventory."""

from collections.abc import Iterator, Mapping
from math import ceil

from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.roles.process import Process
from redis_ha.roles.proxy import NAME, check_ports
from redis_ha.services import proxy
from redis_ha.tool import located

NAMED_MS, CHECK_MS = 100, 25
"""How often a Sentinel is asked that names a node; how often others, and each Redis: the first come
of what they say is what connections wait for, or are cut for."""
AGAIN_MS = 10
"""After how long it is asked again after an answer that was wrong or late: two count, since one may
be late on a busy machine, and connections are cut for it."""
ANSWER_MS = 180
"""How long an answer may take: a hung server is noticed after some 0.4 s. With 120 ms a benchmark
at a load of 20 on two cores cost a healthy master its connections."""
OWN_MS, OWN_AGAIN_MS = 15, 5
"""How often it asks itself what came of that."""
HOLD_MS = 250
RETRY_MS = 100
"""How long a connection may take, and after how long one that waits for a master tries again."""
START_MS = 500
"""When the first checks are over, a server that does not answer included."""
OLD_WORKER_MS = 1000
"""How long connections outlive a reload."""
SOCKET = "/run/redis-proxy/haproxy.sock"
SOCKET_IN_FOLDER = "unix@haproxy.sock"
"""Where its process works: an absolute path may be too long for a socket."""


def obstacle(environment: Environment) -> str | None:
    """Return why there can be no proxy here, None where nothing is in the way."""
    nodes = environment.nodes_with(NAME)
    if not all(node.is_machine for node in nodes) and not located("haproxy"):
        return "HAProxy is not installed on this machine (Debian: `apt-get install haproxy`)"
    return None


def variables(
    environment: Environment, node: Node, held: Mapping[str, str | None]
) -> Mapping[str, object]:
    """Return what the proxy's template knows besides."""
    del held
    topology = environment.topology
    grace_s = proxy.grace_s(topology)
    return {
        "listen": proxy.address(node),
        "nodes": [{"name": each.name, "address": each.address} for each in environment.redis_nodes],
        "sentinels": list(_sentinels(environment)),
        "majority": proxy.majority(topology),
        "fatal": proxy.fatal(topology),
        "way_out": proxy.WAY_OUT,
        "check_ports": check_ports(topology),
        "takes_writes": takes_writes(topology.redis.min_replicas_to_write),
        "named_ms": NAMED_MS,
        "check_ms": CHECK_MS,
        "again_ms": AGAIN_MS,
        "answer_ms": ANSWER_MS,
        "own_ms": OWN_MS,
        "own_again_ms": OWN_AGAIN_MS,
        "start_ms": START_MS,
        "retry_ms": RETRY_MS,
        "old_worker_ms": OLD_WORKER_MS,
        "grace_s": f"{grace_s:g}",
        "hold_ms": HOLD_MS,
        "hold_checks": round(grace_s * 1000 / HOLD_MS),
        "retries": ceil((grace_s + 1) * 1000 / RETRY_MS),
        "socket": SOCKET if node.is_machine else SOCKET_IN_FOLDER,
    }


def settle(environment: Environment, node: Node) -> None:
    """Wait until a proxy has made up its mind.

    Raises:
        TimedOut: it runs and does not.
    """
    proxy.wait_answering(environment, node)


def takes_writes(replicas: int) -> str:
    """Return the regular expression for what a master with so many replicas says of itself."""
    role = r"role:master\r\n"
    if not replicas:
        return role
    digits = len(str(replicas))
    enough = "|".join([*map(str, range(replicas, 10**digits)), f"[1-9][0-9]{{{digits},}}"])
    return rf"{role}(.*\r\n)*min_slaves_good_slaves:({enough})\r"


def _sentinels(environment: Environment) -> Iterator[Mapping[str, object]]:
    for node in environment.sentinel_nodes:
        for process in node.processes.of("sentinel"):
            yield {"name": _name(node, process), "address": node.address, "port": process.port}


def _name(node: Node, process: Process) -> str:
    """Return what a Sentinel is called: as its node, with the port where that has several."""
    is_first = process == node.processes.of("sentinel")[0]
    return node.name if is_first else f"{node.name}-{process.port}"
