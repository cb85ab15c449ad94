"""Rendered files against tests/golden/; `GOLDEN=write pytest tests/unit/provision` renews them."""

import os
import re
from pathlib import Path

import pytest

from redis_ha import inventory, roles
from redis_ha.nodes.environment import Environment
from redis_ha.provision import configuration
from redis_ha.provision.sentinel import told
from redis_ha.render import PROJECT
from tests.unit import builders

GOLDEN = PROJECT / "tests/golden"
ROOT = Path("/srv/state")


def machines(name: str) -> Environment:
    topology = inventory.load(name)
    hosts = [builders.ssh_host(spec) for spec in topology.nodes]
    return builders.environment(hosts, topology, ROOT)


def local(name: str) -> Environment:
    return builders.folders(ROOT, inventory.load(name))


def rendered(environment: Environment, name: str, master: str) -> dict[str, str]:
    place = configuration.place_of(environment, environment.node(name), master)
    return configuration.of_servers(place)


CASES = [
    ("local", local("default"), "redis1", "redis"),
    ("local", local("default"), "redis2", "redis"),
    ("local", local("default"), "redis1", "sentinel"),
    ("machine", machines("default"), "redis1", "redis"),
    ("machine", machines("default"), "redis2", "redis"),
    ("machine", machines("default"), "redis2", "sentinel"),
    ("machine-two-nodes", machines("two-nodes"), "redis1", "redis"),
    ("machine-two-nodes", machines("two-nodes"), "redis2", "sentinel-26380"),
]


@pytest.mark.parametrize(
    ("kind", "environment", "name", "process"),
    [pytest.param(*case, id=f"{case[0]}-{case[2]}-{case[3]}") for case in CASES],
)
def test_a_file_is_rendered_as_its_golden_copy(
    kind: str, environment: Environment, name: str, process: str
) -> None:
    texts = rendered(environment, name, "redis1")
    golden = GOLDEN / f"{kind}-{name}-{process}.conf"
    if os.environ.get("GOLDEN") == "write":
        golden.write_text(texts[process])
    assert texts[process] == golden.read_text()


def test_every_golden_copy_is_of_a_case() -> None:
    names = {f"{kind}-{name}-{process}.conf" for kind, _, name, process in CASES}
    assert {path.name for path in GOLDEN.glob("*.conf")} == names


def test_every_process_of_a_node_has_a_file() -> None:
    environment = machines("two-nodes")
    for node in environment.nodes.values():
        assert tuple(rendered(environment, node.name, "redis2")) == node.servers.names


def test_whoever_is_master_replicates_from_nobody() -> None:
    environment = local("default")
    for name in builders.NAMES:
        text = rendered(environment, name, "redis2")["redis"]
        assert ("\nreplicaof 127.0.0.12 6379\n" in text) is (name != "redis2")


def test_files_are_compared_with_what_the_node_holds(tmp_path: Path) -> None:
    environment = builders.folders(tmp_path)
    builders.make_folders(environment)
    node = environment.node("redis2")
    wanted = rendered(environment, "redis2", "redis1")
    Path(node.path("/etc/redis/redis.conf")).write_text(
        wanted["redis"].replace("databases 16", "databases 8")
    )
    redis, sentinel = configuration.read(environment, node, "redis1")
    assert (redis.noting, redis.path) == (("redis",), "/etc/redis/redis.conf")
    assert redis.differences == ["databases: 8 instead of 16"]
    assert redis.text == redis.due == wanted["redis"]
    assert (sentinel.path, sentinel.current) == ("/etc/redis/sentinel.conf", None)
    assert sentinel.differences == ["the file is missing"]


def test_a_plain_file_is_compared_line_by_line(tmp_path: Path) -> None:
    environment = builders.folders(tmp_path)
    node = environment.node("redis1")
    (before,) = configuration.read(environment, node, "redis1", [roles.registry()["commander"]])
    path = Path(node.path(before.path))
    path.parent.mkdir(parents=True)
    path.write_text(before.text)
    (same,) = configuration.read(environment, node, "redis1", [roles.registry()["commander"]])
    assert (same.differs, same.differences) == (False, [])
    path.write_text(same.text.replace('"noSave": true', '"noSave": false'))
    (other,) = configuration.read(environment, node, "redis1", [roles.registry()["commander"]])
    assert other.differs
    assert other.differences[-2:] == ['-  "noSave": false,', '+  "noSave": true,']


def test_machines_have_the_files_that_folders_do_without() -> None:
    environment = machines("default")
    node = environment.node("redis1")
    place = configuration.place_of(environment, node, "redis1")
    paths = {each.path for each in configuration.files_of(place, roles.of(node.spec))}
    assert paths >= {
        "/usr/local/lib/redis-ha/mend-aof.sh",
        "/etc/systemd/system/redis.service.d/10-redis-ha.conf",
        "/etc/redis-commander/firewall.nft",
        "/etc/systemd/system/redis-commander.service",
    }
    folder = local("default")
    own = configuration.place_of(folder, folder.node("redis1"), "redis1")
    assert {each.path for each in configuration.files_of(own, roles.of(node.spec))} == {
        "/etc/redis/redis.conf",
        "/etc/redis/sentinel.conf",
        "/etc/redis-commander/local-development.json",
    }


def test_a_new_sentinel_is_told_its_name_and_the_replicas_and_redis_nothing(tmp_path: Path) -> None:
    environment = builders.folders(tmp_path)
    redis, sentinel = configuration.read(environment, environment.node("redis2"), "redis2")
    assert redis.due == redis.text
    myid, known = sentinel.due.removeprefix(sentinel.text).split("\n", 1)
    assert re.fullmatch(r"sentinel myid [0-9a-f]{40}", myid)
    assert known == (
        "sentinel known-replica mymaster 127.0.0.11 6379\n"
        "sentinel known-replica mymaster 127.0.0.13 6379\n"
    )


def test_every_sentinel_has_a_name_of_its_own_that_stays_the_same() -> None:
    def names() -> list[str]:
        environment = machines("two-nodes")
        return [
            told(environment, node, process, "redis1").splitlines()[0]
            for node in environment.sentinel_nodes
            for process in node.processes.of("sentinel")
        ]

    assert len(set(names())) == 4
    assert names() == names()


def test_what_an_inventory_plans_is_known_before_there_is_a_node() -> None:
    planned = configuration.planned(inventory.load("two-nodes"))
    assert {name: tuple(texts) for name, texts in planned.items()} == {
        "redis1": ("redis", "sentinel", "sentinel-26380"),
        "redis2": ("redis", "sentinel", "sentinel-26380"),
        "web1": (),
    }
    assert "replicaof 198.18.0.31 6379" in planned["redis2"]["redis"]
