"""What cannot be served ends with status 2 and one line that says what to do."""

import socket
from pathlib import Path

import pytest

from tests.contract.conftest import Inv

BROKEN = {
    "unknown key": ('name = "redis1"', 'name = "redis1"\nprio = 1', "nodes[0].prio: unknown key"),
    "priority": ("priority = 50", "priority = -1", "nodes[0].priority"),
    "quorum": ("quorum = 2", "quorum = 9", "sentinel.quorum: at most 3"),
    "one name twice": ('name = "redis2"', 'name = "redis1"', "`redis1` is used 2 times"),
    "one address twice": ("host = 12", "host = 11", "`11` is used 2 times"),
    "not TOML": ("[redis]", "[redis", "not valid TOML"),
}
WORDS = {
    "task": (("nosuch",), "nosuch"),
    "option": (("status", "--nosuch"), "--nosuch"),
    "provider": (("status", "--provider", "nosuch"), "there are auto, docker, local"),
    "inventory": (("status", "--inventory", "nosuch"), "no such inventory; there are"),
}
UP = {
    "fault": (("failover", "--fault", "nosuch"), "there are kill, hang"),
    "target": (("failover", "--target", "nosuch"), "no node `nosuch`"),
    "rounds": (("failover", "--rounds", "many"), "--rounds: `many` is not a number"),
    "no rounds": (("failover", "--rounds", "0"), "--rounds: at least 1"),
    "node": (("render", "nosuch"), "it has redis1, redis2, redis3, web1"),
    "nothing to run": (("run",), "no command"),
}


def refused(done: object, words: str) -> None:
    status, stdout, stderr = (getattr(done, name) for name in ("returncode", "stdout", "stderr"))
    assert status == 2, stderr
    assert stdout == ""
    last = stderr.splitlines()[-1]
    assert last.startswith("redis-ha: ")
    assert words in last
    assert "Traceback" not in stderr
    assert stderr.count("redis-ha: ") == 1


@pytest.mark.parametrize(("old", "new", "words"), BROKEN.values(), ids=BROKEN)
def test_a_broken_inventory(inv: Inv, tmp_path: Path, old: str, new: str, words: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(inv.inventory.read_text().replace(old, new, 1))
    done = inv.bare("up", "--inventory", str(path), "--provider", "local")
    refused(done, words)
    assert str(path) in done.stderr


@pytest.mark.parametrize(("typed", "words"), WORDS.values(), ids=WORDS)
def test_a_word_that_means_nothing(inv: Inv, typed: tuple[str, ...], words: str) -> None:
    refused(inv.bare(*typed), words)


@pytest.mark.parametrize(("typed", "words"), UP.values(), ids=UP)
def test_a_wish_that_cannot_be_granted(up: Inv, typed: tuple[str, ...], words: str) -> None:
    refused(up(*typed), words)


def test_no_engine(inv: Inv) -> None:
    done = inv.bare("status", "--provider", "docker", DOCKER_HOST="unix:///nonexistent")
    refused(done, "./inv engine.install")


@pytest.mark.parametrize("task", ["status", "provision", "failover"])
def test_a_wrong_password(up: Inv, task: str) -> None:
    refused(up(task, REDIS_HA_REDIS_PASSWORD="not-the-right-one"), "refuses the password")


def test_nodes_that_do_not_run(inv: Inv, tmp_path: Path) -> None:
    path = tmp_path / "contract-down.toml"
    path.write_text(inv.inventory.read_text().replace("127.0.8.0", "127.0.10.0"))
    done = inv.bare("provision", "--inventory", str(path), "--provider", "local")
    refused(done, "./inv up --provider local")


def test_a_taken_port(inv: Inv, tmp_path: Path) -> None:
    path = tmp_path / "contract-taken.toml"
    path.write_text(inv.inventory.read_text().replace("127.0.8.0", "127.0.10.0"))
    where = ("--inventory", str(path), "--provider", "local")
    with socket.create_server(("127.0.10.12", 6379)):
        refused(inv.bare("up", *where), "redis2 cannot have 127.0.10.12:6379")
    done = inv.bare("up", *where)
    inv.bare("down", "--purge", *where)
    assert done.returncode == 0, done.stderr
