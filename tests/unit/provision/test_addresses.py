"""Files of nodes with IPv6 addresses or names: no provider has such nodes, templates are ready."""

import json
import re
from pathlib import Path

import pytest

from redis_ha import inventory, proc, tool
from redis_ha.nodes.environment import Environment
from redis_ha.providers import Host, Ssh
from redis_ha.provision import configuration
from redis_ha.provision.sentinel import told
from redis_ha.render import PROJECT
from redis_ha.services import directives, merging
from tests.unit import builders

GOLDEN = PROJECT / "tests" / "golden"


@pytest.fixture
def environment() -> Environment:
    topology = inventory.load("default")
    hosts = [
        Host(spec, address, Ssh(address, "ops", Path("/nokey"), Path("/noknown")))
        for spec in topology.nodes
        for address in [f"fd00:213::{spec.host}"]
    ]
    return builders.environment(hosts, topology, Path("/srv/state"))


def rendered(environment: Environment, name: str) -> dict[str, str]:
    place = configuration.place_of(environment, environment.node(name), "redis1")
    return configuration.of_servers(place)


@pytest.mark.parametrize(
    ("name", "process"), [("redis1", "redis"), ("redis2", "redis"), ("redis2", "sentinel")]
)
def test_a_file_differs_in_nothing_but_the_addresses(
    environment: Environment, name: str, process: str
) -> None:
    texts = rendered(environment, name)
    golden = (GOLDEN / f"machine-{name}-{process}.conf").read_text()
    assert texts[process] == golden.replace("10.213.7.", "fd00:213::")
    assert "fd00:213::" in texts[process]


def of_all_roles(folder: Path, form: str, name: str) -> dict[str, str]:
    """Return the files of a node, by their names, where all nodes have addresses of a form."""
    topology = inventory.load("site")
    hosts = [builders.folder_host(spec, folder, form.format(spec.host)) for spec in topology.nodes]
    built = builders.environment(hosts, topology, folder)
    builders.make_folders(built)
    files = configuration.read(built, built.node(name), "redis1")
    return {each.path.rpartition("/")[2]: each.text for each in files}


@pytest.mark.parametrize("form", ["fd00:213::{}", "node{}.example"])
@pytest.mark.parametrize("name", ["redis1", "web1"])
def test_files_of_every_role_take_any_kind_of_address(form: str, name: str, tmp_path: Path) -> None:
    found = of_all_roles(tmp_path, form, name)
    for text in (text for file, text in found.items() if file.endswith(".json")):
        json.loads(text)
    whole = "".join(found.values())
    assert form.format(11) in whole
    assert not re.search(r"fd00:213::\d+:\d", whole), "where does the address end?"


def test_haproxy_takes_its_file_with_them(tmp_path: Path) -> None:
    file = tmp_path / "haproxy.cfg"
    file.write_text(of_all_roles(tmp_path, "fd00:213::{}", "web1")[file.name])
    assert "bind [fd00:213::21]:6379\n" in file.read_text()
    assert "server redis1 [fd00:213::11]:6379 port" in file.read_text()
    assert "check addr [fd00:213::21] inter" in file.read_text()
    if haproxy := tool.located("haproxy"):
        assert proc.run(str(haproxy), "-c", "-f", str(file), check=False).ok


def test_what_servers_are_told_is_whole(environment: Environment) -> None:
    texts = {name: rendered(environment, name) for name in ("redis1", "redis2")}
    assert "\nreplicaof fd00:213::11 6379\n" in texts["redis2"]["redis"]
    assert "\nreplica-announce-ip fd00:213::12\n" in texts["redis2"]["redis"]
    assert "\nsentinel monitor mymaster fd00:213::11 6379 2\n" in texts["redis1"]["sentinel"]
    assert "\nsentinel announce-ip fd00:213::11\n" in texts["redis1"]["sentinel"]


def test_what_a_sentinel_learned_of_them_is_kept(environment: Environment) -> None:
    node = environment.node("redis1")
    text = rendered(environment, "redis1")["sentinel"]
    known = told(environment, node, node.servers.named("sentinel"), "redis1")
    assert "sentinel known-replica mymaster fd00:213::12 6379\n" in known
    learned = f"{text}{known}"
    assert list(directives.differences(text, learned)) == []
    changed = text.replace("parallel-syncs mymaster 1", "parallel-syncs mymaster 2")
    assert "known-replica mymaster fd00:213::12 6379" in merging.merge(changed, learned, "")
