"""The redis-commander console."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from redis_ha.roles.file import File, Then, unit
from redis_ha.roles.process import Process, Program
from redis_ha.roles.redis import Redis
from redis_ha.roles.role import Role, Spec, Topology
from redis_ha.tool import Tool
from redis_ha.values import Natural, Network4, Port, TextForm, Unique, Word, table

NAME = "commander"
ACCOUNT = "redis-commander"
FOLDER = "/etc/redis-commander"
PROGRAM = "/opt/redis-commander"
SETTINGS = f"{FOLDER}/local-development.json"


@table
class Commander:
    """The redis-commander console: where it listens and what it may do."""

    port: Port = 8081
    """Where it listens; nothing else on its node may."""
    listen: Literal["loopback", "node", "all"] = "loopback"
    """On which address: that of its node alone, its node's in the environment, or all."""
    allow_from: Annotated[tuple[Network4, ...], *Unique] = ()
    """Who reaches its port besides the node itself; a local node has no packet filter."""
    user: Word = "operator"
    """Whom it lets in, with the password that the environment generated."""
    read_only: bool = True
    """Whether it refuses every command that writes."""
    databases: Annotated[tuple[Natural, ...], Field(min_length=1), *Unique] = (0,)
    """Those that it shows, a connection each; below `redis.databases`."""
    url_prefix: Annotated[
        str,
        Field(max_length=100),
        TextForm(r"^(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$", "a path such as `/redis`"),
    ] = ""
    """The path below which it answers, for a reverse proxy."""
    trusted_proxies: Annotated[tuple[Network4, ...], *Unique] = ()
    """Whose `X-Forwarded-*` headers it believes."""


def processes(spec: Spec, topology: Topology) -> tuple[Process, ...]:
    """Return the one console of a node."""
    del spec
    return (
        Process(
            role=NAME,
            name=NAME,
            units=("redis-commander.service",),
            port=topology.table(Commander).port,
            port_key="commander.port",
            config=SETTINGS,
            program=Program(
                (
                    "node",
                    "--require",
                    f"{{root}}{PROGRAM}/preload.js",
                    f"{{root}}{PROGRAM}/bin/redis-commander.js",
                ),
                {
                    "NODE_ENV": "production",
                    "NODE_CONFIG_ENV": "development",
                    "NODE_CONFIG_DIR": f"{{root}}{PROGRAM}/config:{{root}}{FOLDER}",
                },
                ready_s=0,  # whether it serves its page is asked after its start
            ),
        ),
    )


def contradictions(topology: Any) -> Iterator[str]:
    """Yield the databases that Redis does not have."""
    last = topology.table(Redis).databases - 1
    for database in topology.table(Commander).databases:
        if database > last:
            yield f"commander.databases: at most {last} (redis.databases), not `{database}`"


ROLE = Role(
    name=NAME,
    table=Commander,
    contradictions=contradictions,
    after=("redis",),
    processes=processes,
    files=(
        File(
            "redis-commander/local-development.json.j2",
            SETTINGS,
            mode=0o640,
            group=ACCOUNT,
            then=Then.RESTART,
        ),
        File(
            "redis-commander/firewall.nft.j2",
            f"{FOLDER}/firewall.nft",
            then=Then.RESTART,
            only_machines=True,
        ),
        unit("redis-commander/redis-commander.service"),
    ),
    configure="provision/redis/3-redis-commander.sh",
    tools=(
        Tool("npm", (), "packing the console, once", "apt-get install npm"),
        Tool("node", (), "the console on the local provider", "apt-get install nodejs"),
        Tool("chromium", (), "the sessions `commander`", "apt-get install chromium"),
    ),
    secrets=(NAME,),
    optional="console",
)
