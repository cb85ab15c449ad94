import configparser
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from redis_ha import inventory, proc, tool
from redis_ha.errors import ProviderError
from redis_ha.providers import Folder, local, redis_server
from redis_ha.providers.local import LocalProvider
from redis_ha.providers.supervisor import Supervisor
from redis_ha.version import Version
from tests.unit.builders import program

OURS = f"127.7.{os.getpid() % 250}"
"""Apart from what another checkout tests at the same time."""


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a redis-server of version 8.0.2 first on PATH."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    return program(tmp_path / "bin", "redis-server", "echo 'Redis server v=8.0.2 sha=0:0 bits=64'")


def without_supervisord(monkeypatch: pytest.MonkeyPatch, provider: LocalProvider) -> list[str]:
    """Let supervisord only be called, not run; it answers from its first call on."""
    calls: list[str] = []
    monkeypatch.setattr(proc, "run", lambda *argv, **_: calls.append(" ".join(argv)))
    found = Path("/usr/bin/redis-server"), Version("Redis", "8.0.2")
    monkeypatch.setattr(redis_server, "found", lambda: found)
    monkeypatch.setattr(Supervisor, "answers", lambda self: bool(calls))
    monkeypatch.setattr(provider, "_check_ports", lambda nodes: None)  # others may run here
    return calls


def test_nodes_are_folders_with_loopback_addresses(server: Path, own_state: Path) -> None:
    hosts = {host.spec.name: host for host in LocalProvider(inventory.load("default")).hosts()}
    assert [host.address for host in hosts.values()] == [
        "127.0.0.11",
        "127.0.0.12",
        "127.0.0.13",
        "127.0.0.21",
    ]
    access = hosts["redis2"].access
    assert isinstance(access, Folder)
    assert access.root == own_state / "default/local/redis2"
    assert access.binaries == server.parent


def test_the_socket_has_a_short_path_of_this_checkout_and_inventory(server: Path) -> None:
    sockets = {LocalProvider(inventory.load(name))._socket for name in ("default", "two-nodes")}
    assert len(sockets) == 2
    assert {len(path.name) for path in sockets} == {len("01234567.sock")}


def test_the_console_is_a_process_where_there_is_a_nodejs(
    own_state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = LocalProvider(inventory.load("default"))
    without_supervisord(monkeypatch, provider)
    node = program(tmp_path / "bin", "node", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    provider.up(lambda line: None)
    config = configparser.RawConfigParser()
    config.read(own_state / "default/local/supervisord.conf")
    process = config["program:redis1-commander"]
    console = own_state / "default/local/redis1/opt/redis-commander"
    name, *variables, program_, _, preload, script = process["command"].split()
    assert (name, program_) == ("env", str(node))
    assert (preload, script) == (f"{console}/preload.js", f"{console}/bin/redis-commander.js")
    settings = f"{own_state}/default/local/redis1/etc/redis-commander"
    assert f"NODE_CONFIG_DIR={console}/config:{settings}" in variables
    assert "program:redis2-commander" not in config


def test_supervisord_is_told_of_every_process(
    own_state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = LocalProvider(inventory.load("two-nodes"))
    calls = without_supervisord(monkeypatch, provider)
    monkeypatch.setenv("PATH", "/nowhere")  # no Node.js
    monkeypatch.setattr(tool, "OF_SYSTEM", ())
    provider.up(lambda line: None)
    file = own_state / "two-nodes/local/supervisord.conf"
    assert calls == [f"{sys.executable} -m supervisor.supervisord -c {file}"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    config = configparser.RawConfigParser()
    config.read(file)
    assert config["unix_http_server"]["file"] == str(provider._socket)
    assert config["group:redis1"]["programs"] == (
        "redis1-redis,redis1-sentinel,redis1-sentinel-26380"
    )
    assert not config.has_section("group:web1")
    root = own_state / "two-nodes/local/redis2"
    assert config["program:redis2-redis"]["command"] == (
        f"/usr/bin/redis-server {root}/etc/redis/redis.conf"
    )
    sentinel = config["program:redis2-sentinel-26380"]
    assert sentinel["command"] == (
        f"/usr/bin/redis-server {root}/etc/redis/sentinel-26380.conf --sentinel"
    )
    assert (sentinel["process_name"], sentinel["stopsignal"]) == ("sentinel-26380", "KILL")
    for part in ("etc/redis", "var/lib/redis", "var/log", "tmp"):
        assert (root / part).is_dir()


@pytest.fixture
def started(own_state: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[LocalProvider, list[str]]:
    """Return a provider whose nodes are up, and how supervisord was called for that."""
    provider = LocalProvider(inventory.load("default"))
    calls = without_supervisord(monkeypatch, provider)
    provider.up(lambda line: None)
    return provider, calls


def test_a_supervisord_that_runs_all_that_is_wanted_is_left_alone(
    started: tuple[LocalProvider, list[str]],
) -> None:
    provider, calls = started
    provider.up(pytest.fail)  # it has nothing to tell
    assert len(calls) == 1


def test_another_set_of_processes_needs_a_new_supervisord(
    started: tuple[LocalProvider, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    provider, calls = started
    provider._config.write_text("of an older inventory")
    ended: list[bool] = []
    monkeypatch.setattr(provider, "_shutdown", lambda _: ended.append(True))
    told: list[str] = []
    provider.up(told.append)
    assert (len(calls), ended) == (2, [True])
    assert told[0] == "the set of processes changed: supervisord starts anew"
    assert "[program:redis1-redis]" in provider._config.read_text()


def test_a_server_that_cannot_load_the_data_leaves_the_nodes_as_they_are(
    own_state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = LocalProvider(inventory.load("default"))
    calls = without_supervisord(monkeypatch, provider)
    provider.up(lambda line: None)
    older = Path("/opt/redis-server"), Version("Redis", "7.0.15")
    monkeypatch.setattr(redis_server, "found", lambda: older)
    monkeypatch.setattr(provider, "_shutdown", pytest.fail)
    said = r"^Redis 7\.0\.15 does not load .* Redis 8\.0\.2 wrote"
    with pytest.raises(ProviderError, match=said):
        provider.up(pytest.fail)
    assert len(calls) == 1


@pytest.mark.parametrize("purge", [True, False])
def test_down_keeps_the_data_and_purge_removes_it(
    purge: bool, own_state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = LocalProvider(inventory.load("default"))
    monkeypatch.setattr(Supervisor, "answers", lambda self: False)
    provider.down(purge=purge)
    assert (own_state / "default/local").exists() is not purge


def test_the_runtime_folder_is_private(tmp_path: Path) -> None:
    folder = local._runtime_folder()
    assert folder == tmp_path / "run" / f"redis-ha-{os.getuid()}"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert local._runtime_folder() == folder


def test_a_runtime_folder_that_others_may_enter_is_refused() -> None:
    folder = local._runtime_folder()
    folder.chmod(0o755)
    with pytest.raises(ProviderError, match=f"^{folder} .*remove it$"):
        local._runtime_folder()


def test_a_runtime_folder_of_somebody_else_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = os.getuid() + 1
    (tmp_path / "run" / f"redis-ha-{uid}").mkdir(mode=0o700)
    monkeypatch.setattr(os, "getuid", lambda: uid)
    with pytest.raises(ProviderError, match=f"redis-ha-{uid} belongs to somebody else"):
        local._runtime_folder()


def test_a_link_in_place_of_the_runtime_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "run" / f"redis-ha-{os.getuid()}").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ProviderError, match=r"remove it$"):
        local._runtime_folder()


def test_a_runtime_folder_of_a_session_that_is_not_there_is_no_hindrance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "none"))
    monkeypatch.setattr(local, "SHARED", tmp_path, raising=False)
    assert local._runtime_folder().parent == tmp_path


@pytest.mark.parametrize("name", ["redis-server", "valkey-server"])
def test_servers_without_their_supervisord_are_ended(
    name: str, own_state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A killed supervisord leaves them behind; they hold the ports and write into the folder."""
    provider = LocalProvider(inventory.load("default"))
    monkeypatch.setattr(Supervisor, "answers", lambda self: False)
    folder = own_state / "default/local/redis1/var/lib/redis"
    folder.mkdir(parents=True)
    server = shutil.copy("/bin/sleep", own_state / name)
    monkeypatch.setattr(redis_server, "located", lambda: Path(server))
    with subprocess.Popen([server, "60"], cwd=folder) as stray:
        other = subprocess.Popen([server, "60"], cwd=own_state)
        try:
            provider.down(purge=True)
            assert stray.wait(timeout=5) == -signal.SIGTERM
            assert other.poll() is None
        finally:
            stray.kill()
            other.kill()
            other.wait()


def test_what_does_not_end_in_time_is_killed_and_told(
    own_state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = LocalProvider(inventory.load("default"))
    done: list[str] = []
    states = {"redis1:redis": "RUNNING", "redis2:redis": "EXITED"}
    monkeypatch.setattr(Supervisor, "answers", lambda _: True)
    monkeypatch.setattr(Supervisor, "processes", lambda _: states)
    monkeypatch.setattr(Supervisor, "terminate_all", lambda _: done.append("terminate"))
    monkeypatch.setattr(Supervisor, "shutdown", lambda _: done.append("shutdown"))
    monkeypatch.setattr("redis_ha.providers.supervisor.STOPS_S", 0)
    provider.down(purge=False, tell=done.append)
    said = "redis1:redis did not stop within 30 s: killed"
    assert done == ["terminate", said, "shutdown"]


def test_a_server_without_its_supervisord_that_does_not_end_is_killed(
    own_state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = LocalProvider(inventory.load("default"))
    monkeypatch.setattr(Supervisor, "answers", lambda self: False)
    monkeypatch.setattr(local, "STOPS_S", 0)
    folder = own_state / "default/local/redis1/var/lib/redis"
    folder.mkdir(parents=True)
    server = shutil.copy(sys.executable, own_state / "redis-server")
    monkeypatch.setattr(redis_server, "located", lambda: Path(server))
    busy = "import signal as s, time; s.signal(15, s.SIG_IGN); print(1, flush=True); time.sleep(60)"
    told: list[str] = []
    words = [server, "-c", busy]
    with subprocess.Popen(words, cwd=folder, stdout=subprocess.PIPE) as stray:
        assert stray.stdout
        stray.stdout.readline()
        provider.down(purge=False, tell=told.append)
        assert stray.wait(timeout=5) == -signal.SIGKILL
    assert told == [
        f"process {stray.pid} of a supervisord that is gone did not stop within 30 s: killed"
    ]


def test_a_process_whose_program_has_no_name_is_none_of_ours(own_state: Path) -> None:
    """What a process looks like that is just ending, or that belongs to the kernel."""
    process = own_state / "4711"
    process.mkdir(parents=True)
    (process / "exe").symlink_to("/")
    (process / "cwd").symlink_to(own_state)
    assert not LocalProvider(inventory.load("default"))._is_ours(process)


def test_a_taken_port_is_refused_before_anything_is_touched(
    server: Path, own_state: Path, tmp_path: Path
) -> None:
    provider = LocalProvider(inventory.load(str(own_network(tmp_path))))
    said = rf"^{re.escape(OURS)}\.12:26379 cannot be used: .* in use;"
    with socket.create_server((f"{OURS}.12", 26379)), pytest.raises(ProviderError, match=said):
        provider.up(pytest.fail)
    assert not (own_state / "mine/local/supervisord.conf").exists()


def test_ports_of_our_own_servers_are_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = LocalProvider(inventory.load(str(own_network(tmp_path))))
    server = redis_server.located()
    nodes = [provider._processes(spec, server) for spec in provider._topology.nodes]
    states = {"redis2:sentinel": "RUNNING", "redis3:redis": "BACKOFF"}
    monkeypatch.setattr(Supervisor, "answers", lambda self: True)
    monkeypatch.setattr(Supervisor, "processes", lambda self: states)
    with socket.create_server((f"{OURS}.12", 26379)):
        provider._check_ports(nodes)
    with socket.create_server((f"{OURS}.13", 6379)), pytest.raises(ProviderError, match=":6379"):
        provider._check_ports(nodes)


def own_network(folder: Path) -> Path:
    """Return the default inventory on addresses that no environment has."""
    text = (inventory.INVENTORIES / "default.toml").read_text()
    path = folder / "mine.toml"
    path.write_text(text.replace("127.0.0.0/24", f"{OURS}.0/24"))
    return path


def test_another_address_of_a_node_is_refused(
    own_state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The Sentinels would keep what they know of the old one, as replicas that are down."""
    path = own_network(tmp_path)
    provider = LocalProvider(inventory.load(str(path)))
    without_supervisord(monkeypatch, provider)
    provider.up(lambda line: None)
    path.write_text(path.read_text().replace("host = 12", "host = 42"))
    said = r"^redis2 was made with the address \S+\.12, the inventory says \S+\.42; .*--purge"
    with pytest.raises(ProviderError, match=said):
        LocalProvider(inventory.load(str(path))).up(pytest.fail)
