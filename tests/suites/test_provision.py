"""Provisioning converges: once is enough, again changes nothing, and a failover is respected."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from redis_ha import report
from redis_ha.errors import NotStarted, RedisHaError, Unreachable
from redis_ha.faults import heal
from redis_ha.nodes import Node, systemd
from redis_ha.nodes.environment import Environment
from redis_ha.providers import supervisor
from redis_ha.provision import configuration, drift, provisioning, selection
from redis_ha.provision.steps import Step
from redis_ha.services import cluster, directives, settling, stopped
from redis_ha.services.client import ask, redis_of
from redis_ha.suites import failover, reset_master
from redis_ha.suites.plan import Plan
from tests.alike import addressed, elsewhere

pytestmark = pytest.mark.usefixtures("quick_sentinels")

Work = Callable[[Environment, Node], None]


def provisioned(environment: Environment) -> list[Step]:
    steps: list[Step] = []
    provisioning.provision(environment, selection.possible(environment), steps.append)
    return steps


def changed(steps: list[Step]) -> list[Step]:
    return [step for step in steps if step.result != "ok"]


def sentinel_id(node: Node) -> object:
    return directives.parse(str(configuration.held(node)["sentinel"]))["sentinel", "myid"]


def test_a_second_run_changes_nothing(environment: Environment) -> None:
    provisioned(environment)
    steps = provisioned(environment)
    assert len(steps) >= 6 * len(environment.redis_nodes)
    assert changed(steps) == []


OTHERS = {"docker": "vagrant", "vagrant": "docker", "local": "docker"}
OF_FOLDERS = {("bind",), ("dir",)}
"""What is another one where a node is a folder of processes."""


def test_machines_and_containers_differ_in_addresses_only(environment: Environment) -> None:
    other = elsewhere(environment, OTHERS[environment.choice.name])
    master = str(cluster.look(environment).master)
    for node in environment.redis_nodes:
        held = configuration.held(node)
        place = configuration.place_of(other, other.node(node.name), master)
        for process, text in configuration.of_servers(place).items():
            moved = addressed(text, other, environment)
            found = directives.differences(moved, str(held[process]))
            assert {each.key for each in found} == (set() if node.is_machine else OF_FOLDERS)


@pytest.mark.timeout(300)
def test_a_failover_is_respected(environment: Environment) -> None:
    identities = {node.name: sentinel_id(node) for node in environment.sentinel_nodes}
    (done,) = failover.run(environment, Plan("kill", report.HISTORIES)).rounds
    assert changed(provisioned(environment)) == []
    after = cluster.look(environment)
    assert after.master == done.new_master != done.old_master
    assert {node.name: sentinel_id(node) for node in environment.sentinel_nodes} == identities


def test_drift_is_found_and_mended_on_its_node_alone(environment: Environment) -> None:
    replica = environment.node(cluster.look(environment).replicas[0].name)
    file = replica.path("/etc/redis/redis.conf")
    replica.run("sed", "-i", "$ a databases 32", file, sudo=True)
    report = drift.examine(environment)
    assert report.drifted == [replica.name]
    mended = changed(provisioned(environment))
    assert {step.node for step in mended} == {replica.name}
    assert {step.step for step in mended} == {"settings"}, "the server had the right one all along"
    assert drift.examine(environment).drifted == []
    assert settling.wait_healthy(environment).master


def test_no_secret_is_world_readable(environment: Environment) -> None:
    for node in environment.redis_nodes:
        for process in node.servers:
            path = node.path(process.config)
            mode = node.run("stat", "-c", "%a", path, sudo=True).stdout.strip()
            assert mode in ("600", "640"), f"{node.name}: {path} has the mode {mode}"


@pytest.mark.timeout(300)
def test_the_preferred_node_becomes_master_again(environment: Environment) -> None:
    reset_master.run(environment)
    preferred = environment.topology.first_master.name
    assert settling.wait_settled(environment).master == preferred
    assert reset_master.run(environment) == f"{preferred} is master already"


def test_a_node_starts_with_what_a_loss_of_power_left_of_its_file(environment: Environment) -> None:
    node = environment.node(cluster.look(environment).replicas[0].name)
    folder = node.path("/var/lib/redis/appendonlydir")
    node.units.hold("redis")
    node.units.kill("redis")
    files = node.run("find", folder, "-name", "*.incr.aof", sudo=True).stdout.split()
    newest = max(files, key=lambda file: int(file.split(".")[-3]))
    node.run("truncate", "-s", "+4096", newest, sudo=True)
    node.units.start("redis")
    assert settling.wait_healthy(environment).master


def stopped_with(environment: Environment, damage: str) -> Node:
    """Stop a replica's Redis and damage its newest file of a kind; `FILE` stands for that."""
    node = environment.node(settling.wait_healthy(environment).replicas[0].name)
    folder = node.path("/var/lib/redis/appendonlydir")
    node.units.hold("redis")
    node.units.kill("redis")
    kind = "base.rdb" if "base" in damage else "incr.aof"
    newest = f"$(ls -t '{folder}'/*.{kind} | head -n 1)"
    node.run("bash", "-c", damage.replace("FILE", f'"{newest}"'), sudo=True)
    return node


def restarted(_: Environment, node: Node) -> None:
    node.units.restart("redis")


def brought_up(environment: Environment, _: Node) -> None:
    provisioned(environment)


def healed(environment: Environment, _: Node) -> None:
    heal.run(environment, print)


DAMAGES = {
    "append-only file": (
        "printf 'GARBAGE\\r\\n%.0s' {1..100} >>FILE",
        "Bad file format reading the append only file",
        "--fix",
        (brought_up, restarted),
    ),
    "snapshot": ("truncate -s 60 FILE # base", "n RDB reading", "rm -r", (healed,)),
}
"""How it is done, what the server says, what mends it, and who tells."""


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("damage", "words", "mend", "works"), DAMAGES.values(), ids=DAMAGES)
def test_damaged_data_is_told_in_the_servers_words_with_what_mends_it(
    environment: Environment, damage: str, words: str, mend: str, works: tuple[Work, ...]
) -> None:
    node = stopped_with(environment, damage)
    with pytest.raises(NotStarted, match=f"^{node.name}: redis does not run, .*{words}") as caught:
        node.units.start("redis")
    said = str(caught.value)
    assert stopped.reasons(environment, cluster.look(environment)) == [said]
    for work in works:
        with pytest.raises(RedisHaError, match=re.escape(said)):
            work(environment, node)
    command = next(each for each in said.split("`")[1::2] if mend in each)
    node.run("bash", "-c", f"yes | {command}")
    provisioned(environment)
    assert settling.wait_healthy(environment).master != node.name


SOON_S = 3
WRITES_AND_DOES_NOT_END = "redis.call('SET', KEYS[1], '', 'EX', 600) while true do end"


@pytest.fixture
def stops_soon(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give every Redis a few seconds to stop in place of 30."""
    monkeypatch.setattr(supervisor, "STOPS_S", SOON_S)
    monkeypatch.setattr(systemd, "STOPS_S", SOON_S)
    machines = [node for node in environment.redis_nodes if node.is_machine]
    write = f'mkdir -p "$1" && printf "[Service]\nTimeoutStopSec={SOON_S}\n" >"$1/99-soon.conf"'

    def on_each(script: str) -> None:
        for node in machines:
            folder = f"/run/systemd/system/{node.processes.named('redis').unit}.d"
            node.run("sh", "-c", f"{script} && systemctl daemon-reload", "sh", folder, sudo=True)

    on_each(write)
    yield
    on_each('rm "$1/99-soon.conf"')


@pytest.mark.usefixtures("stops_soon")
@pytest.mark.timeout(300)
def test_a_server_that_is_busy_is_killed_when_its_time_is_over(environment: Environment) -> None:
    node = environment.node(str(settling.wait_healthy(environment).master))
    with suppress(Unreachable), redis_of(environment, node) as client:
        ask(client, "EVAL", WRITES_AND_DOES_NOT_END, "1", "redis-ha:busy")
    assert node.units.restart("redis")
    settling.wait_healthy(environment)
    assert not node.units.restart("redis")
    settling.wait_healthy(environment)


@contextmanager
def closed(node: Node, path: str) -> Iterator[str]:
    """Have a folder of a node take no files; yield the words for that."""
    folder = node.path(path)
    if node.is_machine or os.geteuid() == 0:
        node.run("mount", "--bind", folder, folder, sudo=True)
        node.run("mount", "-o", "remount,bind,ro", folder, sudo=True)
        undo, words = ["umount", folder], "Read-only file system"
    else:
        node.run("chmod", "500", folder)
        undo, words = ["chmod", "700", folder], "Permission denied"
    try:
        yield f"{node.name}: .*cannot write {folder}.*: {words}"
    finally:
        node.run(*undo, sudo=True)


@pytest.mark.parametrize("path", ["/etc/redis", "/tmp"])
def test_a_folder_that_takes_no_files_is_named_with_the_reason(
    environment: Environment, path: str
) -> None:
    node = environment.node(settling.wait_healthy(environment).replicas[0].name)
    node.run("sed", "-i", "$ a databases 32", node.path("/etc/redis/redis.conf"), sudo=True)
    node.units.restart("redis")  # it has it now, and takes another one with a restart alone
    settling.wait_healthy(environment)
    with closed(node, path) as words, pytest.raises(RedisHaError, match=words):
        provisioned(environment)
    mended = {step.step for step in changed(provisioned(environment)) if step.node == node.name}
    assert mended >= {"redis.conf", "redis"}
    settling.wait_healthy(environment)
