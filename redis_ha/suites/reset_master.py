"""Make the preferred node master again."""

from redis_ha.errors import Unhealthy
from redis_ha.nodes.environment import Environment
from redis_ha.services import cluster, health, switchover


def run(environment: Environment) -> str:
    """Switch over to the preferred node, without losing a write; say what was done.

    Raises:
        Unhealthy: the cluster is not healthy, or Sentinel refuses.
    """
    before = cluster.look(environment)
    if outages := health.outages(before):
        raise Unhealthy(f"not healthy: {'; '.join(outages)}")
    preferred = environment.topology.first_master.name
    if before.master == preferred:
        return f"{preferred} is master already"
    done = switchover.run(environment, preferred, seen=before)
    return str(done)
