"""The Sentinels, which watch the master and replace it; a node may have several."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from redis_ha.roles import directives, redis, scripts
from redis_ha.roles.file import File
from redis_ha.roles.process import Process, Program
from redis_ha.roles.role import Role, Spec, Topology
from redis_ha.values import HOUR_MS, Directives, Positive, ScriptPath, Word, table

NAME = "sentinel"


@table
class Sentinel:
    """What every Sentinel watches and when it acts; times in milliseconds."""

    quorum: Positive = 2
    """How many Sentinels have to agree that the master is down; at most as many as there are."""
    master_name: Word = "mymaster"
    """What clients ask the Sentinels for."""
    down_after_ms: Annotated[int, Field(ge=100, le=HOUR_MS)] = 2000
    """How long a server may be silent until a Sentinel takes it for down, in milliseconds."""
    failover_timeout_ms: Annotated[int, Field(ge=1000, le=HOUR_MS)] = 10000
    """How long a failover may take; twice that until another one is tried, in milliseconds."""
    parallel_syncs: Annotated[int, Field(ge=1, le=1000)] = 1
    """How many replicas turn to a new master at the same time."""
    notification_script: ScriptPath = ""
    """A script, by its path beside the inventory, that each Sentinel runs at each problem that it
    sees: with the event and its description."""
    client_reconfig_script: ScriptPath = ""
    """A script that each Sentinel runs when another node becomes master: with the master's name,
    its own part (`leader` or `observer`), `start`, and address and port of the old and the new
    one."""

    directives: Directives = Field(default_factory=dict)
    """Directives of sentinel.conf that no other key has, such as `loglevel = "warning"`; those that
    begin with `sentinel` in quotes: `"sentinel auth-user" = "mymaster watcher"`."""

    @property
    def lines(self) -> tuple[str, ...]:
        """Return the directives of the inventory as in a file."""
        return directives.lines(self.directives)

    @property
    def down_after_s(self) -> float:
        return self.down_after_ms / 1000


def processes(spec: Spec, topology: Topology) -> tuple[Process, ...]:
    """Return the Sentinels of a node: the first one has the plain name, the others their port's."""
    del topology
    return tuple(_process(port, is_first=not number) for number, port in enumerate(spec.sentinels))


def _process(port: int, *, is_first: bool) -> Process:
    name = NAME if is_first else f"{NAME}-{port}"
    config = redis.CONFIG.format(process=name)
    return Process(
        role=NAME,
        name=name,
        units=("redis-sentinel.service" if is_first else f"redis-sentinel@{port}.service",),
        port=port,
        port_key="nodes.sentinels",
        config=config,
        program=Program(("redis-server", f"{{root}}{config}", "--sentinel")),
    )


def contradictions(topology: Any) -> Iterator[str]:
    """Yield what cannot be of directives, the quorum and scripts."""
    own = topology.table(Sentinel)
    yield from directives.contradictions(NAME, own.directives, directives.SENTINEL)
    count = sum(len(node.sentinels) for node in topology.nodes)
    if own.quorum > count:
        yield f"sentinel.quorum: at most {count} (the number of Sentinels)"
    yield from scripts.contradictions(topology)


ROLE = Role(
    name=NAME,
    table=Sentinel,
    contradictions=contradictions,
    stands_on=lambda spec: bool(spec.sentinels),
    processes=processes,
    files=(
        *scripts.FILES,
        redis.configuration("sentinel/redis-sentinel.conf.j2"),
        *(
            File(
                "sentinel/10-redis-ha.conf",
                f"/etc/systemd/system/{unit}.service.d/10-redis-ha.conf",
                only_machines=True,
            )
            for unit in ("redis-sentinel", "redis-sentinel@")
        ),
    ),
    prepare=redis.ROLE.prepare,
    configure=redis.ROLE.configure,
    secrets=(NAME,),
    is_clustered=True,
)
