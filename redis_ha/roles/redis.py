"""Redis itself: the servers that are replicated, one of them the master."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from redis_ha.roles import directives
from redis_ha.roles.file import File, Then
from redis_ha.roles.process import Process, Program
from redis_ha.roles.role import Role, Spec, Topology
from redis_ha.roles.trouble import Trouble
from redis_ha.values import Directives, Natural, Port, Purpose, Size, Unique, table

NAME = "redis"
ACCOUNT = "redis"
"""Whose the servers and their files are."""
FOLDER = "/etc/redis"
"""Where the configuration of servers is."""
CONFIG = f"{FOLDER}/{{process}}.conf"
UNITS = ("redis.service", "redis-server.service")
"""Debian's is redis-server, with the alias redis; Enterprise Linux has redis."""


@table
class Redis:
    """What every Redis of the environment is configured with; times in seconds."""

    port: Port = 6379
    """Where each Redis listens."""
    maxmemory: Size = "256mb"
    """How much data each Redis takes until it evicts."""
    maxmemory_policy: Literal[
        "noeviction",
        "volatile-ttl",
        "volatile-lru",
        "volatile-lfu",
        "volatile-random",
        "allkeys-lru",
        "allkeys-lfu",
        "allkeys-random",
    ] = "volatile-ttl"
    """What it evicts then."""
    databases: Annotated[int, Field(ge=1, le=1024)] = 16
    """How many databases it has."""
    min_replicas_to_write: Natural = 1
    """How many replicas a master needs to take a write; at most the number of replicas."""
    min_replicas_max_lag: Annotated[int, Field(ge=1, le=3600)] = 1
    """How long ago such a replica may have been heard of last, in seconds."""
    purposes: Annotated[tuple[Purpose, ...], *Unique] = ()
    """What keys are for, in the words of `./inv memory`, such as `pages = 3/*`."""
    directives: Directives = Field(default_factory=dict)
    """Directives of redis.conf that no other key has, such as `maxclients = 20000`."""

    @property
    def lines(self) -> tuple[str, ...]:
        """Return the directives of the inventory, and those that it may replace, as in a file."""
        return directives.lines({**SUGGESTED, **self.directives})


SUGGESTED = {"tcp-keepalive": 60}
"""What is rendered unless the inventory has another value."""
AOF = "{root}/var/lib/redis/appendonlydir"
ANEW = (
    f"while another node is master, `{{rm}} -r {AOF}` on {{node}} loses nothing, for it copies all "
    "data from that one then; afterwards `./inv up`"
)
DAMAGES = (
    Trouble(
        r"reading the append only file (?P<file>\S+\.incr\.aof)",
        f"`{{redis-check-aof}} --fix {AOF}/{{file}}` on {{node}} cuts it off at the damage, which "
        f"loses the writes after that; {ANEW}",
    ),
    Trouble(
        r"in RDB reading|loading DB|RDB checksum|rdb file|reading the append only file",
        f"`{{redis-check-rdb}} {AOF}/*.base.rdb` on {{node}} says where it is damaged, and nothing "
        f"mends it; {ANEW}",
    ),
    Trouble(
        r"AOF manifest|the AOF file",
        f"put back what is missing in {AOF} on {{node}}, from a backup; {ANEW}",
    ),
)
"""Of the append-only file, and of the snapshot that it begins with."""


def configuration(source: str) -> File:
    """Return the file of each server, Redis or Sentinel, which that server rewrites itself."""
    return File(
        source,
        CONFIG,
        mode=0o640,
        owner=ACCOUNT,
        group=ACCOUNT,
        then=Then.RESTART,
        is_rewritten=True,
    )


def processes(spec: Spec, topology: Topology) -> tuple[Process, ...]:
    """Return the one Redis of a node."""
    del spec
    config = CONFIG.format(process=NAME)
    return (
        Process(
            role=NAME,
            name=NAME,
            units=UNITS,
            port=topology.table(Redis).port,
            port_key="redis.port",
            config=config,
            program=Program(("redis-server", f"{{root}}{config}")),
            troubles=DAMAGES,
        ),
    )


def contradictions(topology: Any) -> Iterator[str]:
    """Yield what cannot be of directives, replicas and priorities."""
    own = topology.table(Redis)
    yield from directives.contradictions(NAME, own.directives, directives.REDIS)
    servers = [node for node in topology.nodes if ROLE.is_on(node)]
    if not any(node.priority > 0 for node in servers):
        yield "nodes: at least one with the role redis needs a priority above 0"
        return
    replicas = len(servers) - 1
    if own.min_replicas_to_write > replicas:
        yield f"redis.min_replicas_to_write: at most {replicas} (the number of replicas)"


ROLE = Role(
    name=NAME,
    table=Redis,
    contradictions=contradictions,
    processes=processes,
    files=(
        configuration("redis/redis.conf.j2"),
        File(
            "redis/mend-aof.sh",
            "/usr/local/lib/redis-ha/mend-aof.sh",
            mode=0o755,
            only_machines=True,
        ),
        File(
            "redis/10-redis-ha.conf",
            "/etc/systemd/system/redis.service.d/10-redis-ha.conf",
            only_machines=True,
        ),
    ),
    prepare=("provision/redis/1-provision.sh",),
    configure="provision/redis/2-configure.sh",
    secrets=(NAME,),
    is_clustered=True,
)
