import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from redis_ha import inventory
from redis_ha.errors import CommandFailed, NotStarted, Unwritable
from redis_ha.nodes.local import LocalNode
from redis_ha.nodes.marks import NodeMarks
from redis_ha.providers import Folder, Host
from redis_ha.providers.supervisor import Supervisor
from tests.unit.builders import program


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    root = tmp_path / "redis1"
    (root / "tmp").mkdir(parents=True)
    return Folder(root, tmp_path / "supervisord.conf", tmp_path / "socket", tmp_path / "bin")


@pytest.fixture
def node(folder: Folder) -> LocalNode:
    topology = inventory.load("default")
    spec = topology.node("redis1")
    return LocalNode(Host(spec, "127.0.0.11", folder), folder, topology.processes(spec))


def test_commands_run_in_the_nodes_folder(node: LocalNode, folder: Folder) -> None:
    assert node.run("pwd", sudo=True).stdout == f"{folder.root}\n"


def test_the_nodes_programs_come_first(node: LocalNode, folder: Folder) -> None:
    program(folder.binaries, "redis-cli", "echo the folder of redis-server")
    assert node.run("redis-cli").stdout == "the folder of redis-server\n"
    assert node.run("sh", "-c", "command -v supervisorctl").ok


def test_a_failure_is_the_nodes(node: LocalNode) -> None:
    with pytest.raises(CommandFailed, match=r"^redis1: `false` ended with status 1"):
        node.run("false")
    assert node.run("false", check=False).status == 1


def test_what_a_command_prints_is_told_line_by_line(node: LocalNode) -> None:
    told: list[str] = []
    node.run("printf", "a\nb\n", on_line=told.append)
    assert told == ["a", "b"]


def test_a_file_that_is_not_there_is_none(node: LocalNode, folder: Folder) -> None:
    path = node.path("/etc/a.conf")
    assert path == f"{folder.root}/etc/a.conf"
    assert node.read(path) == {path: None}
    Path(path).parent.mkdir()
    Path(path).write_text("text")
    assert node.read(path, f"{path}.old") == {path: "text", f"{path}.old": None}


def test_an_upload_is_laid_out_as_named_and_gone_in_the_end(node: LocalNode) -> None:
    with node.upload({"a/b.sh": b"one", "c": b"\xff"}) as where:
        assert Path(where, "a/b.sh").read_bytes() == b"one"
        assert Path(where, "c").read_bytes() == b"\xff"
        assert Path(where).stat().st_mode & 0o077 == 0
    assert not Path(where).exists()


def test_an_upload_is_gone_after_an_error_as_well(node: LocalNode) -> None:
    with pytest.raises(KeyError), node.upload({"a": b""}) as where:
        raise KeyError
    assert not Path(where).exists()


def test_an_upload_that_has_no_place_says_where_and_why(node: LocalNode, folder: Folder) -> None:
    (folder.root / "tmp").rmdir()
    (folder.root / "tmp").write_text("no folder")
    words = f"^redis1: cannot write {folder.root}/tmp: Not a directory; the same command goes on"
    with pytest.raises(Unwritable, match=words), node.upload({"a": b""}):
        pytest.fail("it is there")


def test_what_is_done_with_an_upload_may_fail_by_itself(node: LocalNode) -> None:
    with pytest.raises(OSError, match="of the caller"), node.upload({"a": b""}):
        raise OSError("of the caller")


def test_scripts_are_told_where_files_and_services_are(node: LocalNode, folder: Folder) -> None:
    assert node.provision_flags() == ("--root", str(folder.root))
    assert node.service_flags() == ("--supervisor", str(folder.supervisor), "--node", "redis1")


def test_the_command_line_runs_words_as_they_are_in_the_nodes_folder(
    node: LocalNode, folder: Folder
) -> None:
    program(folder.binaries, "show", 'pwd; printf "%s\\n" "$@"')
    line = node.command_line("show", "a b", "$HOME")
    done = subprocess.run(line, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [str(folder.root), "a b", "$HOME"]
    assert node.command_line()[-1] == "bash"


def test_what_runs_between_pipes_has_them_to_itself(node: LocalNode) -> None:
    words = node.piped("sh", "-c", "read -r line; pwd; echo $line")
    done = subprocess.run(words, input="heard\n", capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [node.path(""), "heard"]


def test_logs_are_files_of_the_node(node: LocalNode, folder: Folder) -> None:
    log = str(folder.root / "var/log/sentinel.log")
    assert node.units.log_command("sentinel", 5, follow=False) == ("tail", "-n", "5", log)
    assert node.units.log_command("sentinel", 5, follow=True) == ("tail", "-n", "5", "-F", log)


@pytest.mark.parametrize(
    ("verb", "call"),
    [
        ("start", ("start", "redis1:redis")),
        ("kill", ("kill", "redis1:redis")),
        ("pause", ("signal", "redis1:redis", signal.SIGSTOP)),
        ("resume", ("signal", "redis1:redis", signal.SIGCONT)),
    ],
)
def test_services_are_those_of_supervisord(
    verb: str, call: tuple[object, ...], node: LocalNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[object, ...]] = []
    for name in ("start", "kill", "signal"):
        monkeypatch.setattr(
            Supervisor, name, lambda self, *words, name=name: calls.append((name, *words))
        )
    monkeypatch.setattr(Supervisor, "processes", lambda _: {"redis1:redis": "RUNNING"})
    before_s = time.time()
    at_s = getattr(node.units, verb)("redis")
    assert calls == [call]
    if verb in ("kill", "pause"):
        assert before_s <= at_s <= time.time()


@pytest.mark.parametrize(
    ("obstacle", "told"), [("", "Fatal error"), ("unknown error making dispatchers: ENOSPC", None)]
)
@pytest.mark.parametrize("verb", ["start", "restart"])
def test_a_process_that_does_not_start_says_why_in_its_own_words(
    verb: str, obstacle: str, told: str | None, node: LocalNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise CommandFailed("supervisord", ("startProcess",), 40, "ABNORMAL_TERMINATION")

    monkeypatch.setattr(Supervisor, verb, refuse)
    monkeypatch.setattr(Supervisor, "runs", lambda *_: False)
    monkeypatch.setattr(Supervisor, "obstacle", lambda *_: obstacle)
    log = Path(node.path("/var/log/redis.log"))
    log.parent.mkdir(parents=True)
    log.write_text("Fatal error\n")
    words = f"^redis1: redis does not run, its log ends: {told or obstacle}$"
    with pytest.raises(NotStarted, match=words):
        getattr(node.units, verb)("redis")


@pytest.mark.parametrize("name", ["redis-check-aof", "rm"])
def test_files_here_are_mended_without_sudo(
    name: str, node: LocalNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "path", name, "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    assert node.by_hand(name) == name


def test_the_callers_path_stays_usable(node: LocalNode, folder: Folder) -> None:
    path = node.run("sh", "-c", "echo $PATH").stdout.strip()
    assert path.startswith(f"{folder.binaries}:")
    assert path.endswith(os.environ["PATH"])


def test_a_mark_is_there_until_it_is_taken_away(node: LocalNode) -> None:
    node.mark("0a", "the text", lasts=False)
    assert node.kept() == NodeMarks({"0a": "the text"})
    node.unmark("0a")
    node.unmark("0a")
    assert node.kept() == NodeMarks()


def test_an_old_upload_is_told_and_goes_with_the_next_one(node: LocalNode, folder: Folder) -> None:
    old, new = folder.root / "tmp" / "redis-ha.0a", folder.root / "tmp" / "redis-ha.0b"
    for each in (old, new):
        each.mkdir()
    os.utime(old, (0, 0))
    assert node.kept() == NodeMarks({}, {str(old): 0})
    with node.upload({"a": b"one"}):
        assert (old.exists(), new.exists()) == (False, True)
