"""The proxy's configuration: whom it believes, how long it waits, and passwords of every kind."""

import os
import re
from pathlib import Path

import pytest

from redis_ha import inventory, tool
from redis_ha.inventory import Inventory
from redis_ha.nodes.environment import Environment
from redis_ha.provision import configuration, proxy
from redis_ha.render import PROJECT
from redis_ha.roles.proxy import CONFIG, ROLE
from redis_ha.secrets import MASK, Secrets
from redis_ha.services.proxy import grace_s, majority
from tests.unit import builders
from tests.unit.builders import changed

GOLDEN = PROJECT / "tests/golden"
ROOT = Path("/srv/state")


def machines(topology: Inventory) -> Environment:
    hosts = [builders.ssh_host(spec) for spec in topology.nodes]
    return builders.environment(hosts, topology, ROOT)


def rendered(environment: Environment) -> str:
    node = environment.node("web1")
    place = configuration.place_of(environment, node, "redis1")
    knows = place.and_knows(proxy.variables(environment, node, {}))
    (config,) = [each for each in configuration.files_of(knows, [ROLE]) if each.path == CONFIG]
    return configuration.rendered(knows, config)


CASES = {
    "local-web1-haproxy.cfg": builders.folders(ROOT),
    "machine-web1-haproxy.cfg": machines(inventory.load("default")),
    "machine-two-nodes-web1-haproxy.cfg": machines(inventory.load("two-nodes")),
}


@pytest.mark.parametrize("name", CASES)
def test_the_file_is_rendered_as_its_golden_copy(name: str) -> None:
    text, golden = rendered(CASES[name]), GOLDEN / name
    if os.environ.get("GOLDEN") == "write":
        golden.write_text(text)
    assert text == golden.read_text()


def test_every_golden_copy_is_of_a_case() -> None:
    assert {path.name for path in GOLDEN.glob("*.cfg")} == set(CASES)


@pytest.mark.parametrize(
    "password",
    ["pass word", "\"quoted\" 'twice'", "$HOME ${x}", "back\\slash\\n", "#no comment", "Zoë\u20ac"],
)
def test_a_password_of_any_letters_arrives_as_it_is_and_is_masked(password: str) -> None:
    environment = machines(inventory.load("default"))
    environment.__dict__["secrets"] = secrets = Secrets(
        {"redis": password, "sentinel": f"{password}!"}
    )
    text = rendered(environment)
    assert password not in text
    sent = {bytes.fromhex(each) for each in re.findall(r"send-binary ([0-9a-f]+) # AUTH", text)}
    assert sent == {_auth(password), _auth(f"{password}!")}
    masked = secrets.masked(text)
    assert password.encode().hex() not in masked
    assert MASK in masked


def _auth(password: str) -> bytes:
    word = password.encode()
    return b"*2\r\n$4\r\nAUTH\r\n$%d\r\n%s\r\n" % (len(word), word)


SAID = "role:master\r\nconnected_slaves:2\r\nmin_slaves_good_slaves:{}\r\nslave0:ip=10.0.0.2\r\n"


@pytest.mark.parametrize(
    ("replicas", "good", "is_master"),
    [(1, 0, False), (1, 1, True), (1, 10, True), (2, 1, False), (2, 2, True), (12, 11, False)],
)
def test_a_master_needs_the_replicas_that_writes_need(
    replicas: int, good: int, is_master: bool
) -> None:
    found = re.search(proxy.takes_writes(replicas), SAID.format(good))
    assert bool(found) is is_master


def test_without_such_a_need_its_role_is_enough_and_a_replica_is_never_master() -> None:
    assert re.search(proxy.takes_writes(0), "# Replication\r\nrole:master\r\nconnected_slaves:0")
    for replicas in (0, 1):
        assert not re.search(
            proxy.takes_writes(replicas), SAID.format(2).replace("master", "slave")
        )


def test_the_grace_follows_the_recovery_and_has_an_end() -> None:
    default = inventory.load("default")
    assert 6.0 <= grace_s(default) <= 8.5
    slow = changed(default, sentinel=changed(default.sentinel, down_after_ms=4000))
    assert grace_s(slow) == pytest.approx(grace_s(default) + 1.5 * 2, abs=0.25)
    never = changed(default, sentinel=changed(default.sentinel, down_after_ms=60_000))
    assert grace_s(never) == 15.0


@pytest.mark.parametrize(("name", "needed"), [("default", 2), ("two-nodes", 3)])
def test_a_majority_is_of_all_sentinels_whatever_the_quorum(name: str, needed: int) -> None:
    topology = inventory.load(name)
    lower = changed(topology, sentinel=changed(topology.sentinel, quorum=1))
    assert majority(topology) == majority(lower) == needed


def test_processes_need_the_program_and_machines_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(tool, "OF_SYSTEM", ())
    local, machine = CASES["local-web1-haproxy.cfg"], CASES["machine-web1-haproxy.cfg"]
    assert "apt-get install haproxy" in str(proxy.obstacle(local))
    assert proxy.obstacle(machine) is None
