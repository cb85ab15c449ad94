"""What the doctor says of a proxy: each rule says no where it should, and is silent beside that."""

import pytest

from redis_ha import inventory
from redis_ha.checkers.configuration import Severity
from redis_ha.checkers.configuration.proxy import RULES, grace, majority
from redis_ha.checkers.configuration.reading import read
from redis_ha.checkers.configuration.settings import Settings
from redis_ha.inventory import Inventory
from redis_ha.provision import configuration
from tests.unit.builders import changed

DEFAULT, TWO = inventory.load("default"), inventory.load("two-nodes")


def settings(topology: Inventory) -> Settings:
    return read(topology, configuration.planned(topology))


def without_proxy(topology: Inventory) -> Inventory:
    return changed(
        topology,
        nodes=tuple(
            changed(node, roles=("web",)) if "proxy" in node.roles else node
            for node in topology.nodes
        ),
    )


def slow(topology: Inventory, down_after_ms: int) -> Inventory:
    return changed(topology, sentinel=changed(topology.sentinel, down_after_ms=down_after_ms))


def test_two_machines_with_two_sentinels_each_leave_no_majority() -> None:
    (found,) = majority(settings(TWO))
    assert (found.setting, found.severity) == ("proxy", Severity.RISKY)
    assert found.now == "redis1 2, redis2 2 of 4 Sentinels"
    assert found.better == "a third machine with a Sentinel"
    assert "the proxy leads to nobody: 3 of all 4" in found.why


def test_a_recovery_that_is_longer_than_it_waits_is_named() -> None:
    (found,) = grace(settings(slow(DEFAULT, 30_000)))
    assert (found.setting, found.severity) == ("down-after-milliseconds", Severity.NOTE)
    assert "a recovery may take 32.7 s, the proxy holds connections for 15 s" in found.why


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize(
    "topology",
    [DEFAULT, slow(DEFAULT, 10_000), without_proxy(TWO), without_proxy(slow(TWO, 60_000))],
    ids=["as shipped", "slower", "no proxy", "no proxy, and slow"],
)
def test_they_are_silent_where_nothing_is_wrong(rule: object, topology: Inventory) -> None:
    assert callable(rule)
    assert list(rule(settings(topology))) == []
