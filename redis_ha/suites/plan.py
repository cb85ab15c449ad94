"""What a drill is to do."""

import platform
from dataclasses import dataclass
from os import cpu_count
from pathlib import Path

from redis_ha import faults
from redis_ha.checkers.drill import Value
from redis_ha.checkers.strike import Member, Strike
from redis_ha.faults import Fault
from redis_ha.faults.scene import REDIS, SENTINEL, Scene
from redis_ha.inventory import Inventory
from redis_ha.measure import visits
from redis_ha.providers import loses_cache


@dataclass(frozen=True)
class Plan:
    """What is to be broken, and with which settings.

    Args:
        histories: the folder for the files with every operation and all other evidence.
        target: see `faults.scene.make`; empty for the fault's own.
        min_replicas: `min-replicas-to-write` during the drill, by default the inventory's.
        load: the share of the full load, by default as much as the nodes can take.
        clients: kinds of client besides the usual ones, of `measure.load.KINDS`.
        requests_per_s: how many pages visitors ask for in a second; None for what is usual.
    """

    fault: str
    histories: Path
    target: str = ""
    rounds: int = 1
    min_replicas: int | None = None
    load: float | None = None
    clients: tuple[str, ...] = ()
    requests_per_s: float | None = None

    @property
    def kind(self) -> Fault:
        return faults.named(self.fault)

    @property
    def has_visitors(self) -> bool:
        """Say whether there are visitors of the web node."""
        return any(kind in visits.KINDS for kind in self.clients)

    @property
    def spec(self) -> str:
        return self.target or self.kind.target

    def needed(self, topology: Inventory) -> int:
        """Return how many replicas a write needs during the drill."""
        if self.min_replicas is None:
            return topology.redis.min_replicas_to_write
        return self.min_replicas

    def strike(self, scene: Scene) -> Strike:
        """Return one strike as it is recorded."""
        topology = scene.environment.topology
        return Strike(
            master=scene.master,
            targets=tuple(scene.names),
            members=_members(topology),
            takes_redis=REDIS in self.kind.takes and all(each.is_whole for each in scene.targets),
            takes_sentinels=SENTINEL in self.kind.takes,
            leads_to=self.kind.leads_to,
            is_silent=self.kind.is_silent,
            cuts=self.kind.cuts,
            loses_cache=self.kind.cuts_power and loses_cache(scene.environment.provider),
            down_after_s=topology.sentinel.down_after_s,
            quorum=topology.sentinel.quorum,
            min_replicas=self.needed(topology),
            max_lag_s=topology.redis.min_replicas_max_lag,
        )

    def settings(self, topology: Inventory) -> dict[str, Value]:
        """Return the settings that decide how a failover goes, as they are during the drill."""
        return {
            "down_after_ms": topology.sentinel.down_after_ms,
            "failover_timeout_ms": topology.sentinel.failover_timeout_ms,
            "quorum": topology.sentinel.quorum,
            "sentinels": sum(len(node.sentinels) for node in topology.nodes),
            "nodes": len(topology.redis_nodes),
            "min_replicas_to_write": self.needed(topology),
            "min_replicas_max_lag": topology.redis.min_replicas_max_lag,
        }


def _members(topology: Inventory) -> tuple[Member, ...]:
    with_redis = {node.name for node in topology.redis_nodes}
    return tuple(
        Member(node.name, len(node.sentinels), node.priority if node.name in with_redis else None)
        for node in topology.server_nodes
    )


def machine() -> dict[str, Value]:
    """Return where the drill ran."""
    return {
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "cores": cpu_count(),
        "python": platform.python_version(),
    }
