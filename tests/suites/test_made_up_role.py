"""A role that the product does not know does all that the product's own do, once it is declared.

Its module, templates and script lie in tests/roles, which REDIS_HA_ROLES names; no file of the
product knows of it.
"""

import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from redis_ha import extras, inventory
from redis_ha.nodes import Node
from redis_ha.nodes.environment import opened
from redis_ha.render import PROJECT
from tests.contract.inv import Inv, Said, run

ROLES = PROJECT / "tests/roles"
INVENTORY = PROJECT / "tests/suites/made-up-role.toml"
PAGE = "/srv/greeter/index.html"


@pytest.fixture(scope="module", autouse=True)
def _known() -> Iterator[None]:
    """Let this process know the role as well: it looks at the node itself."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(extras.VARIABLE, str(ROLES))
        yield


@pytest.fixture(scope="module")
def inv(request: pytest.FixtureRequest, _known: None) -> Iterator[Inv]:
    provider = str(request.config.getoption("--provider"))
    made = Inv(INVENTORY, provider, {extras.VARIABLE: str(ROLES)})
    up = made("up")
    try:
        assert up.status == 0, up.err
        yield made
    finally:
        down = made("down", "--purge")
    assert down.status == 0, down.err


@pytest.fixture
def node(inv: Inv) -> Iterator[Node]:
    with opened(str(INVENTORY), inv.provider) as environment:
        yield environment.node("web1")


def served(node: Node) -> str:
    with urllib.request.urlopen(f"http://{node.address}:8099/", timeout=5) as answer:
        return str(answer.read().decode())


def provisioned(inv: Inv, *words: str) -> dict[str, str]:
    """Provision and return the steps that did not find everything well, by node and step."""
    said = inv("provision", "--json", "-", *words)
    assert said.status == 0, said.err
    return {
        f"{each['node']}: {each['step']}": each["result"]
        for each in said.record
        if each["result"] != "ok"
    }


@pytest.fixture
def spoilt(inv: Inv, node: Node) -> Iterator[str]:
    """Let the node have another page than the inventory says; in the end it has the right one."""
    page = node.path(PAGE)
    node.run("sed", "-i", "s/greets/forgets/", page, sudo=True)
    yield page
    inv("provision.greeter")


def processes(said: Said) -> list[Any]:
    return [(each["node"], each["process"], each["state"]) for each in said.record["processes"]]


def test_up_brings_it_up(inv: Inv, node: Node) -> None:
    assert "web1 greets visitors." in served(node)
    said = inv("status", "--json")
    assert (said.status, processes(said)) == (0, [("web1", "greeter", "running")])
    assert provisioned(inv) == {}


def test_its_files_and_its_log_are_shown(inv: Inv, node: Node) -> None:
    rendered = inv("render", "--node", "web1")
    assert f"# web1: {PAGE}" in rendered.out
    assert "web1 greets visitors." in rendered.out
    assert "greeter.service" in rendered.out or not node.is_machine
    served(node)
    logs = inv("logs.greeter")
    assert (logs.status, "web1" in logs.out) == (0, True)


def test_the_doctor_knows_its_programs(inv: Inv) -> None:
    found = {each["name"]: each["ok"] for each in inv("doctor", "--json").record}
    assert found["python3"]
    assert "greeter" not in found


def test_a_file_that_was_edited_is_found_and_put_back(inv: Inv, node: Node, spoilt: str) -> None:
    diff = inv("diff")
    assert (diff.status, "forgets visitors" in diff.out) == (1, True)
    assert diff.error == "redis-ha: drift on web1; `./inv provision` mends it"
    check = inv("provision", "--check")
    assert "web1: index.html changes; greeter restarts" in check.out
    assert "forgets" in str(node.read(spoilt)[spoilt])
    assert provisioned(inv) == {"web1: index.html": "changed", "web1: greeter": "changed"}
    assert inv("diff").status == 0
    assert "web1 greets visitors." in served(node)


def test_a_unit_that_was_killed_is_named_and_started_alone(inv: Inv, node: Node) -> None:
    node.units.hold("greeter")
    node.units.kill("greeter")
    said = inv("status")
    assert said.status == 1
    assert said.error.endswith("web1: greeter does not run; `./inv provision.greeter` starts it")
    doctor = {each["name"]: each for each in inv("doctor", "--json").record}
    assert doctor["greeter"]["now"] == "stopped on web1"
    assert provisioned(inv, "--check") == {"web1: greeter": "due"}
    assert inv("status").status == 1
    assert provisioned(inv) == {"web1: greeter": "changed"}
    assert inv("status").status == 0


@pytest.mark.usefixtures("spoilt")
def test_its_own_task_provisions_it_alone(inv: Inv) -> None:
    said = inv("provision.greeter", "--json", "-")
    assert {each["node"] for each in said.record} == {"web1"}
    assert [each["step"] for each in said.record if each["result"] == "changed"] == [
        "index.html",
        "greeter",
    ]


def test_its_table_is_one_of_the_inventory(inv: Inv, tmp_path: Path) -> None:
    loaded = inventory.load(str(INVENTORY))
    (table,) = (each for kind, each in loaded.tables.items() if kind.__name__ == "Greeter")
    assert (table.port, table.whom) == (8099, "visitors")
    for old, new, words in (
        ("whom =", "who =", "greeter.who: unknown key (did you mean `whom`?); allowed are port"),
        ('whom = "visitors"', 'whom = "nobody"', "greeter.whom: nobody is no name"),
        ("[greeter]", "[greeter]\nport = 0", "greeter.port: input should be greater"),
    ):
        broken = tmp_path / "broken.toml"
        broken.write_text(INVENTORY.read_text().replace(old, new, 1))
        said = Inv(broken, inv.provider, inv.variables)("status")
        assert (said.status, words in said.error) == (2, True), said.err


def test_its_keys_are_in_the_table_of_keys() -> None:
    said = run("schema", "--keys", **{extras.VARIABLE: str(ROLES)})
    assert "| `greeter.port` | `8099` | 1024–65535 | Where it listens. |" in said.out.splitlines()
    assert "greeter" not in run("schema", "--keys").out


def test_without_its_folder_nobody_knows_it(inv: Inv) -> None:
    said = Inv(INVENTORY, inv.provider)("status")
    assert said.status == 2
    assert "greeter: unknown key" in said.error
    lost = Inv(INVENTORY, inv.provider, {extras.VARIABLE: "/nowhere"})("status")
    assert (lost.status, lost.error) == (2, "redis-ha: REDIS_HA_ROLES: no such folder: /nowhere")
