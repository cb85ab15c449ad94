"""What servers run with is compared with what is rendered, and set right while they run."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import redis

from redis_ha import inventory
from redis_ha.checkers.configuration import Finding
from redis_ha.errors import RedisHaError
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.provision import configuration
from redis_ha.services import cluster, directives, settling, switchover
from redis_ha.services.client import ask, asking, redis_of
from redis_ha.suites import settings
from tests.suites.setting import changed, drifted, provisioned, run_ids, servers

pytestmark = pytest.mark.usefixtures("quick_sentinels")

OTHERS = {
    "appendfsync": "always",
    "maxmemory-policy": "noeviction",
    "save": "3600 1",
    "replica-announce-ip": "127.0.0.99",
    "announce-ip": "127.0.0.99",
    "auth-pass": "another-password",
}
"""Another value of settings that are no number and no yes or no."""
KEPT = {
    "bind": "its clients would be cut off",
    "port": "its clients would be cut off",
    "requirepass": "nobody could ask any more",
    "masterauth": "a replica would lose its master with the next cut of its link",
    "replicaof": "a failover changes it",
    "dir": "the data would be elsewhere",
}
"""Settings that are not altered here, and why."""
FIXED = ("daemonize", "logfile", "databases")
"""What Redis takes at its start alone."""
KEPT_OF_SENTINEL = {
    **dict.fromkeys(("bind", "port", "dir"), "the Sentinel would not be found again"),
    "requirepass": "nobody could ask any more",
    "sentinel-pass": "the others would not hear of this one while it has another",
    "announce-port": "the others would take it for one Sentinel more",
}
"""The same of Sentinel."""
FIXED_OF_SENTINEL = ("protected-mode", "daemonize", "logfile", "deny-scripts-reconfig")
"""What no Sentinel takes while it runs: a restart brings it."""


def rendered() -> Iterator[tuple[str, str]]:
    """Yield every setting that the template of Redis has, with its value."""
    text = configuration.planned(inventory.load("default"))["redis2"]["redis"]
    for key, values in directives.parse(text).items():
        yield key[0], " ".join(values[-1])


def other(name: str, value: str) -> str:
    if name in OTHERS:
        return OTHERS[name]
    return {"yes": "no", "no": "yes"}.get(value) or str(int(value or 0) + 1)


def refused(environment: Environment, node: Node, name: str, value: str) -> str:
    """Set something at run time; return what the server says against it, empty for nothing."""
    with redis_of(environment, node) as client:
        try:
            ask(client, "CONFIG", "SET", name, value)
        except redis.ResponseError as error:
            return str(error)
    return ""


ALTERED = {name: value for name, value in rendered() if name not in (*KEPT, *FIXED)}


@pytest.mark.parametrize(("name", "value"), ALTERED.items(), ids=str)
def test_what_is_altered_at_run_time_is_named_and_restored(
    environment: Environment, name: str, value: str
) -> None:
    node = environment.node(cluster.look(environment).replicas[0].name)
    assert changed(environment) == []
    assert refused(environment, node, name, other(name, value)) == ""
    assert changed(environment) == [f"{node.name} {name}"]
    assert drifted(environment) == [node.name]
    assert provisioned(environment)[0] == [f"{node.name} settings"]
    assert drifted(environment) == []


@pytest.mark.parametrize("name", FIXED)
def test_what_is_fixed_at_the_start_cannot_be_altered(environment: Environment, name: str) -> None:
    node = environment.node(cluster.look(environment).replicas[0].name)
    value = other(name, dict(rendered())[name])
    assert "immutable" in refused(environment, node, name, value)
    assert changed(environment) == []


def of_sentinels() -> Iterator[tuple[str, str]]:
    """Yield every setting that the template of Sentinel has, with its value."""
    text = configuration.planned(inventory.load("default"))["redis2"]["sentinel"]
    for key, values in directives.parse(text).items():
        if key[:2] == ("sentinel", "monitor"):
            yield "quorum", values[-1][2]
        elif key[0] == "sentinel":
            yield key[1], " ".join(values[-1])
        else:
            yield key[0], " ".join(values[-1])


def sentinel_refuses(environment: Environment, node: Node, name: str, value: str) -> bool:
    """Set something of a Sentinel at run time; say whether it can not be."""
    port, master = node.spec.sentinels[0], environment.topology.sentinel.master_name
    with asking("Sentinel", node.address, port, environment.secrets.sentinel) as client:
        for words in (("SET", master, name, value), ("CONFIG", "SET", name, value)):
            try:
                ask(client, "SENTINEL", *words)
            except redis.ResponseError:
                continue
            return False
    return True


def sentinel_run_ids(environment: Environment) -> dict[str, str]:
    """Return by what each Sentinel is known until it restarts."""
    found = {}
    for node in environment.sentinel_nodes:
        port = node.spec.sentinels[0]
        with asking("Sentinel", node.address, port, environment.secrets.sentinel) as client:
            found[node.name] = client.info("server")["run_id"]
    return found


ALTERED_OF_SENTINEL = {
    name: value
    for name, value in of_sentinels()
    if name not in (*KEPT_OF_SENTINEL, *FIXED_OF_SENTINEL)
}


@pytest.mark.parametrize(("name", "value"), ALTERED_OF_SENTINEL.items(), ids=str)
def test_what_is_altered_at_a_sentinel_is_named_and_restored(
    environment: Environment, name: str, value: str
) -> None:
    node, before = environment.sentinel_nodes[-1], sentinel_run_ids(environment)
    assert drifted(environment) == []
    assert not sentinel_refuses(environment, node, name, other(name, value))
    found = [str(file) for file in servers(environment) if file.differences or file.running]
    assert len(found) == 1
    assert name in found[0]
    assert f"{node.name} settings" in provisioned(environment)[0]
    settling.wait_healthy(environment)
    assert drifted(environment) == []
    assert sentinel_run_ids(environment) == before


@pytest.mark.parametrize("name", FIXED_OF_SENTINEL)
def test_what_a_sentinel_has_from_its_start_cannot_be_altered(
    environment: Environment, name: str
) -> None:
    node, value = environment.sentinel_nodes[-1], other(name, dict(of_sentinels())[name])
    assert sentinel_refuses(environment, node, name, value)
    assert drifted(environment) == []


def test_settings_of_sentinels_reach_all_without_a_restart(environment: Environment) -> None:
    own = environment.topology.sentinel
    wanted = replace(own, down_after_ms=3000, failover_timeout_ms=20000, parallel_syncs=2)
    there = replace(environment, topology=environment.topology.having(wanted))
    before, nodes = sentinel_run_ids(environment), environment.sentinel_nodes
    plan = provisioned(there, is_check=True)
    assert sorted(plan[0]) == sorted(f"{node.name} settings" for node in nodes)
    names = "down-after-milliseconds, failover-timeout, parallel-syncs"
    for node in nodes:
        port = node.spec.sentinels[0]
        line = f"{node.name}: Sentinel {port}: {names} set live; nothing restarts"
        assert line in plan[1]
    assert drifted(environment) == []
    for target in (there, environment):
        assert sorted(provisioned(target)[0]) == sorted(f"{node.name} settings" for node in nodes)
        assert drifted(target) == []
    assert sentinel_run_ids(environment) == before


def test_a_live_setting_reaches_all_nodes_without_a_restart(environment: Environment) -> None:
    own = environment.topology.redis
    wanted = replace(own, maxmemory="200mb", maxmemory_policy="volatile-lru")
    there = replace(environment, topology=environment.topology.having(wanted))
    before = run_ids(environment)
    plan = provisioned(there, is_check=True)
    assert run_ids(environment) == before
    assert changed(environment) == []
    nodes = [node.name for node in environment.redis_nodes]
    assert sorted(plan[0]) == sorted(f"{name} settings" for name in nodes)
    live = ["set live; nothing restarts" in line for line in plan[1][: len(nodes)]]
    assert live == [True] * len(nodes)
    for target in (there, environment):
        assert sorted(provisioned(target)[0]) == sorted(f"{name} settings" for name in nodes)
        assert changed(target) == []
        assert drifted(target) == []
    assert run_ids(environment) == before


def examined(environment: Environment) -> dict[str, Finding]:
    """Return what the doctor says of settings, by setting."""
    found = settings.examine(environment, cluster.look(environment))
    return {each.setting: each for each in found}


def test_the_doctor_judges_what_runs(environment: Environment) -> None:
    before = examined(environment).keys()
    assert "appendonly" not in before
    for node in environment.redis_nodes:
        assert not refused(environment, node, "appendonly", "no")
    found = examined(environment)
    assert found["appendonly"].where == "run time"
    provisioned(environment)
    assert examined(environment).keys() == before


def test_a_value_that_a_server_refuses_leaves_all_as_it_was(environment: Environment) -> None:
    wanted = replace(environment.topology.redis, maxmemory="200mb")
    object.__setattr__(wanted, "maxmemory_policy", "none")  # no inventory may say so
    there = replace(environment, topology=environment.topology.having(wanted))
    refused = r"redis refuses its configuration: .*maxmemory-policy none.* one of"
    with pytest.raises(RedisHaError, match=refused):
        provisioned(there)
    assert changed(environment) == []
    assert drifted(environment) == []


@pytest.mark.parametrize("in_place", [False, True], ids=["switchover", "in-place"])
def test_one_that_needs_a_restart_reaches_the_master_last(
    environment: Environment, in_place: bool
) -> None:
    own = environment.topology.redis
    before, master = run_ids(environment), cluster.look(environment).master
    wanted = replace(own, databases=own.databases + 1 + in_place)
    there = replace(environment, topology=environment.topology.having(wanted))
    assert any("switchover" in line for line in provisioned(there, is_check=True)[1])
    done, told = provisioned(there, in_place=in_place)
    assert [line for line in done if line.endswith(" redis")][-1] == f"{master} redis"
    assert {*before.values()} & {*run_ids(environment).values()} == set()
    after = settling.wait_healthy(environment)
    assert (after.master == master) is in_place
    assert any("is restarted as a replica" in line for line in told) is not in_place
    provisioned(environment, in_place=True)


def test_a_switchover_writes_down_nothing_but_the_new_roles(environment: Environment) -> None:
    for node in environment.redis_nodes:
        assert not refused(environment, node, "maxmemory", "100mb")
        assert not refused(environment, node, "appendfsync", "always")
    expected = sorted(
        f"{node.name} {name}"
        for node in environment.redis_nodes
        for name in ("appendfsync", "maxmemory")
    )
    switchover.run(environment)
    assert sorted(changed(environment)) == expected
    assert drifted(environment) == [node.name for node in environment.redis_nodes]
    assert [file.differences for file in servers(environment) if file.differences] == []
    provisioned(environment)
    assert drifted(environment) == []
