import signal
import socketserver
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from xmlrpc.client import Fault
from xmlrpc.server import SimpleXMLRPCDispatcher

import pytest

from redis_ha.errors import CommandFailed, ProviderError
from redis_ha.providers import supervisor as supervisor_module
from redis_ha.providers.supervisor import Supervisor

Calls = list[tuple[str, tuple[Any, ...]]]


class Daemon:
    """What supervisord answers, and what it was asked to do."""

    def __init__(self) -> None:
        self.calls: Calls = []
        self.states = {"redis": "RUNNING", "sentinel": "STOPPED"}
        self.spawn_error = ""
        self.ends = False

    def _dispatch(self, method: str, params: tuple[Any, ...]) -> Any:
        name = method.removeprefix("supervisor.")
        match name:
            case "getState" if self.ends:
                raise Fault(6, "SHUTDOWN_STATE")
            case "getState":
                return {"statename": "RUNNING"}
            case "getAllProcessInfo":
                return [
                    {"group": "redis1", "name": key, "statename": value}
                    for key, value in self.states.items()
                ]
            case "getProcessInfo":
                return {"pid": 4711, "spawnerr": self.spawn_error}
            case "startProcess" if params[0] == "redis1:broken":
                raise Fault(50, "SPAWN_ERROR: redis1:broken")
        self.calls.append((name, params))
        return True


@pytest.fixture
def socket_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)  # a socket's path may have about 100 bytes only
    return Path("supervisor.sock")


@pytest.fixture
def daemon(socket_path: Path) -> Iterator[Daemon]:
    made = Daemon()
    dispatcher = SimpleXMLRPCDispatcher(allow_none=True)
    dispatcher.register_instance(made)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer: Any = dispatcher._marshaled_dispatch(body)
            self.send_response(200)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    with socketserver.UnixStreamServer(str(socket_path), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield made
        server.shutdown()
        thread.join()


@pytest.fixture
def supervisor(socket_path: Path) -> Supervisor:
    return Supervisor(socket_path)


def test_processes_are_named_with_their_node(daemon: Daemon, supervisor: Supervisor) -> None:
    assert supervisor.answers()
    assert supervisor.processes() == {"redis1:redis": "RUNNING", "redis1:sentinel": "STOPPED"}
    assert supervisor.pid("redis1:redis") == 4711


def test_only_what_stands_is_started_and_only_what_runs_is_killed(
    daemon: Daemon, supervisor: Supervisor
) -> None:
    supervisor.start("redis1:redis")
    supervisor.kill("redis1:sentinel")
    assert daemon.calls == []
    supervisor.start("redis1:sentinel")
    supervisor.kill("redis1:redis")
    assert daemon.calls == [
        ("startProcess", ("redis1:sentinel",)),
        ("stopProcess", ("redis1:redis",)),
    ]


def test_a_signal_goes_by_its_short_name(daemon: Daemon, supervisor: Supervisor) -> None:
    supervisor.signal("redis1:redis", signal.SIGSTOP)
    assert daemon.calls == [("signalProcess", ("redis1:redis", "STOP"))]


def test_an_orderly_end_is_asked_of_all(daemon: Daemon, supervisor: Supervisor) -> None:
    supervisor.terminate_all()
    supervisor.shutdown()
    assert daemon.calls == [("signalAllProcesses", ("TERM",)), ("shutdown", ())]


def test_a_refusal_names_the_request_and_the_reason(daemon: Daemon, supervisor: Supervisor) -> None:
    daemon.states["broken"] = "FATAL"
    with pytest.raises(CommandFailed, match=r"startProcess .*redis1:broken.*: SPAWN_ERROR"):
        supervisor.start("redis1:broken")


def test_a_daemon_that_is_not_there_does_not_answer(supervisor: Supervisor) -> None:
    assert not supervisor.answers()
    with pytest.raises(ProviderError, match=r"^supervisord does not answer: "):
        supervisor.processes()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("", ""),
        ("Exited too quickly (process log may have details)", ""),
        ("can't find command 'redis-server'", "can't find command 'redis-server'"),
    ],
)
def test_what_could_not_even_be_run_is_told(
    said: str, told: str, daemon: Daemon, supervisor: Supervisor
) -> None:
    daemon.spawn_error = said
    assert supervisor.obstacle("redis1:redis") == told


def test_what_supervisord_itself_is_about_to_start_is_waited_for(
    daemon: Daemon, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = iter(["BACKOFF", "STARTING", "RUNNING"])
    monkeypatch.setattr(supervisor, "processes", lambda: {"redis1:redis": next(states)})
    supervisor.start("redis1:redis")
    assert (list(states), daemon.calls) == ([], [])


def test_one_that_is_about_to_end_does_not_answer(daemon: Daemon, supervisor: Supervisor) -> None:
    daemon.ends = True
    assert not supervisor.answers()


@pytest.mark.parametrize("obeys", [True, False])
def test_one_that_does_not_end_in_time_is_killed_and_started(
    obeys: bool, daemon: Daemon, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end(process: str, _: object) -> None:
        daemon.states["redis"] = "STOPPED" if obeys else "RUNNING"

    def kill(process: str) -> None:
        daemon.states["redis"] = "STOPPED"

    monkeypatch.setattr(supervisor_module, "STOPS_S", 0)
    monkeypatch.setattr(supervisor, "signal", end)
    monkeypatch.setattr(supervisor, "kill", kill)
    assert supervisor.restart("redis1:redis") is not obeys
    assert daemon.calls == [("startProcess", ("redis1:redis",))]
