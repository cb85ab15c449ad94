"""What nobody here renders is named, and is still there after a change and a restart."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

import pytest
import redis

from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.provision import configuration
from redis_ha.provision.drift import FileDrift
from redis_ha.services import cluster, settling
from redis_ha.services.client import ask, asking, redis_of
from tests import periods
from tests.suites.setting import provisioned, run_ids, servers

Make = Callable[[Environment, Node], None]

ELSEWHERE = "127.0.0.99"
"""Where nobody answers: what becomes of that master is nobody's concern here."""
RULES = ("on", ">a-password-of-others", "~app:*", "+@read")


@dataclass(frozen=True)
class Kind:
    """Something made by hand on a node.

    Args:
        named: what `diff` says of it.
        line: begins a line of the file of `process` that is to stay.
        asked: what the running server is asked after its restart, and what its answer contains.
    """

    make: Make
    named: str
    line: str
    process: str = "redis"
    asked: tuple[tuple[str, ...], str] = (("ACL", "USERS"), "default")


def edited(line: str, process: str = "redis") -> Make:
    """Return what adds a line to a server's file; the server has not read it yet."""

    def make(_: Environment, node: Node) -> None:
        path = node.path(node.processes.named(process).config)
        node.run("sed", "-i", f"$ a {line}", path, sudo=True)

    return make


def read_by_sentinel(line: str) -> Make:
    """Return the same for a Sentinel that has read it: one rewrites its file whenever it learns."""

    def make(environment: Environment, node: Node) -> None:
        edited(line, "sentinel")(environment, node)
        node.units.restart("sentinel")
        settling.wait_healthy(environment)

    return make


def included(environment: Environment, node: Node) -> None:
    path = node.path("/etc/redis/others.conf")
    node.run("bash", "-c", f"echo slowlog-max-len 77 >'{path}' && chmod 644 '{path}'", sudo=True)
    edited(f'include "{path}"')(environment, node)


def told(*words: str) -> Make:
    """Return what tells a node's Redis something."""

    def make(environment: Environment, node: Node) -> None:
        with redis_of(environment, node) as client:
            ask(client, *words)

    return make


def sentinel_told(*commands: tuple[str, ...]) -> Make:
    """Return the same of its Sentinel."""

    def make(environment: Environment, node: Node) -> None:
        with server(environment, node, "sentinel") as client:
            for words in commands:
                ask(client, *words)

    return make


KINDS = {
    "a setting of a Sentinel": Kind(
        read_by_sentinel("loglevel verbose"),
        "loglevel verbose",
        "loglevel verbose",
        "sentinel",
    ),
    "a user in redis.conf": Kind(
        edited(" ".join(("user", "inline", *RULES))),
        "user inline",
        "user inline ",
        asked=(("ACL", "USERS"), "inline"),
    ),
    "a user at run time": Kind(
        told("ACL", "SETUSER", "told", *RULES),
        "user told (only at run time; the next change or restart writes it down)",
        "user told ",
        asked=(("ACL", "USERS"), "told"),
    ),
    "a user of a Sentinel": Kind(
        sentinel_told(("ACL", "SETUSER", "watcher", *RULES)),
        "user watcher",
        "user watcher ",
        "sentinel",
        (("ACL", "USERS"), "watcher"),
    ),
    "a directive in redis.conf": Kind(
        edited("timeout 4242"),
        "timeout 4242",
        "timeout 4242",
        asked=(("CONFIG", "GET", "timeout"), "4242"),
    ),
    "an include": Kind(
        included,
        "include ",
        "include ",
        asked=(("CONFIG", "GET", "slowlog-max-len"), "77"),
    ),
    "another master": Kind(
        sentinel_told(
            ("SENTINEL", "MONITOR", "others", ELSEWHERE, "6379", "5"),
            ("SENTINEL", "SET", "others", "auth-pass", "a-password-of-others"),
            ("SENTINEL", "SET", "others", "down-after-milliseconds", "4000"),
        ),
        "sentinel master others (auth-pass, ",
        "sentinel auth-pass others ",
        "sentinel",
        asked=(("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "others"), ELSEWHERE),
    ),
}


@dataclass(frozen=True)
class Phase:
    """How a node is.

    Args:
        named: what `diff` says is kept, by process.
        texts: its files, by process.
        drifted: where one of these differs.
        answers: what the running servers answer, by kind.
    """

    named: dict[str, tuple[str, ...]]
    texts: dict[str, str | None]
    drifted: list[FileDrift]
    answers: dict[str, str]


def phase(environment: Environment, node: Node) -> Phase:
    files = servers(environment)
    own = {file.path: file.unmanaged for file in files if file.node == node.name}
    named = {process.name: own[process.config] for process in node.servers}
    drifted = [file for file in files if file.differences or file.running]
    answers = {name: answer(environment, node, kind) for name, kind in KINDS.items()}
    return Phase(named, configuration.held(node), drifted, answers)


def answer(environment: Environment, node: Node, kind: Kind) -> str:
    words, _ = kind.asked
    with server(environment, node, kind.process) as client:
        return str(ask(client, *words))


def server(
    environment: Environment, node: Node, process: str
) -> AbstractContextManager[redis.Redis]:
    if process == "redis":
        return redis_of(environment, node)
    port, password = node.spec.sentinels[0], environment.secrets.sentinel
    return asking("Sentinel", node.address, port, password)


@pytest.fixture(scope="module")
def phases(environment: Environment) -> Iterator[dict[str, Phase]]:
    """Make all of it on a replica, then change settings that have nothing to do with it."""
    node = environment.node(cluster.look(environment).replicas[0].name)
    with periods.quick(environment):
        for kind in sorted(KINDS.values(), key=lambda kind: kind.process, reverse=True):
            kind.make(environment, node)
        found = {"made": phase(environment, node)}
        before = run_ids(environment)
        there = having(environment, maxmemory="200mb")
        provisioned(there)
        assert run_ids(environment) == before
        found["a live change"] = phase(there, node)
        there = having(environment, maxmemory="200mb", databases=17)
        sentinel = replace(environment.topology.sentinel, parallel_syncs=2)
        there = replace(there, topology=there.topology.having(sentinel))
        provisioned(there)
        settling.wait_healthy(there)
        found["a restart"] = phase(there, node)
        found["a second run"] = phase(there, node)
        assert provisioned(there)[0] == []
        yield found
        tidy(environment, node)


def having(environment: Environment, **settings: object) -> Environment:
    own = replace(environment.topology.redis, **settings)  # type: ignore[arg-type]
    return replace(environment, topology=environment.topology.having(own))


def tidy(environment: Environment, node: Node) -> None:
    """Take the users and files away, and have all rendered anew."""
    for process, names in {"redis": ("inline", "told"), "sentinel": ("watcher",)}.items():
        with server(environment, node, process) as client:
            ask(client, "ACL", "DELUSER", *names)
    for own in node.servers:
        node.run("truncate", "-s", "0", node.path(own.config), sudo=True)
    node.run("rm", "-f", node.path("/etc/redis/others.conf"), sudo=True)
    provisioned(environment)
    settling.wait_healthy(environment)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", ["made", "a live change", "a restart", "a second run"])
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_it_is_named_and_no_drift(phases: dict[str, Phase], kind: Kind, name: str) -> None:
    assert phases[name].drifted == []
    begins = kind.named if name == "made" else kind.named.partition(" (only")[0]
    assert any(words.startswith(begins) for words in phases[name].named[kind.process])
    assert "password" not in str(phases[name].named)


@pytest.mark.parametrize(("name", "kind"), KINDS.items(), ids=KINDS)
def test_it_works_after_the_restart(phases: dict[str, Phase], name: str, kind: Kind) -> None:
    assert kind.asked[1] in phases["a restart"].answers[name]


@pytest.mark.parametrize("name", ["a live change", "a restart"])
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_it_is_in_the_file_still(phases: dict[str, Phase], kind: Kind, name: str) -> None:
    lines = (phases[name].texts[kind.process] or "").splitlines()
    assert len([line for line in lines if line.startswith(kind.line)]) == 1
