"""What servers have only in memory outlives every planned restart; what nobody has read stays."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import pytest
import redis

from redis_ha import proc
from redis_ha.errors import RedisHaError
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.provision import configuration
from redis_ha.provision.provisioning import converge
from redis_ha.services import cluster, directives, keeping, restart, settling, switchover
from redis_ha.services.client import ask, asking, redis_of
from tests.suites.setting import asked, drifted, provisioned, run_ids

pytestmark = [pytest.mark.usefixtures("quick_sentinels"), pytest.mark.timeout(600)]

MODULE = Path(__file__).with_name("others.c")
PASSWORD = "a-password-of-others"
RULES = ("on", f">{PASSWORD}", "~app:*", "+@read")
WORDS = "only in memory and is written down"
VALUE = "7"
INCLUDED = "maxclients 777"
UNREAD = "timeout 4242"
"""A line that somebody adds before the restart that is to bring it."""
UNSETTABLE = "always-show-logo yes"
"""The same of a setting that no server takes while it runs."""
Restart = Callable[[Environment, list[str]], None]


def at_once(environment: Environment, told: list[str]) -> None:
    restart.at_once(environment, told.append)


def in_turn(environment: Environment, told: list[str]) -> None:
    restart.in_turn(environment, told.append)


def provided(environment: Environment, told: list[str], *, more: int, in_place: bool) -> None:
    """Change a setting that needs a restart."""
    own = environment.topology.redis
    there = environment.having(replace(own, databases=own.databases + more))
    told += provisioned(there, in_place=in_place)[1]


def in_place(environment: Environment, told: list[str]) -> None:
    provided(environment, told, more=1, in_place=True)


def by_switchover(environment: Environment, told: list[str]) -> None:
    provided(environment, told, more=0, in_place=False)


def down_and_up(environment: Environment, told: list[str]) -> None:
    keeping.before_a_stop(environment, told.append)
    environment.provider.down(purge=False)
    environment.provider.up(print)
    converge(environment, print)


RESTARTS: dict[str, Restart] = {
    "restart": at_once,
    "restart --rolling": in_turn,
    "provision --in-place": in_place,
    "provision": by_switchover,
    "down and up": down_and_up,
}
"""In this order: the second change of `databases` takes the first one back."""
SETTINGS = (
    "maxmemory-samples",
    "acllog-max-len",
    "lfu-log-factor",
    "lfu-decay-time",
    "active-expire-effort",
)
"""Some that no template has."""


@dataclass(frozen=True)
class Place:
    """The node that has a file of users, a module and an included file, and what they are named."""

    node: Node

    @property
    def users(self) -> str:
        return self.node.path("/var/lib/redis/users.acl")

    @property
    def module(self) -> str:
        return self.node.path("/etc/redis/others.so")

    @property
    def included(self) -> str:
        return self.node.path("/etc/redis/others.conf")


@pytest.fixture(scope="module")
def place(environment: Environment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Give a replica a file of users, a module and an included file, and have it read them."""
    node = environment.node(cluster.look(environment).replicas[-1].name)
    made, found = Place(node), tmp_path_factory.mktemp("module") / "others.so"
    words = ("-shared", "-fPIC", "-nostdlib", "-o", str(found), str(MODULE))
    proc.run("cc", *words)
    with node.upload({"others.so": found.read_bytes()}) as folder:
        node.run("install", "-m", "755", f"{folder}/others.so", made.module, sudo=True)
    written(node, made.included, INCLUDED)
    with redis_of(environment, node) as client:
        written(node, made.users, *ask(client, "ACL", "LIST"))
    config = node.path("/etc/redis/redis.conf")
    node.run("sed", "-i", "/^user /d", config, sudo=True)
    lines = ("aclfile users.acl", f"loadmodule {made.module}", f"include {made.included}")
    for line in lines:
        add(node, line)
    restart.at_once(environment)
    yield made
    for each in environment.server_nodes:
        for own in each.servers:  # one that is not of this project is replaced as a whole
            each.run("truncate", "-s", "0", each.path(own.config), sudo=True)
    provisioned(environment)
    node.run("rm", "-f", made.users, made.module, made.included, sudo=True)
    settling.wait_healthy(environment)


def written(node: Node, path: str, *lines: str) -> None:
    """Write a file that the servers of a node may read, and write."""
    with node.upload({"file": "".join(f"{line}\n" for line in lines).encode()}) as folder:
        like = node.path("/etc/redis/redis.conf")
        node.run("cp", "--preserve=all", like, path, sudo=True)
        node.run("cp", f"{folder}/file", path, sudo=True)


def add(node: Node, line: str) -> None:
    """Add a line to redis.conf; Redis has not read it yet."""
    node.run("sed", "-i", f"$ a {line}", node.path("/etc/redis/redis.conf"), sudo=True)


def conf(node: Node) -> str:
    return configuration.held(node)["redis"] or ""


def sentinel_of(environment: Environment, node: Node) -> AbstractContextManager[redis.Redis]:
    return asking("it", node.address, node.spec.sentinels[0], environment.secrets.sentinel)


def opens(environment: Environment, user: str) -> list[bool]:
    """Say of each Redis and of each Sentinel whether it has a user with its password."""
    found = asked(environment, "ACL", "LIST")
    for node in environment.sentinel_nodes:
        with sentinel_of(environment, node) as client:
            found.append(ask(client, "ACL", "LIST"))
    return [any(_is_as_made(line, user) for line in lines) for lines in found]


def _is_as_made(line: str, user: str) -> bool:
    return line.startswith(f"user {user} on ") and sha256(PASSWORD.encode()).hexdigest() in line


def only_in_memory(environment: Environment, user: str, setting: str = "") -> None:
    """Make a user, and set what no template has, on every server."""
    for node in environment.redis_nodes:
        with redis_of(environment, node) as client:
            ask(client, "ACL", "SETUSER", user, *RULES)
            if setting:
                ask(client, "CONFIG", "SET", setting, VALUE)
    for node in environment.sentinel_nodes:
        with sentinel_of(environment, node) as client:
            ask(client, "ACL", "SETUSER", user, *RULES)


def lines_of(node: Node, name: str) -> list[str]:
    return [line for line in conf(node).splitlines() if line.split()[:1] == [name]]


@pytest.mark.parametrize("way", RESTARTS)
def test_users_and_settings_in_memory_outlive_it(
    environment: Environment, place: Place, way: str
) -> None:
    number = [*RESTARTS].index(way)
    user, setting = f"app{number}", SETTINGS[number]
    before, told = run_ids(environment), list[str]()
    only_in_memory(environment, user, setting)
    RESTARTS[way](environment, told)
    settling.wait_settled(environment)
    assert not {*before.values()} & {*run_ids(environment).values()}
    assert all(found == [setting, VALUE] for found in asked(environment, "CONFIG", "GET", setting))
    assert all(opens(environment, user))
    for node in environment.redis_nodes:
        assert f"{node.name}: redis: user {user}, {setting} was {WORDS}" in told
        assert f"{node.name}: sentinel: user {user} was {WORDS}" in told
    assert PASSWORD not in str(told)


def test_a_file_of_users_a_module_and_an_include_are_as_they_were(
    environment: Environment, place: Place
) -> None:
    only_in_memory(environment, "saved")
    restart.at_once(environment)
    names = ("aclfile", "loadmodule", "include")
    assert [len(lines_of(place.node, name)) for name in names] == [1, 1, 1]
    assert lines_of(place.node, "user") == lines_of(place.node, INCLUDED.split(maxsplit=1)[0]) == []
    with redis_of(environment, place.node) as client:
        assert "others" in str(ask(client, "MODULE", "LIST"))
        assert ask(client, "CONFIG", "GET", INCLUDED.split(maxsplit=1)[0])[1] == INCLUDED.split()[1]
        saved = {directives.of_line(line) for line in ask(client, "ACL", "LIST")}
    text = next(iter(place.node.read(place.users).values())) or ""
    assert {directives.of_line(line) for line in text.splitlines()} == saved
    assert ("user", "saved") in saved


def test_what_is_not_read_yet_is_read_and_not_lost(environment: Environment, place: Place) -> None:
    node = next(node for node in environment.redis_nodes if node is not place.node)
    add(node, UNREAD)
    add(node, " ".join(("user", "unread", *RULES)))
    only_in_memory(environment, "beside")
    told: list[str] = []
    restart.at_once(environment, told.append)
    with redis_of(environment, node) as client:
        assert ask(client, "CONFIG", "GET", "timeout")[1] == UNREAD.split()[1]
        assert {"unread", "beside"} <= {*ask(client, "ACL", "USERS")}
    says = (
        f"{node.name}: redis: timeout runs with 0 and will be {UNREAD.split()[1]}, as its file says"
    )
    assert says in told


def test_of_what_the_inventory_says_nothing_set_by_hand_is_kept(environment: Environment) -> None:
    node = environment.redis_nodes[0]
    with redis_of(environment, node) as client:
        ask(client, "CONFIG", "SET", "maxmemory", str(100 << 20))
    told: list[str] = []
    restart.at_once(environment, told.append)
    assert drifted(environment) == []
    assert told == [
        f"{node.name}: redis: maxmemory runs with {100 << 20} and will be {256 << 20}, "
        "as its file says"
    ]


def test_nothing_in_memory_nothing_said(environment: Environment) -> None:
    told: list[str] = []
    restart.at_once(environment, told.append)
    assert told == []


def test_a_switchover_keeps_them_too(environment: Environment, place: Place) -> None:
    only_in_memory(environment, "handed")
    for node in environment.redis_nodes:
        add(node, UNSETTABLE)
    switchover.run(environment)
    assert all(UNSETTABLE in conf(node).splitlines() for node in environment.redis_nodes)
    assert all(opens(environment, "handed"))
    told: list[str] = []
    restart.at_once(environment, told.append)
    assert all(opens(environment, "handed"))
    assert [line for line in told if f"{place.node.name}: redis: user handed" in line]


def test_users_of_which_one_half_would_be_lost_stop_it(
    environment: Environment, place: Place
) -> None:
    held = next(iter(place.node.read(place.users).values())) or ""
    written(place.node, place.users, held, " ".join(("user", "loaded", *RULES)))
    only_in_memory(environment, "saving")
    before = run_ids(environment)[place.node.name]
    with pytest.raises(RedisHaError, match="have different users: `ACL LOAD`") as caught:
        restart.at_once(environment)
    assert PASSWORD not in str(caught.value)
    assert run_ids(environment)[place.node.name] == before
    with redis_of(environment, place.node) as client:
        ask(client, "ACL", "SAVE")
    settling.wait_healthy(environment)
