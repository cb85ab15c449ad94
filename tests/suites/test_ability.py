"""A set that looks healthy and could not fail over is called wrong, and `provision` mends it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from redis_ha.errors import Unhealthy
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.provision.provisioning import converge
from redis_ha.services import health, settling
from redis_ha.services.client import ask, asking, redis_of
from redis_ha.services.snapshot import Snapshot

SEEN_S = 10.0
"""Within this a Sentinel sees what it can no longer use."""


@pytest.fixture(autouse=True)
def healthy(environment: Environment) -> Iterator[None]:
    """Begin and end with a set in which nothing is wrong."""
    settling.wait_healthy(environment)
    yield
    settling.wait_healthy(environment)


def told(environment: Environment, *words: str) -> Snapshot:
    """Return the look in which one problem has all these words."""

    def is_told(now: Snapshot) -> bool:
        return any(all(word in said for word in words) for said in health.problems(now))

    now = settling.until(environment, is_told, SEEN_S)
    assert is_told(now), health.problems(now)
    return now


def tell_redis(environment: Environment, node: Node, *words: str) -> None:
    with redis_of(environment, node) as client:
        ask(client, *words)


def tell_sentinel(environment: Environment, node: Node, *words: str) -> str:
    port, password = node.spec.sentinels[0], environment.secrets.sentinel
    with asking(node.name, node.address, port, password) as client:
        return str(ask(client, "SENTINEL", *words))


def mended(environment: Environment) -> None:
    """Provision, and see that nothing is wrong any more."""
    assert health.problems(converge(environment, print)) == []


@contextmanager
def with_user(environment: Environment, node: Node, *rules: str) -> Iterator[None]:
    """Have one Sentinel log in everywhere as a user with all rights, on `node` with these."""
    master, secret = environment.topology.sentinel.master_name, environment.secrets.redis
    sentinel = environment.sentinel_nodes[0]
    for each in environment.redis_nodes:
        own = rules if each is node else ()
        user = ("ACL", "SETUSER", "guard", "on", f">{secret}", "~*", "&*", "+@all")
        tell_redis(environment, each, *user, *own)
    tell_sentinel(environment, sentinel, "SET", master, "auth-user", "guard", "auth-pass", secret)
    try:
        yield
    finally:
        restored = ("auth-user", "default", "auth-pass", secret)
        tell_sentinel(environment, sentinel, "SET", master, *restored)
        for each in environment.redis_nodes:
            tell_redis(environment, each, "ACL", "DELUSER", "guard")


def test_rights_that_default_lost_come_back(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = environment.redis_nodes[-1]
    tell_redis(environment, node, "ACL", "SETUSER", "default", "-slaveof", "-exec")
    tell_redis(environment, node, "CONFIG", "REWRITE")
    told(environment, f"{node.name} denies Sentinel's user default SLAVEOF NO ONE, EXEC")
    with monkeypatch.context() as soon:
        soon.setattr(settling, "STUCK_S", 0.5)
        with pytest.raises(Unhealthy, match="does not get healthy by itself"):
            settling.wait_healthy(environment)
    mended(environment)


@pytest.mark.parametrize(
    ("rules", "denied"),
    [(("-slaveof",), "SLAVEOF NO ONE"), (("resetchannels",), "SUBSCRIBE __sentinel__:hello")],
)
def test_another_user_is_judged_by_its_own_rights(
    environment: Environment, rules: tuple[str, ...], denied: str
) -> None:
    node = environment.redis_nodes[-1]
    with with_user(environment, node, *rules):
        told(environment, f"{node.name} denies Sentinel's user guard {denied}", "ACL SETUSER guard")


def test_a_renamed_command_is_told(environment: Environment) -> None:
    node = environment.redis_nodes[-1]
    path = node.path("/etc/redis/redis.conf")
    script = 'echo "rename-command SLAVEOF hidden" >>"$1"'
    node.run("sh", "-c", script, "sh", path, sudo=True)
    node.units.restart("redis")
    told(environment, f"{node.name} has no SLAVEOF NO ONE for Sentinel", "rename-command")
    node.run("sed", "-i", "/^rename-command /d", path, sudo=True)
    node.units.restart("redis")


def test_wrong_passwords_are_told(environment: Environment) -> None:
    blind, lonely = environment.sentinel_nodes[-2:]
    master = environment.topology.sentinel.master_name
    tell_sentinel(environment, blind, "SET", master, "auth-pass", "another")
    tell_sentinel(environment, lonely, "CONFIG", "SET", "sentinel-pass", "another")
    now = told(environment, f"Sentinel {blind.name}", "cannot log in to", "`auth-pass` is wrong")
    assert [view.quorum_ok for view in now.sentinels if view.node == blind.name] == [True]
    told(environment, f"Sentinel {lonely.name}", "cannot log in to Sentinels", "`sentinel-pass`")
    mended(environment)


def test_other_settings_are_told(environment: Environment) -> None:
    nodes, master = environment.sentinel_nodes, environment.topology.sentinel.master_name
    quorum = str(environment.topology.sentinel.quorum + 1)
    tell_sentinel(environment, nodes[0], "SET", master, "quorum", quorum)
    tell_sentinel(environment, nodes[1], "SET", master, "down-after-milliseconds", "7000")
    told(environment, f"Sentinel {nodes[0].name}", f"runs with quorum {quorum}")
    told(environment, f"Sentinel {nodes[1].name}", "runs with down-after-milliseconds 7000")
    mended(environment)


def test_a_shared_name_is_told(environment: Environment) -> None:
    one, two = environment.sentinel_nodes[:2]
    own, copied = (tell_sentinel(environment, node, "MYID") for node in (two, one))
    path = two.path(f"/etc/redis/{two.processes.of('sentinel').names[0]}.conf")

    def rename(old: str, new: str) -> None:
        two.units.hold("sentinel")
        two.units.kill("sentinel")
        two.run("sed", "-i", f"s/myid {old}/myid {new}/;/known-sentinel/d", path, sudo=True)
        two.units.start("sentinel")

    rename(own, copied)
    try:
        told(environment, f"{one.name}:", f" and {two.name}:", "have the same myid")
    finally:
        rename(copied, own)
