"""The Docker engine of this machine: whether it answers this user, and the way on if not."""

import os
import pwd
import socket
from dataclasses import dataclass
from pathlib import Path

INSTALL = "sudo ./inv engine.install"
GROUP = "docker"


@dataclass(frozen=True)
class Engine:
    """What its socket said.

    Args:
        problem: why it does not serve this user, None where it does.
        mend: the command that changes that.
    """

    socket: Path
    problem: str | None = None
    mend: str = ""

    @property
    def answers(self) -> bool:
        return self.problem is None

    @property
    def refusal(self) -> str:
        """Return the problem and its way out."""
        return f"{self.problem}: {self.mend}"


def find() -> Engine:
    """Ask the engine whether it is there; DOCKER_HOST names another socket than the usual one."""
    chosen = os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"
    path = Path(chosen.removeprefix("unix://"))
    try:
        if _answers(path):
            return Engine(path)
    except PermissionError:
        return _refusing(path)
    except OSError:  # nobody listens, or there is no such socket
        pass
    return Engine(path, "no Docker engine answers", INSTALL)


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(2)
        client.connect(str(path))
        client.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
        return b"200 OK" in client.recv(64)


def _refusing(path: Path) -> Engine:
    user = _user()
    mend = f"sudo usermod -aG {_group(path)} {user}, then log in again, or use sudo"
    return Engine(path, f"{user} may not open the Docker socket {path}", mend)


def _user() -> str:
    number = os.geteuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:  # it has no name
        return str(number)


def _group(path: Path) -> str:
    """Return whose members may open the socket: the engine's own group where that is not told."""
    try:
        group = path.group()
    except (OSError, KeyError):  # its folder is closed, or the group has no name
        return GROUP
    return GROUP if group == "root" else group
