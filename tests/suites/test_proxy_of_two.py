"""Two machines with two Sentinels each: one is lost, and the proxy leads to nobody and says so."""

import pytest

from redis_ha import faults, roles
from redis_ha.checkers.configuration.proxy import majority
from redis_ha.checkers.configuration.reading import read
from redis_ha.faults import scene
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.provision import configuration, provisioning
from redis_ha.services import cluster, proxy, running, settling
from redis_ha.services.http import DIRECTLY
from redis_ha.services.running import View
from redis_ha.wait import wait_until

SAID = (
    "web1: the proxy leads to nobody: 2 of 4 Sentinels name a master, 2 of them {}, and it "
    "takes 3; a third machine with a Sentinel is the way out"
)


def view(environment: Environment) -> View:
    """Return what `status` has of the proxy."""
    views = running.look(environment, cluster.look(environment))
    return next(each for each in views if each.role == "proxy")


def page(node: Node) -> str:
    with (
        node.forwarded(proxy.address(node), 8404) as (host, port),
        DIRECTLY.open(f"http://{host}:{port}/", timeout=5) as answer,
    ):
        return str(answer.read().decode())


@pytest.mark.timeout(300)
@pytest.mark.parametrize("fault", ["power"])
def test_a_lost_machine_leaves_no_majority_and_everybody_says_the_way_out(
    environment: Environment, fault: str
) -> None:
    provisioning.provision(environment, [roles.registry()["proxy"]], print)
    (web,) = environment.nodes_with("proxy")
    topology = environment.topology
    (found,) = majority(read(topology, configuration.planned(topology)))
    assert found.better == proxy.WAY_OUT.removesuffix(" is the way out")
    before = settling.wait_healthy(environment)
    assert view(environment).problem is None
    assert proxy.WAY_OUT in page(web)
    kind = faults.named(fault)
    made = scene.make(environment, "replica", kind.takes, str(before.master))
    with faults.strike(fault, made):
        lost = wait_until(
            lambda: view(environment),
            accept=lambda seen: bool(seen.problem),
            what="the proxy leads to nobody",
            timeout_s=10,
        )
        assert lost.problem == SAID.format(before.master)
    settling.wait_healthy(environment)
    wait_until(lambda: view(environment).problem is None, what="it leads somewhere", timeout_s=10)
