"""Everything up: nodes, Redis, Sentinels, checked."""

from redis_ha.nodes.environment import Environment
from redis_ha.providers import Tell
from redis_ha.provision.redis import OnStep, provision
from redis_ha.services import cluster
from redis_ha.services.cluster import Snapshot

HEALTHY_S = 60


def run(environment: Environment, tell: Tell, on_step: OnStep) -> Snapshot:
    """Bring the environment up, whatever of it is up already, and return what it is like.

    Raises:
        RedisHaError: the provider cannot, a script failed, or a password is refused.
        TimedOut: everything runs and is not healthy all the same.
    """
    environment.provider.up(tell)
    provision(environment, on_step)
    return cluster.wait_healthy(environment, HEALTHY_S)
