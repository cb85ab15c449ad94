"""What takes long of the proxy: all Redis down for longer than it waits, and what it costs."""

from collections.abc import Callable

import pytest

from redis_ha import faults, roles
from redis_ha.faults import scene
from redis_ha.nodes.environment import Environment
from redis_ha.provision import provisioning
from redis_ha.services import cluster, proxy, settling
from redis_ha.suites import proxy_cost
from redis_ha.wait import now_s, pause_until
from tests.suites.through import KEPT, NEW, writing

Keep = Callable[..., None]

DOWN_S = 40.0
AT_ONCE_S = 0.5
"""A band around the 0.1 s of a machine that does nothing else."""
SOON_S = 1.0
LEAST, MOST = 0.5, 3.0
"""What has to be left of the throughput; how much longer a connection may take."""

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module", autouse=True)
def _led(environment: Environment) -> None:
    provisioning.provision(environment, [roles.registry()["proxy"]], print)


def test_all_redis_down_for_long_is_refused_at_once_after_the_grace(
    environment: Environment, keep: Keep
) -> None:
    settling.wait_healthy(environment)
    kind, master = faults.named("cold-start"), str(cluster.look(environment).master)
    made = scene.make(environment, kind.target, kind.takes, master)
    with writing(environment) as record:
        with faults.strike("cold-start", made) as at_s:
            pause_until(at_s + DOWN_S)
        settling.wait_healthy(environment)
        pause_until(now_s() + SOON_S)
    late_s = at_s + proxy.grace_s(environment.topology) + SOON_S
    refused = [each.took_s for each in record.refused(NEW) if late_s < each.began_s < at_s + DOWN_S]
    returned_s = record.returned_s(at_s + DOWN_S, "")
    later = {name: record.first_s(name, at_s + DOWN_S) - returned_s for name in (KEPT, NEW)}
    keep("proxy", {"fault": "all-down", "refused": len(refused), **later}, f"all down: {later}")
    assert len(refused) > DOWN_S
    assert max(refused) < AT_ONCE_S
    assert max(later.values()) < SOON_S


@pytest.mark.usefixtures("alone")
def test_what_it_costs_is_within_bounds(environment: Environment, keep: Keep) -> None:
    (node,) = environment.nodes_with("proxy")
    if node.is_machine:
        words = ("apt-get", "-qq", "install", "--no-install-recommends", "redis-tools")
        node.run(*words, sudo=True, timeout_s=300)
    found = proxy_cost.run(environment, print)
    keep("proxy", {"costs": [each.as_json() for each in found]}, *map(str, found))
    *kept, connect = found
    assert min(each.share for each in kept) > LEAST
    assert connect.direct / connect.through < MOST
