"""What cannot be served ends with status 2 and one line; nothing is touched."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.conftest import DEFAULT
from tests.contract.inv import Inv, run

INVENTORIES = {
    "unknown key": ("[redis]\n", "[redis]\ncolour = 1\n", "redis.colour: unknown key; allowed are"),
    "unknown table": (
        "[redis]\n",
        "[reddis]\n",
        "reddis: unknown key (did you mean `redis`?)",
    ),
    "name twice": ('name = "redis2"', 'name = "redis1"', "nodes.name: `redis1` is used 2 times"),
    "address twice": ("host = 12", "host = 11", "nodes.host: `11` is used 2 times"),
    "priority too high": ("priority = 75", "priority = 7500", "nodes[1].priority: "),
    "priority of text": ("priority = 75", 'priority = "75"', "nodes[1].priority: "),
    "quorum too high": ("quorum = 2", "quorum = 4", "sentinel.quorum: at most 3"),
    "port out of range": ("port = 6379", "port = 70000", "redis.port: "),
    "port twice": (
        "sentinels = [26379]",
        "sentinels = [6379]",
        "nodes.sentinels: redis1 uses port 6379 already",
    ),
    "port of the console taken": (
        "port = 8081",
        "port = 6379",
        "commander.port: redis1 uses port 6379 already",
    ),
    "budget below zero": (
        "[commander]",
        "[client]\nretry_budget_ms = -1\n\n[commander]",
        "client.retry_budget_ms: ",
    ),
    "unknown role": ('"proxy", "web"]', '"proxy", "wep"]', "nodes[3].roles[1]: "),
    "missing host": ("host = 12\n", "", "nodes[1].host: is required"),
    "not loopback": ("127.0.0.0/24", "10.0.0.0/24", "local.network: "),
    "too many replicas": ("min_replicas_to_write = 1", "min_replicas_to_write = 3", "at most 2"),
    "not TOML": ("[redis]", "[redis", "not valid TOML"),
}


@pytest.mark.parametrize(("old", "new", "words"), INVENTORIES.values(), ids=INVENTORIES)
def test_a_broken_inventory_is_named_with_its_key(
    old: str, new: str, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "broken.toml"
    assert old in DEFAULT
    path.write_text(DEFAULT.replace(old, new))
    said = Inv(path)("up")
    assert (said.status, said.out) == (2, "")
    assert said.error.startswith(f"redis-ha: {path}: ")
    assert words in said.error
    assert not Inv(path).folder.exists()


ARGUMENTS = {
    "task": (("nope",), "no task `nope`; `./inv` shows all"),
    "task that is nearly one": (("stauts",), "no task `stauts` (did you mean `status`?)"),
    "help of a task": (("--help", "nope"), "no task `nope`"),
    "help of nothing": (("help", "nope"), "no task `nope`"),
    "half a task": (
        ("logs",),
        "`logs` needs a second word: redis or sentinel or commander or proxy or web",
    ),
    "no folder to judge": (("judge",), "name a folder: `./inv judge docs/evidence`"),
    "no records to judge": (("judge", "files"), "files: no records of drills here"),
    "option": (("status", "--nope"), "`status` has no option `--nope`"),
    "core option": (("--nope",), "no option `--nope` before a task"),
    "no value": (("failover", "--fault"), "`--fault` needs a value: --fault FAULT"),
    "no value before a task": (("--list-format",), "`--list-format` needs a value"),
    "no number before a task": (("--list", "--list-depth", "x"), "invalid literal"),
    "no file of settings": (("--config", "/nope", "ci"), "Config files of type '' (from file"),
    "family of tasks": (("--list", "log"), "no family of tasks `log` (did you mean `logs`?)"),
    "format of the list": (("--list", "--list-format", "x"), "no format of lists `x`"),
    "shell": (("--print-completion-script", "tcsh"), "no completion for the shell `tcsh`"),
    "provider": (("status", "--provider", "nope"), "no provider `nope`; there are auto, docker"),
    "inventory": (("status", "--inventory", "nope"), "no such inventory; there are default"),
    "path of an inventory": (("up", "--inventory", "/nope.toml"), "/nope.toml: no such inventory"),
}


@pytest.mark.parametrize(("words", "line"), ARGUMENTS.values(), ids=ARGUMENTS)
def test_an_argument_that_makes_no_sense_is_refused(words: tuple[str, ...], line: str) -> None:
    said = run(*words)
    assert (said.status, said.out) == (2, "")
    assert line in said.error


@pytest.mark.parametrize("task", ["up", "status"])
def test_without_an_engine_the_line_says_how_to_get_one(task: str, bare: Inv) -> None:
    where = ("--provider", "docker", "--inventory", str(bare.inventory))
    said = run(task, *where, DOCKER_HOST="unix:///nonexistent")
    assert said.status == 2
    assert "no Docker engine answers: sudo ./inv engine.install; `--provider local`" in said.error


WITHOUT_ROOTS_RIGHTS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


@pytest.fixture
def closed_socket(tmp_path: Path) -> Iterator[Path]:
    """Listen on a socket that nobody may open whom the files' modes bind."""
    path = tmp_path / "engine.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        path.chmod(0)
        yield path


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("up", "--provider", "docker"), 2),
        (("doctor", "--json", "--provider", "docker"), 1),
        (("status", "--provider", "auto"), 1),
    ],
)
def test_a_docker_socket_without_permission_is_told_as_that(
    words: tuple[str, ...], status: int, bare: Inv, closed_socket: Path
) -> None:
    said = run(
        *(*words, "--inventory", str(bare.inventory)),
        under=() if os.geteuid() else WITHOUT_ROOTS_RIGHTS,
        DOCKER_HOST=f"unix://{closed_socket}",
    )
    assert said.status == status
    text = said.out + said.err
    assert f"may not open the Docker socket {closed_socket}" in text
    assert "sudo usermod -aG " in text
    assert "no Docker engine" not in text


@pytest.mark.parametrize(("layer", "words"), [("roles", ("status",)), ("cli", ("--list",))])
def test_a_module_of_a_role_that_does_not_load_is_named_with_its_line(
    layer: str, words: tuple[str, ...], tmp_path: Path
) -> None:
    for folder in {"roles", layer}:
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "broken.py").write_text("")
    (tmp_path / layer / "broken.py").write_text("import os\nos.nothing\n")
    said = run(*words, REDIS_HA_ROLES=str(tmp_path))
    assert (said.status, said.out) == (2, "")
    assert said.error == (
        f"redis-ha: {tmp_path / layer / 'broken.py'}:2: AttributeError: "
        "module 'os' has no attribute 'nothing'"
    )


def test_processes_of_this_machine_are_not_upgraded(bare: Inv) -> None:
    said = bare("upgrade")
    assert (said.status, said.out) == (2, "")
    assert "processes without packages of their own" in said.error


RUNNING = {
    "node": (("shell", "--node", "nope"), "no node `nope` in inventory `contract`; it has redis1"),
    "fault": (("failover", "--fault", "nope"), "no fault `nope`; there are"),
    "fault that is nearly one": (("failover", "hnag"), "no fault `hnag` (did you mean `hang`?)"),
    "node that is nearly one": (("shell", "redi1"), "(did you mean `redis1`?)"),
    "target": (("failover", "--target", "nope"), "no node `nope`"),
    "no such service": (("failover", "--target", "web1"), "--target: `web1` has no redis here"),
    "no means": (
        ("failover", "--fault", "power"),
        "`power` cannot strike here: local nodes have no power to cut",
    ),
    "no number of replicas": (
        ("failover", "--min-replicas", "few"),
        "--min-replicas: takes a whole number from 0 to 1000, not `few`",
    ),
    "a load of nothing": (
        ("failover", "--load", "0"),
        "--load: takes a share above 0 and up to 1, such as 0.2, not `0`",
    ),
    "a load in words": (
        ("drill", "--load", "half"),
        "--load: takes a share above 0 and up to 1, such as 0.2, not `half`",
    ),
    "a fault in a row": (("drill", "--faults", "kill,nope"), "no fault `nope`; there are"),
    "rounds": (
        ("failover", "--rounds", "0"),
        "--rounds: takes a whole number from 1 to 1000, not `0`",
    ),
    "not a number": (
        ("failover", "--rounds", "x"),
        "--rounds: takes a whole number from 1 to 1000, not `x`",
    ),
    "more replicas than there are": (
        ("failover", "--min-replicas", "3"),
        "--min-replicas: at most 2 here (the number of replicas)",
    ),
    "no command": (("run",), "no command; write it after `--`"),
    "json in no folder": (
        ("provision", "--json", "/proc/no/file"),
        "--json /proc/no/file: No such",
    ),
}


@pytest.mark.parametrize(("words", "line"), RUNNING.values(), ids=RUNNING)
def test_what_a_running_environment_lacks_is_refused(
    words: tuple[str, ...], line: str, inv: Inv
) -> None:
    said = inv(*words)
    assert (said.status, said.out) == (2, "")
    assert line in said.error


PASSWORDS = ("REDIS_HA_REDIS_PASSWORD", "REDIS_HA_SENTINEL_PASSWORD")


@pytest.mark.parametrize("variable", PASSWORDS)
@pytest.mark.parametrize("task", ["status", "provision"])
def test_a_wrong_password_is_refused(task: str, variable: str, inv: Inv) -> None:
    said = inv(task, **{variable: "another-password"})
    assert (said.status, said.out) == (2, "")
    assert "refuses the password of this environment" in said.error
    assert [name for name in ("redis1", "redis2", "redis3") if name not in said.error] == []
    assert said.error.count("was it brought up with") == 1
    assert "another-password" not in said.err


@pytest.mark.parametrize("task", ["provision", "failover", "logs.redis"])
def test_nodes_that_do_not_run_are_named_with_what_brings_them_up(task: str, bare: Inv) -> None:
    said = bare(task)
    assert (said.status, said.out) == (2, "")
    assert said.error.endswith("bring them up with `./inv up --provider local`")
