"""redis_ha/provision/unmanaged.py: named without secrets, users in memory."""

from pathlib import Path

import pytest

from redis_ha.nodes.environment import Environment
from redis_ha.provision import configuration, unmanaged
from redis_ha.provision.configuration import NodeFile
from redis_ha.services.snapshot import Snapshot
from tests.unit import builders

APP = "user app on #00 ~* resetchannels -@all"
OPS = "user ops on #11 ~* resetchannels -@all"


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    built = builders.folders(tmp_path)
    builders.make_folders(built)
    return built


def file_of(environment: Environment, process: str, *others: str) -> NodeFile:
    """Return a server's file as it is with more lines in it."""
    node = environment.node("redis2")
    files = configuration.read(environment, node, "redis1")
    (found,) = [
        each for each in files if each.wanted.process and each.wanted.process.name == process
    ]
    held = found.due + "".join(f"{line}\n" for line in others)
    Path(node.path(found.path)).write_text(held)
    return next(
        each for each in configuration.read(environment, node, "redis1") if each.path == found.path
    )


NAMED = {
    "a user": ("redis", [APP], ["user app"]),
    "a module": ("redis", ["loadmodule /opt/m.so pw"], ["loadmodule /opt/m.so"]),
    "a file": ("redis", ["include /a.conf"], ["include /a.conf"]),
    "a directive": ("redis", ["maxclients 5000"], ["maxclients 5000"]),
    "a password": ("redis", ["tls-key-file-pass pw"], ["tls-key-file-pass"]),
    "another master": (
        "sentinel",
        ["sentinel monitor o 10.9.0.1 1 1", "sentinel auth-pass o pw"],
        ["sentinel master o (auth-pass, monitor)"],
    ),
    "of our master": (
        "sentinel",
        ["sentinel auth-user mymaster u"],
        ["sentinel auth-user mymaster"],
    ),
}


@pytest.mark.parametrize(("process", "others", "said"), NAMED.values(), ids=NAMED)
def test_it_is_named_without_a_secret(
    environment: Environment, process: str, others: list[str], said: list[str]
) -> None:
    file = file_of(environment, process, *others)
    assert list(unmanaged.words(file, {})) == said
    assert (file.differs, file.differences) == (False, [])


def test_users_in_memory_are_named(environment: Environment) -> None:
    running = {"redis": (APP, "user default on nopass ~* &* +@all", OPS)}
    file = file_of(environment, "redis", APP)
    assert list(unmanaged.words(file, running)) == [
        "user app",
        "user ops (only at run time; the next change or restart writes it down)",
    ]


def test_what_a_rewrite_lost_is_put_back_and_nobody_takes_note(environment: Environment) -> None:
    before = file_of(environment, "redis", "maxclients 5000", OPS)
    after = file_of(environment, "redis", "maxclients 10000")
    Path(environment.node("redis2").path(after.path)).write_text(f"{after.text}maxclients 10000\n")
    (again,) = [
        each
        for each in configuration.read(environment, environment.node("redis2"), "redis1")
        if each.path == after.path
    ]
    (found,) = unmanaged.carried([before], [again])
    assert found.differs
    assert found.due == f"{found.text}maxclients 5000\n{OPS}\n"
    assert found.takes_note == ()


def test_every_server_of_a_node_tells_its_users(environment: Environment) -> None:
    seen = Snapshot(
        (builders.redis_view("redis2", users=(APP,)),),
        (builders.sentinel_view("redis2", users=(OPS,)), builders.sentinel_view("redis3")),
        2,
    )
    assert unmanaged.users(seen, environment.node("redis2")) == {
        "redis": (APP,),
        "sentinel": (OPS,),
    }
