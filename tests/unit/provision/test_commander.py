"""The console's files: valid, closed by default, the same on every run."""

import json
from dataclasses import replace
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import bcrypt
import pytest

from redis_ha import inventory
from redis_ha.errors import NotApplicable
from redis_ha.inventory import Inventory
from redis_ha.nodes.environment import Environment
from redis_ha.provision import commander, configuration
from redis_ha.provision import commander_package as package
from redis_ha.provision.commander import DIGEST, password_hash
from redis_ha.provision.provisioning import provision
from redis_ha.roles.commander import ROLE, SETTINGS, Commander
from tests.unit.builders import SECRETS, changed, folders, make_folders

FIREWALL, UNIT_FILE = ROLE.files[1].path, ROLE.files[2].path
PASSWORD = SECRETS["commander"]


def environment(tmp_path: Path, **changes: Any) -> Environment:
    default = inventory.load("default")
    built = folders(tmp_path, default.having(Commander(**changes)))
    make_folders(built)
    return built


def rendered(tmp_path: Path, **changes: Any) -> dict[str, str]:
    """Return the text of every file that a machine has of it."""
    built = environment(tmp_path, **changes)
    node = built.node("redis1")
    place = replace(configuration.place_of(built, node, "redis1"), is_machine=True)
    place = place.and_knows(commander.variables(built, node, {}))
    return {
        each.path: configuration.rendered(place, each)
        for each in configuration.files_of(place, [ROLE])
    }


def settings(tmp_path: Path, **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(rendered(tmp_path, **changes)[SETTINGS])
    return found


def test_by_default_it_is_closed(tmp_path: Path) -> None:
    found = settings(tmp_path)
    assert found["redis"]["readOnly"] is True
    assert found["noSave"] is True
    assert found["server"]["address"] == "127.0.0.11"
    assert found["server"]["trustProxy"] is False
    login = found["server"]["httpAuth"]
    assert login["username"] == "operator"
    assert "password" not in login
    assert bcrypt.checkpw(PASSWORD.encode(), login["passwordHash"].encode())


def test_it_goes_through_all_sentinels_to_every_database_in_use(tmp_path: Path) -> None:
    found = settings(tmp_path, databases=(0, 3))["connections"]
    assert [each["dbIndex"] for each in found] == [0, 3]
    for each in found:
        assert each["sentinels"] == [
            {"host": f"127.0.0.{number}", "port": 26379} for number in (11, 12, 13)
        ]
        assert each["sentinelName"] == "mymaster"
        assert "host" not in each


def test_what_the_inventory_opens_is_open(tmp_path: Path) -> None:
    proxies = (IPv4Network("192.0.2.0/24"), IPv4Network("198.51.100.7/32"))
    found = settings(
        tmp_path, listen="all", read_only=False, url_prefix="/redis", trusted_proxies=proxies
    )
    assert found["redis"]["readOnly"] is False
    assert found["server"]["address"] == "0.0.0.0"
    assert found["server"]["urlPrefix"] == "/redis"
    assert found["server"]["trustProxy"] == "192.0.2.0/24,198.51.100.7/32"


def test_the_firewall_lets_in_the_node_itself_and_who_is_named(tmp_path: Path) -> None:
    closed = rendered(tmp_path)[FIREWALL]
    assert "iif lo tcp dport 8081 accept" in closed
    assert "saddr" not in closed
    allowed = rendered(tmp_path, allow_from=(IPv4Network("192.0.2.0/24"),), port=9000)[FIREWALL]
    lines = [line.strip() for line in allowed.splitlines()]
    assert "ip saddr { 192.0.2.0/24 } tcp dport 9000 accept" in lines
    assert lines.index("tcp dport 9000 drop") > lines.index(
        "ip saddr { 192.0.2.0/24 } tcp dport 9000 accept"
    )


def test_the_unit_holds_no_secret_and_no_root(tmp_path: Path) -> None:
    unit = rendered(tmp_path)[UNIT_FILE]
    assert SECRETS.masked(unit) == unit
    assert "User=redis-commander" in unit
    assert "Restart=on-failure" in unit


def test_the_same_password_has_the_same_hash_on_the_next_run(tmp_path: Path) -> None:
    held = rendered(tmp_path)[SETTINGS]
    assert password_hash(PASSWORD, held) in held


@pytest.mark.parametrize(
    "held",
    [None, "", "{", "[]", '{"server": {}}', '{"server": {"httpAuth": {"passwordHash": "x"}}}'],
)
def test_a_hash_that_is_none_is_made_anew(held: str | None) -> None:
    made = password_hash("a password", held)
    assert bcrypt.checkpw(b"a password", made.encode())


def test_the_hash_of_another_password_is_made_anew() -> None:
    old = password_hash("before", None)
    held = json.dumps({"server": {"httpAuth": {"passwordHash": old}}})
    assert password_hash("before", held) == old
    assert bcrypt.checkpw(b"after", password_hash("after", held).encode())


def without_role(topology: Inventory) -> Inventory:
    nodes = tuple(
        changed(node, roles=tuple(role for role in node.roles if role != "commander"))
        for node in topology.nodes
    )
    return changed(topology, nodes=nodes)


def test_an_inventory_without_the_role_is_refused(tmp_path: Path) -> None:
    built = folders(tmp_path, without_role(inventory.load("default")))
    with pytest.raises(NotApplicable, match="no node of `default` has the role commander"):
        provision(built, [ROLE], lambda step: None)


def test_a_folder_needs_a_nodejs_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotApplicable, match=r"Node\.js is not installed on this machine"):
        provision(environment(tmp_path), [ROLE], lambda step: None)


def test_the_package_goes_to_nodes_that_have_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = environment(tmp_path)
    node = built.node("redis1")
    tarball = tmp_path / "package.tgz"
    tarball.write_bytes(b"packed")
    made = package.Package(tarball, "0.9.0", package.digest(), True)
    monkeypatch.setattr(package, "ensure", lambda tell: made)

    def sent(*, is_check: bool = False) -> set[str]:
        return set(commander.payloads(built, [node], print, is_check=is_check)["redis1"])

    assert sent() == {"digest", "package.tgz"}
    assert sent(is_check=True) == {"digest"}
    held = Path(node.path(DIGEST))
    held.parent.mkdir(parents=True)
    held.write_text(f"{package.digest()}\n")
    assert sent() == {"digest"}
