"""Rendered files against tests/golden/; `GOLDEN=write pytest tests/unit/provision` renews them."""

import os
import re
from pathlib import Path

import pytest

from redis_ha import inventory
from redis_ha.nodes.environment import Environment
from redis_ha.provision import configuration
from redis_ha.provision.configuration import File
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
    texts = configuration.rendered(environment, environment.node(name), "redis1")
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
        assert tuple(configuration.rendered(environment, node, "redis2")) == node.spec.processes


def test_whoever_is_master_replicates_from_nobody() -> None:
    environment = local("default")
    for name in builders.NAMES:
        text = configuration.rendered(environment, environment.node(name), "redis2")["redis"]
        assert ("\nreplicaof 127.0.0.12 6379\n" in text) is (name != "redis2")


def test_files_are_compared_with_what_the_node_holds(tmp_path: Path) -> None:
    environment = builders.folders(tmp_path)
    builders.make_folders(environment)
    node = environment.node("redis2")
    wanted = configuration.rendered(environment, node, "redis1")
    Path(node.path("/etc/redis/redis.conf")).write_text(
        wanted["redis"].replace("databases 16", "databases 8")
    )
    redis, sentinel = configuration.read(environment, node, "redis1")
    assert (redis.process, redis.path) == ("redis", "/etc/redis/redis.conf")
    assert [str(each) for each in redis.differences] == ["databases: 8 instead of 16"]
    assert redis.text == wanted["redis"]
    assert (sentinel.path, sentinel.current) == ("/etc/redis/sentinel.conf", None)


def test_a_new_sentinel_is_told_its_name_and_the_replicas_and_redis_nothing(tmp_path: Path) -> None:
    environment = builders.folders(tmp_path)
    redis, sentinel = configuration.read(environment, environment.node("redis2"), "redis2")
    assert redis.text == redis.wanted
    myid, known = sentinel.text.removeprefix(sentinel.wanted).split("\n", 1)
    assert re.fullmatch(r"sentinel myid [0-9a-f]{40}", myid)
    assert known == (
        "sentinel known-replica mymaster 127.0.0.11 6379\n"
        "sentinel known-replica mymaster 127.0.0.13 6379\n"
    )


def test_every_sentinel_has_a_name_of_its_own_that_stays_the_same() -> None:
    def names() -> list[str]:
        environment = machines("two-nodes")
        nodes = [environment.node(name) for name in ("redis1", "redis2")]
        processes = [(node, name) for node in nodes for name in ("sentinel", "sentinel-26380")]
        return [
            configuration._told(environment, node, name, "redis1").splitlines()[0]
            for node, name in processes
        ]

    assert len(set(names())) == 4
    assert names() == names()


def test_an_upload_is_laid_out_as_the_script_expects() -> None:
    file = File("redis", "/etc/redis/redis.conf", "port 1\n", None)
    assert configuration.as_upload([file]) == {"rendered/etc/redis/redis.conf": b"port 1\n"}
