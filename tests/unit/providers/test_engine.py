"""redis_ha/providers/engine.py: an engine that answers, none, one that this user may not ask."""

import grp
import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from redis_ha.providers import engine
from redis_ha.providers.engine import Engine
from tests.unit.providers.sockets import answering

NOBODY = 65534


@contextmanager
def somebody_else() -> Iterator[str]:
    """Have no right to the files of root, where that runs the tests; yield the user's name."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    try:
        yield pwd.getpwuid(os.geteuid()).pw_name
    finally:
        os.seteuid(before)


def test_one_that_answers(socket_path: Path) -> None:
    with answering(socket_path):
        found = engine.find()
    assert (found, found.answers) == (Engine(socket_path), True)


def test_nobody_answers(socket_path: Path) -> None:
    found = engine.find()
    assert not found.answers
    assert found.refusal == "no Docker engine answers: sudo ./inv engine.install"


def test_something_else_on_the_socket_is_no_engine(socket_path: Path) -> None:
    with answering(socket_path, b"HTTP/1.0 503 Service Unavailable\r\n\r\n"):
        assert engine.find().problem == "no Docker engine answers"


def test_an_engine_elsewhere_is_not_looked_for_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://192.0.2.1:2375")
    assert engine.find().problem == "no Docker engine answers"


GROUP = grp.getgrgid(os.getgid()).gr_name if os.getgid() else engine.GROUP


@pytest.mark.parametrize(("mode", "group"), [(0o755, GROUP), (0o000, engine.GROUP)])
def test_a_socket_of_somebody_elses_is_told_with_the_group_that_may_open_it(
    mode: int, group: str, socket_path: Path, tmp_path: Path
) -> None:
    with answering(socket_path):
        socket_path.chmod(0)
        tmp_path.chmod(mode)
        try:
            with somebody_else() as user:
                found = engine.find()
        finally:
            tmp_path.chmod(0o700)
    assert found == Engine(
        socket_path,
        f"{user} may not open the Docker socket engine.sock",
        f"sudo usermod -aG {group} {user}, then log in again, or use sudo",
    )


def test_a_user_without_a_name_is_told_by_number(
    socket_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    def unknown(_: int) -> None:
        raise KeyError

    monkeypatch.setattr(engine, "_answers", refuse)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    assert f"usermod -aG docker {os.geteuid()}," in engine.find().mend
