import re
import tomllib
from pathlib import Path

import pytest

from redis_ha import inventory
from redis_ha.errors import InventoryError
from redis_ha.inventory import INVENTORIES
from redis_ha.roles.commander import Commander
from tests.unit.inventory.files import FINE, written


def refusal(folder: Path, text: str) -> str:
    """Return what the refusal says after the file's path."""
    path = written(folder, text)
    with pytest.raises(InventoryError) as caught:
        inventory.load(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message.removeprefix(f"{path}: ")


@pytest.mark.parametrize("path", sorted(INVENTORIES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_inventory_of_the_project_loads(path: Path) -> None:
    assert inventory.load(str(path)).name == path.name.split(".")[0]


def test_the_default_is_the_environment_of_the_design() -> None:
    default = inventory.load("default")
    nodes = {node.name: (node.priority, node.sentinels) for node in default.redis_nodes}
    assert nodes == {"redis1": (50, (26379,)), "redis2": (75, (26379,)), "redis3": (100, (26379,))}
    assert (default.sentinel.quorum, default.sentinel.master_name) == (2, "mymaster")
    assert default.table(Commander).port == 8081
    assert default.node("redis1").roles == ("redis", "commander")
    assert default.node("web1").roles == ("proxy", "web")


def test_the_case_that_all_others_break_is_fine(tmp_path: Path) -> None:
    loaded = inventory.load(written(tmp_path, FINE))
    assert loaded.name == "mine"


REDIS_KEYS = (
    "databases, directives, maxmemory, maxmemory_policy, min_replicas_max_lag, "
    "min_replicas_to_write, port, purposes"
)
TOP_KEYS = (
    "client, commander, docker, extends, local, nodes, proxy, redis, sentinel, typo3, vagrant, "
    "web, without"
)
BROKEN = {
    "unknown table": (
        ("[redis]", "[colours]\nred = 1\n[redis]"),
        f"colours: unknown key; allowed are {TOP_KEYS}",
    ),
    "name at the top": (
        ("[redis]", 'name = "other"\n[redis]'),
        f"name: unknown key; allowed are {TOP_KEYS}",
    ),
    "unknown key of a table": (
        ("[redis]", "[redis]\ncolour = 1"),
        f"redis.colour: unknown key; allowed are {REDIS_KEYS}",
    ),
    "unknown key of a node": (
        ("host = 12", "host = 12\nport = 1"),
        "nodes[1].port: unknown key; allowed are host, memory_mb, name, priority, roles, sentinels",
    ),
    "missing key": (("host = 12", ""), "nodes[1].host: is required"),
    "text instead of a number": (
        ("quorum = 2", 'quorum = "2"'),
        "sentinel.quorum: input should be a valid integer, not `2`",
    ),
    "truth instead of a number": (
        ("quorum = 2", "quorum = true"),
        "sentinel.quorum: input should be a valid integer, not `True`",
    ),
    "priority too high": (
        ("priority = 75", "priority = 1001"),
        "nodes[1].priority: input should be less than or equal to 1000, not `1001`",
    ),
    "priority below 0": (
        ("priority = 75", "priority = -1"),
        "nodes[1].priority: input should be greater than or equal to 0, not `-1`",
    ),
    "unknown role": (
        ('roles = ["redis"]\npriority = 75', 'roles = ["db"]'),
        "nodes[1].roles[0]: input should be 'redis', 'commander', 'proxy', 'web' or 'typo3', "
        "not `db`",
    ),
    "name that is no host name": (
        ('"redis2"', '"Redis_2"'),
        "nodes[1].name: takes small letters, digits, `-`, a letter first, no `-` last, "
        "31 characters at most, not `Redis_2`",
    ),
    "same name": (
        ('"redis2"', '"redis1"'),
        "nodes.name: `redis1` is used 2 times, every node needs its own",
    ),
    "same host number": (
        ("host = 12", "host = 11"),
        "nodes.host: `11` is used 2 times, every node needs its own",
    ),
    "quorum above the number of Sentinels": (
        ("quorum = 2", "quorum = 3"),
        "sentinel.quorum: at most 2 (the number of Sentinels)",
    ),
    "more replicas asked for than there are": (
        ("to_write = 1", "to_write = 2"),
        "redis.min_replicas_to_write: at most 1 (the number of replicas)",
    ),
    "no node that may be master": (
        (r"priority = \d+", "priority = 0"),
        "nodes: at least one with the role redis needs a priority above 0",
    ),
    "no node with Redis": (
        (r'\["redis"\]', '["web"]'),
        "nodes: at least one with the role redis needs a priority above 0",
    ),
}


@pytest.mark.parametrize(("edit", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_inventory_is_refused_with_key_and_what_is_allowed(
    edit: tuple[str, str], message: str, tmp_path: Path
) -> None:
    old, new = edit
    pattern = old if "\\" in old else re.escape(old)
    text = re.sub(pattern, new, FINE)
    assert text != FINE
    tomllib.loads(text)  # it is TOML: the refusal is about what it says
    assert refusal(tmp_path, text) == message


ROUGHLY = {
    "no nodes": ("[redis]\n", ["nodes: is required"]),
    "empty nodes": ("nodes = []\n", ["nodes: ", "at least 1"]),
    "nodes that are no list": ("nodes = 3\n", ["nodes: ", "`3`"]),
    "nodes by name": (
        '[nodes.redis1]\nname = "redis1"\nhost = 11\nroles = ["redis"]\n',
        ["nodes: ", "{'redis1': "],
    ),
    "nodes that are no tables": ('nodes = ["redis1"]\n', ["nodes: ", "`['redis1']`"]),
    "table that is none": (f"redis = 3\n{FINE.replace('[redis]', '[local]')}", ["redis: ", "`3`"]),
    "bad subnet": (f'{FINE}\n[docker]\nsubnet = "10.0.0.0/99"\n', ["docker.subnet: ", "/99"]),
    "subnet with host bits": (f'{FINE}\n[docker]\nsubnet = "10.0.0.1/24"\n', ["docker.subnet: "]),
    "subnet too small for a node": (
        f'{FINE}\n[docker]\nsubnet = "10.0.0.0/29"\n',
        ["docker.subnet", "10.0.0.0/29", "redis1"],
    ),
    "local network too small for a node": (
        f'{FINE}\n[local]\nnetwork = "127.0.0.0/29"\n',
        ["local.network", "127.0.0.0/29", "redis1"],
    ),
    "local network that is not this machine's": (
        f'{FINE}\n[local]\nnetwork = "192.0.2.0/24"\n',
        ["local.network", "127.0.0.0/8"],
    ),
    "the console on the port of Redis": (
        FINE.replace('roles = ["redis"]', 'roles = ["redis", "commander"]', 1)
        + "\n[commander]\nport = 6379\n",
        ["commander.port: redis1 uses port 6379 already"],
    ),
    "the console on the port of a Sentinel": (
        FINE.replace('roles = ["redis"]', 'roles = ["redis", "commander"]', 1)
        + "\n[commander]\nport = 26379\n",
        ["commander.port: redis1 uses port 26379 already"],
    ),
    "a database that Redis does not have": (
        f"{FINE}\n[commander]\ndatabases = [0, 16]\n",
        ["commander.databases: at most 15 (redis.databases), not `16`"],
    ),
    "a database twice": (
        f"{FINE}\n[commander]\ndatabases = [1, 1]\n",
        ["commander.databases: names 1 more than once"],
    ),
    "no database": (f"{FINE}\n[commander]\ndatabases = []\n", ["commander.databases: "]),
    "a place to listen that is none": (
        f'{FINE}\n[commander]\nlisten = "everywhere"\n',
        ["commander.listen: ", "'loopback', 'node' or 'all'"],
    ),
    "a prefix without its slash": (
        f'{FINE}\n[commander]\nurl_prefix = "redis"\n',
        ["commander.url_prefix: "],
    ),
    "the proxy on the port of Redis": (
        FINE.replace('roles = ["redis"]', 'roles = ["redis", "proxy"]', 1),
        ["proxy.port: redis1 uses port 6379 already"],
    ),
    "the proxy's page on its own port": (
        f'{FINE}\n[[nodes]]\nname = "web1"\nhost = 21\nroles = ["proxy"]\n'
        "[proxy]\nstatus_port = 6379\n",
        ["proxy.status_port: web1 uses port 6379 already"],
    ),
    "the proxy's checks on its page": (
        f'{FINE}\n[[nodes]]\nname = "web1"\nhost = 21\nroles = ["proxy"]\n'
        "[proxy]\ncheck_port = 8403\n",
        ["proxy.check_port: web1 uses port 8404 already"],
    ),
    "no room for the proxy's checks": (
        f'{FINE}\n[[nodes]]\nname = "web1"\nhost = 21\nroles = ["proxy"]\n'
        "[proxy]\ncheck_port = 65534\n",
        ["proxy.check_port: needs 3 ports, up to 65535"],
    ),
    "a proxy and no Sentinel to follow": (
        FINE.replace("sentinels = [26379]", "sentinels = []").replace("quorum = 2", "quorum = 1")
        + '\n[[nodes]]\nname = "web1"\nhost = 21\nroles = ["proxy"]\n',
        ["the proxy follows the Sentinels, and there are none"],
    ),
    "two Sentinels on one port": (
        FINE.replace("sentinels = [26379]", "sentinels = [26379, 26379]", 1),
        ["nodes[0].sentinels: names 26379 more than once"],
    ),
    "a Sentinel on the port of Redis": (
        FINE.replace("sentinels = [26379]", "sentinels = [6379]", 1),
        ["nodes.sentinels: redis1 uses port 6379 already"],
    ),
    "a name of two lines": (FINE.replace('"redis2"', '"""a\nb"""'), ["nodes[1].name: "]),
    "no TOML": ("nodes = [", ["not valid TOML: "]),
}


@pytest.mark.parametrize(("text", "parts"), ROUGHLY.values(), ids=ROUGHLY.keys())
def test_an_unusable_inventory_is_refused_in_one_line(
    text: str, parts: list[str], tmp_path: Path
) -> None:
    message = refusal(tmp_path, text)
    assert [part for part in parts if part not in message] == []


def test_every_fault_of_a_file_is_named_at_once(tmp_path: Path) -> None:
    text = FINE.replace("host = 12", "host = 1").replace("quorum = 2", "quorum = 0")
    message = refusal(tmp_path, text)
    assert "sentinel.quorum: " in message
    assert "nodes[1].host: " in message


def test_a_missing_inventory_names_those_there_are() -> None:
    with pytest.raises(
        InventoryError, match=r"nowhere\.toml: no such inventory; there are .*defau"
    ):
        inventory.load("nowhere")


def test_a_folder_is_no_inventory(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(InventoryError, match=r"folder\.toml: Is a directory"):
        inventory.load(str(tmp_path / "folder.toml"))
