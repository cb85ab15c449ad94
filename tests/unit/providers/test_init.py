"""redis_ha/providers/__init__.py: which provider is taken, and why."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from redis_ha import inventory, state
from redis_ha.errors import ProviderError
from redis_ha.providers import AUTO, PROVIDERS, Choice, choose, make


@contextmanager
def engine(path: Path, answer: bytes) -> Iterator[None]:
    """Answer on a unix socket as an engine would."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            if self.request.recv(1024).startswith(b"GET /_ping "):
                self.request.sendall(answer)

    with socketserver.UnixStreamServer(str(path), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield
        server.shutdown()
        thread.join()


@pytest.fixture
def socket_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)  # a socket's path may have about 100 bytes only
    path = Path("engine.sock")
    monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
    return path


def test_the_provider_asked_for_is_taken_whatever_else_is_there(socket_path: Path) -> None:
    state.remember("default", "docker")
    assert choose("local", "default") == Choice("local", "as asked")


def test_an_unknown_provider_is_refused_with_those_there_are() -> None:
    known = ", ".join([AUTO, *PROVIDERS])
    with pytest.raises(ProviderError, match=f"^no provider `cloud`; there are {known}$"):
        choose("cloud", "default")


def test_what_the_inventory_is_up_with_comes_first(socket_path: Path) -> None:
    state.remember("default", "local")
    with engine(socket_path, b"HTTP/1.0 200 OK\r\n\r\nOK"):
        assert choose(AUTO, "default") == Choice("local", "it was brought up with it")
        assert choose(AUTO, "two-nodes").name == "docker"


def test_a_remembered_provider_that_is_no_more_is_passed_over(socket_path: Path) -> None:
    state.remember("default", "gone")
    assert choose(AUTO, "default").why == "no Docker engine answers here"


def test_an_engine_that_answers_is_taken(socket_path: Path) -> None:
    with engine(socket_path, b"HTTP/1.0 200 OK\r\n\r\nOK"):
        choice = choose(AUTO, "default")
    assert choice == Choice("docker", "a Docker engine answers on engine.sock")


def test_something_else_on_the_socket_is_no_engine(socket_path: Path) -> None:
    with engine(socket_path, b"HTTP/1.0 503 Service Unavailable\r\n\r\n"):
        assert choose(AUTO, "default").name == "local"


def test_a_socket_that_nobody_answers_is_no_engine(socket_path: Path) -> None:
    assert choose(AUTO, "default") == Choice("local", "no Docker engine answers here")


def test_an_engine_elsewhere_is_not_looked_for_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://192.0.2.1:2375")
    assert choose(AUTO, "default").name == "local"


@pytest.mark.parametrize("name", PROVIDERS)
def test_every_registered_provider_can_be_made(name: str) -> None:
    assert make(name, inventory.load("default")).name == name
