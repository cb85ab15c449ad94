"""Directives of the inventory are set like any other setting, and go when it has them no more."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from redis_ha.errors import RedisHaError
from redis_ha.nodes.environment import Environment
from redis_ha.provision import configuration
from redis_ha.services import cluster, settling
from redis_ha.services.client import ask, redis_of
from tests import periods
from tests.suites.setting import changed, drifted, provisioned, run_ids, servers

LIVE: dict[str, bool | int | str] = {
    "maxclients": 500,
    "tcp-keepalive": 30,
    "activerehashing": False,
    "client-output-buffer-limit": "pubsub 16mb 4mb 30 replica 128mb 32mb 60",
    "notify-keyspace-events": "Ex",
    "latency-tracking-info-percentiles": "50 99",
}
RESTARTS: dict[str, bool | int | str] = {"tcp-backlog": 128}
"""One that a server takes only when it starts."""


@pytest.fixture(autouse=True)
def quick(environment: Environment) -> Iterator[None]:
    with periods.quick(environment):
        yield


def having(environment: Environment, directives: dict[str, bool | int | str]) -> Environment:
    wanted = replace(environment.topology.redis, directives=directives)
    return replace(environment, topology=environment.topology.having(wanted))


def held(environment: Environment, name: str) -> set[str]:
    """Return with what the servers run."""
    found = set()
    for node in environment.redis_nodes:
        with redis_of(environment, node) as client:
            found.add(str(ask(client, "CONFIG", "GET", name)[1]))
    return found


@pytest.mark.timeout(300)
def test_they_are_set_live_named_when_altered_and_gone_when_removed(
    environment: Environment,
) -> None:
    defaults = {name: held(environment, name) for name in LIVE}
    there, before = having(environment, LIVE), run_ids(environment)
    steps, _ = provisioned(there)
    assert {step.split()[1] for step in steps} <= {"settings", "redis.conf"}
    assert run_ids(environment) == before
    assert (drifted(there), provisioned(there)[0]) == ([], [])
    node = environment.node(cluster.look(environment).replicas[0].name)
    for name, value in {
        "maxclients": "501",
        "client-output-buffer-limit": "pubsub 0 0 0",
        "notify-keyspace-events": "KEA",
    }.items():
        with redis_of(environment, node) as client:
            ask(client, "CONFIG", "SET", name, value)
        assert changed(there) == [f"{node.name} {name}"]
        assert provisioned(there)[0] == [f"{node.name} settings"]
    assert run_ids(environment) == before
    assert provisioned(environment, in_place=True)[0] != []
    settling.wait_healthy(environment)
    assert {name: held(environment, name) for name in LIVE} == defaults
    assert drifted(environment) == []
    assert [each.unmanaged for each in servers(environment) if each.unmanaged] == []


UNKNOWN = r"redis refuses .*('no-such-directive 1' Bad |Module Configuration detected)"
"""The second is what Redis 8 says: it may be one of a module."""
REFUSED = {
    "a value": ("redis", {"maxclients": "many"}, r"redis refuses .*'maxclients many' "),
    "a name": ("redis", {"no-such-directive": 1}, UNKNOWN),
    "a value of Sentinel": (
        "sentinel",
        {"loglevel": "loud"},
        r"sentinel refuses .*'loglevel loud' ",
    ),
}


@pytest.mark.parametrize(("table", "given", "said"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("is_check", [True, False], ids=["check", "for good"])
def test_what_a_server_does_not_take_is_refused_before_anything_changes(
    environment: Environment, table: str, given: dict[str, Any], said: str, is_check: bool
) -> None:
    held = {node.name: configuration.held(node) for node in environment.redis_nodes}
    wanted = replace(getattr(environment.topology, table), directives=given)
    there = replace(environment, topology=environment.topology.having(wanted))
    before = run_ids(environment)
    with pytest.raises(RedisHaError, match=said):
        provisioned(there, is_check=is_check)
    assert {node.name: configuration.held(node) for node in environment.redis_nodes} == held
    assert (run_ids(environment), changed(environment)) == (before, [])
    for node in environment.redis_nodes:
        assert not node.run("bash", "-c", "ls -d /tmp/redis-ha-try.*", check=False).stdout


@pytest.mark.timeout(300)
def test_one_that_only_a_start_takes_restarts(environment: Environment) -> None:
    there, before = having(environment, RESTARTS), run_ids(environment)
    provisioned(there)
    settling.wait_healthy(environment)
    assert {*before.values()} & {*run_ids(environment).values()} == set()
    assert held(environment, "tcp-backlog") == {"128"}
    assert (drifted(there), provisioned(there)[0]) == ([], [])
    provisioned(environment, in_place=True)
    settling.wait_healthy(environment)
    assert drifted(environment) == []
