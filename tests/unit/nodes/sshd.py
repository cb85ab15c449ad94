"""A small SSH server on loopback: real keys and sessions, commands run by /bin/sh."""

import os
import socket
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import cast

import paramiko
from paramiko.common import (
    AUTH_FAILED,
    AUTH_SUCCESSFUL,
    OPEN_SUCCEEDED,
    cMSG_CHANNEL_SUCCESS,
)


class _Transport(paramiko.Transport):
    """Runs a command once the client has been told that it is accepted, as OpenSSH does.

    One that ends at once would else close its channel before that.
    """

    def __init__(self, connection: socket.socket) -> None:
        super().__init__(connection)
        self.accepted: list[threading.Thread] = []

    def _send_user_message(self, data: paramiko.Message) -> None:
        super()._send_user_message(data)  # type: ignore[misc]
        if data.asbytes().startswith(cMSG_CHANNEL_SUCCESS):
            while self.accepted:
                self.accepted.pop().start()


class _Session(paramiko.ServerInterface):
    def __init__(self, login: paramiko.PKey, environment: Mapping[str, str]) -> None:
        self._login, self._environment = login, environment

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        return AUTH_SUCCESSFUL if (username, key) == ("ops", self._login) else AUTH_FAILED

    def get_allowed_auths(self, username: str) -> str:
        return "publickey"

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return OPEN_SUCCEEDED

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        execution = threading.Thread(target=self._execute, args=(channel, command), daemon=True)
        cast(_Transport, channel.get_transport()).accepted.append(execution)
        return True

    def _execute(self, channel: paramiko.Channel, command: bytes) -> None:
        standard_input, given = os.pipe()
        threading.Thread(target=_feed, args=(channel, given), daemon=True).start()
        done = subprocess.run(
            ["/bin/sh", "-c", command.decode()],
            env=self._environment,
            stdin=standard_input,
            capture_output=True,
            check=False,
        )
        os.close(standard_input)
        channel.sendall(done.stdout)
        channel.sendall_stderr(done.stderr)
        channel.send_exit_status(done.returncode)
        channel.close()


def _feed(channel: paramiko.Channel, given: int) -> None:
    """Hand on what the client sends until it has no more, or nobody reads it."""
    with os.fdopen(given, "wb", buffering=0) as file, suppress(BrokenPipeError):
        while sent := channel.recv(1 << 15):
            file.write(sent)


def _serve(
    listener: socket.socket,
    transports: list[paramiko.Transport],
    host_key: paramiko.PKey,
    session: _Session,
) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return  # closed: the test is over
        transport = _Transport(connection)
        transport.add_server_key(host_key)
        transports.append(transport)
        transport.start_server(event=threading.Event(), server=session)


@contextmanager
def served(host_key: Path, login: Path, environment: Mapping[str, str]) -> Iterator[int]:
    """Take connections of `ops` with one key for a while; yields the port."""
    transports: list[paramiko.Transport] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        session = _Session(_load(login), environment)
        arguments = (listener, transports, _load(host_key), session)
        thread = threading.Thread(target=_serve, args=arguments, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
            for transport in transports:
                transport.close()
                transport.join()


def _load(path: Path) -> paramiko.PKey:
    return paramiko.Ed25519Key.from_private_key_file(str(path))
