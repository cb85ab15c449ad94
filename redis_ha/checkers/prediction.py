"""How long a recovery should take, from the settings.

Sentinel pings every min(down-after, 1 s) and counts from the last answer; the floors below are
medians of a loopback set of three Redis 7.0.15 with three Sentinels and down-after 1 s.
"""

from redis_ha.inventory import Inventory

VISIBLE_S = 1.20
"""From down-after to the first Sentinel that names the new master: it waits for an INFO."""
REPLICA_S = 0.07
"""From there until the new master has a replica of its own and accepts writes."""
HANG_S = 0.50
"""A hung master keeps its connections: the Sentinels agree later, their pings are spread."""


def first_write_s(inventory: Inventory, fault: str) -> float:
    """Return the predicted seconds from fault to first acknowledged write (median)."""
    needs_replica = inventory.redis.min_replicas_to_write > 0
    return (
        inventory.sentinel.down_after_s
        + VISIBLE_S
        + (REPLICA_S if needs_replica else 0)
        + (HANG_S if fault == "hang" else 0)
    )
