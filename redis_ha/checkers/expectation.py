"""What a fault should lead to, from the topology and from what is gone while it lasts."""

from enum import StrEnum

from redis_ha.faults import Fault
from redis_ha.faults.scene import REDIS, SENTINEL, Scene
from redis_ha.inventory import Inventory


class Expected(StrEnum):
    """What should become of writes and of the master."""

    FAILOVER = "failover"
    """Another node becomes master and takes writes while the fault lasts."""
    STAYS = "stays"
    """Nothing: the master stays and takes writes all the time."""
    REFUSES = "refuses"
    """No write may be acknowledged until the fault has healed: too few replicas, or no space."""
    OUTAGE = "outage"
    """Nobody can take over: writes come back with the nodes."""
    EITHER = "either"
    """The fault is short or weak: the master may stay or change."""
    SWITCHOVER = "switchover"
    """Planned: another node becomes master, writers are held for a moment."""


def of(topology: Inventory, fault: Fault, scene: Scene) -> Expected:
    """Derive what to expect of a fault with these targets.

    Sentinels act when a majority of them all, and no fewer than the quorum, can still agree.
    """
    if fault.leads_to is not None and scene.master in scene.names:
        return Expected(fault.leads_to)
    gone = _gone(scene, fault, REDIS)
    redis_left = [node for node in topology.redis_nodes if node.name not in gone]
    needed = topology.redis.min_replicas_to_write
    if scene.master not in gone:
        return Expected.STAYS if len(redis_left) - 1 >= needed else Expected.REFUSES
    if not _agree(topology, fault, scene) or not any(node.priority for node in redis_left):
        return Expected.OUTAGE
    return Expected.FAILOVER if len(redis_left) - 1 >= needed else Expected.OUTAGE


def _gone(scene: Scene, fault: Fault, service: str) -> list[str]:
    """Return the nodes whose Redis, or Sentinels, the others do without.

    Of two halves that cannot see each other the one without a majority of Sentinels is gone.
    """
    if service not in fault.takes:
        return []
    if fault.cuts and _sentinels(scene.names, scene) > _sentinels(_other_names(scene), scene):
        return _other_names(scene)
    return scene.names


def _other_names(scene: Scene) -> list[str]:
    return [node.name for node in scene.others]


def _sentinels(names: list[str], scene: Scene) -> int:
    nodes = scene.environment.topology.nodes
    return sum(len(node.sentinels) for node in nodes if node.name in names)


def sentinels_left(topology: Inventory, fault: Fault, scene: Scene) -> int:
    """Return how many Sentinels can still see each other while a fault lasts."""
    total = sum(len(node.sentinels) for node in topology.nodes)
    return total - _sentinels(_gone(scene, fault, SENTINEL), scene)


def _agree(topology: Inventory, fault: Fault, scene: Scene) -> bool:
    total = sum(len(node.sentinels) for node in topology.nodes)
    left = sentinels_left(topology, fault, scene)
    return left > total // 2 and left >= topology.sentinel.quorum
