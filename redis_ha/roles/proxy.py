"""HAProxy: one address that leads to the master, for programs that know no Sentinel."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from redis_ha.roles.file import File, Then, unit
from redis_ha.roles.process import Process, Program
from redis_ha.roles.role import Role, Spec, Topology
from redis_ha.tool import Tool
from redis_ha.values import Port, table

NAME = "proxy"
ACCOUNT = "haproxy"
CONFIG = "/etc/redis-proxy/haproxy.cfg"
STATUS = "/usr/local/lib/redis-ha/proxy-status.sh"
LAST_PORT = 65_535


@table
class Proxy:
    """The proxy that follows the master; it listens on loopback alone."""

    port: Port = 6379
    """Where programs of its node find the master."""
    status_port: Port = 8404
    """Where its status page is."""
    check_port: Port = 18410
    """The first of those by which it asks itself who is master; one more than there are Redis."""
    max_connections: Annotated[int, Field(ge=10, le=100_000)] = 1000
    """How many connections it takes, those that wait for a master among them."""
    idle_timeout_s: Annotated[int, Field(ge=10, le=7 * 24 * 3600)] = 3600
    """How long a connection may be silent, in seconds; longer than any command that waits."""


def check_ports(topology: Any) -> dict[str, int]:
    """Return where it asks itself whether a node is master, by the node's name; "" for any node."""
    names = ["", *(node.name for node in topology.redis_nodes)]
    first = topology.table(Proxy).check_port
    return {name: first + number for number, name in enumerate(names)}


def processes(spec: Spec, topology: Topology) -> tuple[Process, ...]:
    """Return the one proxy of a node."""
    del spec
    return (
        Process(
            role=NAME,
            name=NAME,
            units=("redis-proxy.service",),
            port=topology.table(Proxy).port,
            port_key="proxy.port",
            config=CONFIG,
            program=Program(
                ("haproxy", "-W", "-f", f"{{root}}{CONFIG}"),
                ready_s=0,  # what it believes is asked after its start
            ),
        ),
    )


def contradictions(topology: Any) -> Iterator[str]:
    """Yield what it cannot watch, and ports that something else has."""
    nodes = [node for node in topology.nodes if ROLE.is_on(node)]
    if nodes and not any(node.sentinels for node in topology.nodes):
        yield "nodes: the proxy follows the Sentinels, and there are none"
    for node in nodes:
        yield from _ports_twice(topology, node)


def _ports_twice(topology: Any, node: Any) -> Iterator[str]:
    own = topology.table(Proxy)
    taken = {process.port for process in topology.processes(node)}
    checks = set(check_ports(topology).values())
    if max(checks) > LAST_PORT:
        yield f"proxy.check_port: needs {len(checks)} ports, up to {LAST_PORT}"
    if own.status_port in taken:
        yield f"proxy.status_port: {node.name} uses port {own.status_port} already"
    for port in sorted(checks & {*taken, own.status_port}):
        yield f"proxy.check_port: {node.name} uses port {port} already"


ROLE = Role(
    name=NAME,
    table=Proxy,
    contradictions=contradictions,
    after=("redis", "sentinel"),
    processes=processes,
    files=(
        File("proxy/haproxy.cfg.j2", CONFIG, mode=0o640, group=ACCOUNT, then=Then.RELOAD),
        File("proxy/status.sh", STATUS, mode=0o755),
        unit("proxy/redis-proxy.service"),
    ),
    prepare=("provision/proxy/1-provision.sh",),
    in_image=True,
    configure="provision/proxy/2-configure.sh",
    tools=(Tool("haproxy", (), "the proxy on the local provider", "apt-get install haproxy"),),
    optional="proxy",
)
