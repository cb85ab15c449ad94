"""Make the preferred node master again, by Sentinel's own planned failover."""

import redis

from redis_ha.errors import Unhealthy
from redis_ha.nodes.environment import Environment
from redis_ha.services import cluster
from redis_ha.services.client import asking
from redis_ha.services.sentinel import SentinelClient
from redis_ha.wait import wait_until

SETTLE_S = 60


def run(environment: Environment) -> str:
    """Fail over to the preferred node and return what was done, in words.

    A writer that stays on the old master may lose what it wrote in the second before Sentinel
    demotes that node.

    Raises:
        Unhealthy: the cluster is not healthy, or Sentinel refuses.
    """
    before = cluster.look(environment)
    if not before.healthy:
        raise Unhealthy(f"not healthy: {'; '.join(before.problems)}")
    preferred = environment.topology.first_master.name
    if before.master == preferred:
        return f"{preferred} is master already"
    _ask(environment)
    wait_until(
        lambda: cluster.look(environment),
        accept=lambda now: now.healthy and now.master == preferred,
        show=lambda now: "; ".join(now.problems) or f"{now.master} is master",
        what=f"{preferred} is master",
        timeout_s=SETTLE_S,
    )
    return f"{preferred} is master again, it was {before.master}"


def _ask(environment: Environment) -> None:
    node = environment.sentinel_nodes[0]
    port, password = node.spec.sentinels[0], environment.secrets.sentinel
    with asking(f"Sentinel of {node.name}", node.address, port, password) as client:
        try:
            SentinelClient(client, environment.topology.sentinel.master_name).failover()
        except redis.ResponseError as error:
            raise Unhealthy(f"Sentinel of {node.name} refuses: {error}") from None
