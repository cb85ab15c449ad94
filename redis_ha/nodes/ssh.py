"""A node over SSH: Fabric with host keys checked, argv quoted in one place."""

import io
import os
import shlex
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from secrets import token_hex

from fabric import Config, Connection
from invoke.exceptions import CommandTimedOut
from paramiko import RejectPolicy, SSHException

from redis_ha import proc
from redis_ha.archive import Entry, tar, untar
from redis_ha.errors import CommandFailed, Unreachable, Unwritable
from redis_ha.nodes import LOOPBACK, Command, Node, Units, marks
from redis_ha.nodes.marks import UPLOADS, NodeMarks
from redis_ha.nodes.systemd import SystemdUnits
from redis_ha.nodes.together import Together
from redis_ha.once import once
from redis_ha.proc import OnLine, Result
from redis_ha.providers import Host, Ssh
from redis_ha.roles.process import Processes
from redis_ha.wait import wait_until

CONNECT_TIMEOUT_S = 5
FEED_S = 60
"""How long a node may take nothing of what it is sent."""
ANY_PORT = (0, 0)
"""What is tried after the port that was wanted: a free one may be taken a moment later."""
STANDS = "redis-ha: the tunnel stands"
TAKEN = "Could not request local forwarding."
"""OpenSSH's last word when the port is somebody else's."""
GRACE_S = 10
"""How much longer than the command this side waits before it gives the node up."""


class _Lines(io.TextIOBase):
    """A stream that hands on whole lines."""

    def __init__(self, on_line: OnLine) -> None:
        self._on_line, self._rest = on_line, ""

    def write(self, text: str) -> int:
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self._on_line(_text(line).removesuffix("\r"))  # a terminal's line end
        return len(text)


BYTES = "latin-1"
"""A letter a byte: Fabric decodes what it gets piece by piece, and would damage letters of several
bytes wherever a piece ends within one."""


def _text(output: str) -> str:
    """Return what was written, of which each byte came as a letter."""
    return output.encode(BYTES).decode(errors="replace")


class SshNode(Node):
    """Runs commands on a node through one kept connection."""

    is_machine = True

    def __init__(self, host: Host, ssh: Ssh, processes: Processes) -> None:
        self.spec, self.address = host.spec, host.address
        self.processes = processes
        self.bind: tuple[str, ...] = (LOOPBACK, host.address)
        self._ssh = ssh
        self._open = Together(self._connect)
        self.units: Units = SystemdUnits(self, processes)

    @once
    def _connection(self) -> Connection:
        connection = Connection(
            self._ssh.address,
            user=self._ssh.user,
            port=self._ssh.port,
            connect_timeout=CONNECT_TIMEOUT_S,
            connect_kwargs={
                "key_filename": str(self._ssh.key),
                "allow_agent": False,
                "look_for_keys": False,
                "banner_timeout": CONNECT_TIMEOUT_S,
            },
            # The user's own ssh configuration has no say over the environment's nodes.
            config=Config(runtime_ssh_path=os.devnull),
        )
        # Fabric accepts any host key by itself.
        connection.client.load_host_keys(str(self._ssh.known_hosts))
        connection.client.set_missing_host_key_policy(RejectPolicy())
        return connection

    def _connect(self) -> None:
        self._connection.open()
        # Each command ends with a message that nobody answers: the next one would wait 40 ms for
        # the node's kernel to confirm that (Nagle's algorithm).
        self._connection.transport.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def carry_out(self, command: Command) -> Result:
        # A command that is given up here must end there as well.
        timeout = ("timeout", f"{command.timeout_s:g}")
        words = [*(["sudo", "-n"] if command.sudo else []), *timeout, *command.argv]
        with self._errors_named():
            self._open()  # Fabric opens for each thread that finds it closed, and none gets in
            try:
                done = self._connection.run(
                    shlex.join(words),
                    hide=not command.on_line,
                    out_stream=_Lines(command.on_line) if command.on_line else None,
                    err_stream=io.StringIO(),
                    warn=True,
                    in_stream=False,
                    pty=command.hangs_up,
                    timeout=command.timeout_s + GRACE_S,
                    encoding=BYTES,
                )
            except CommandTimedOut:
                late = f"silent for {command.timeout_s:g} s"
                raise CommandFailed(self.name, command.argv, proc.LATE, late) from None
        return Result(command.argv, done.exited, _text(done.stdout), _text(done.stderr))

    def path(self, absolute: str) -> str:
        return absolute

    def read(self, *paths: str) -> dict[str, str | None]:
        # All in one command: on an emulated machine each `sudo` takes a second.
        done = self.run("tar", "-chPf", "-", "--no-recursion", *paths, sudo=True, check=False)
        texts = {name: text.decode() for name, text in untar(done.stdout.encode()).items()}
        for path in paths:
            if path not in texts and f"{path}: Cannot stat: No such file" not in done.stderr:
                raise CommandFailed(
                    self.name, done.argv, done.status, done.stderr or f"no file: {path}"
                )
        return {path: texts.get(path) for path in paths}

    @contextmanager
    def upload(self, files: Mapping[str, bytes]) -> Iterator[str]:
        name = f"{marks.PREFIX}{token_hex(8)}"
        folder = f"{UPLOADS}/{name}"
        entries = {name: Entry(None, 0o700)}
        entries |= {f"{name}/{path}": Entry(content) for path, content in files.items()}
        with self.noted("upload", folder), ExitStack() as after:
            after.callback(self.run, *marks.sweep(folder), sudo=True, check=False)
            # By the node's clock, which tells old uploads. Zeros do not end `tar`: OpenSSH cuts off
            # a connection whose input ends after the command.
            done = self._feed(tar(entries).getvalue(), "tar", "-xmif", "-", "-C", UPLOADS)
            if not done.ok:
                raise Unwritable(self.name, UPLOADS, done.stderr)
            yield folder

    def _feed(self, content: bytes, *argv: str) -> Result:
        """Run a command that reads this; one round trip, where SFTP takes a program and several.

        Raises:
            Unreachable: the node does not take commands.
        """
        with self._errors_named():
            self._open()
            with self._connection.transport.open_session() as channel:
                channel.settimeout(FEED_S)
                channel.exec_command(shlex.join(argv))
                with suppress(OSError):  # it has ended already, and says why
                    channel.sendall(content)
                    channel.shutdown_write()
                said = channel.makefile_stderr("rb").read()
                status = channel.recv_exit_status()
        if status < 0:  # the connection ended before the command
            raise Unreachable(f"{self.name}: the connection was lost during an upload")
        return Result(argv, status, "", said.decode(errors="replace"))

    def mark(self, name: str, text: str, *, lasts: bool) -> None:
        self.run("ln", "-sT", text, marks.place(name, lasts=lasts), sudo=True)

    def unmark(self, name: str) -> None:
        paths = (marks.place(name, lasts=lasts) for lasts in (False, True))
        self.run("rm", "-f", *paths, sudo=True)

    def kept(self) -> NodeMarks:
        return marks.read(self.run(*marks.LOOK, check=False).stdout)

    def command_line(self, *argv: str) -> tuple[str, ...]:
        return (*self._ssh_command("-t"), *([shlex.join(argv)] if argv else []))

    def piped(self, *argv: str) -> tuple[str, ...]:
        return (*self._ssh_command("-T", "-o", "BatchMode=yes"), shlex.join(argv))

    def _ssh_command(self, *options: str) -> tuple[str, ...]:
        """Return the OpenSSH command that logs in, with more options."""
        return (
            "ssh",
            *options,
            *("-i", str(self._ssh.key), "-p", str(self._ssh.port)),
            *("-o", f"UserKnownHostsFile={self._ssh.known_hosts}"),
            *("-o", "StrictHostKeyChecking=yes", "-o", "IdentitiesOnly=yes"),
            *("-F", os.devnull),
            f"{self._ssh.user}@{self._ssh.address}",
        )

    @contextmanager
    def forwarded(self, address: str, port: int) -> Iterator[tuple[str, int]]:
        for wanted in (port, *ANY_PORT):
            local = _free_port(wanted)
            with self._tunnel(local, f"{address}:{port}") as said:
                if said == STANDS:
                    yield LOOPBACK, local
                    return
            if said != TAKEN:
                break
        raise Unreachable(f"{self.name}: no tunnel to {address}:{port}: {said}")

    @contextmanager
    def _tunnel(self, local: int, far: str) -> Iterator[str]:
        """Start OpenSSH's tunnel and give its word when it stands, its last word when it ended.

        Fabric's would end for good at the first connection that is refused there. A port that
        takes connections would prove nothing: it may be somebody else's.
        """
        words = (
            *("-N", "-L", f"{LOOPBACK}:{local}:{far}", "-o", "ExitOnForwardFailure=yes"),
            *("-o", "PermitLocalCommand=yes", "-o", f"LocalCommand=echo {STANDS} >&2"),
        )
        with proc.background(*self._ssh_command(*words), where=self.name) as tunnel:
            wait_until(
                lambda: tunnel.ended() or tunnel.said() == STANDS,
                what=f"{self.name}: a tunnel to {far}",
                timeout_s=2 * CONNECT_TIMEOUT_S,
            )
            yield tunnel.said()

    def by_hand(self, program: str) -> str:
        return f"sudo {program}"

    def provision_flags(self) -> tuple[str, ...]:
        return ()

    def service_flags(self) -> tuple[str, ...]:
        return ()

    def close(self) -> None:
        # One that was never used is not made now; one that is closed is made anew by the next use.
        if connection := self.__dict__.pop("_connection", None):
            connection.close()

    @contextmanager
    def _errors_named(self) -> Iterator[None]:
        try:
            yield
        except (SSHException, EOFError, socket.gaierror, OSError) as error:
            where = f"{self._ssh.user}@{self._ssh.address}:{self._ssh.port}"
            cause = str(error) or type(error).__name__
            raise Unreachable(f"{self.name}: no SSH to {where}: {cause}") from error


def _free_port(wanted: int) -> int:
    """Return a port of this machine that nothing listens on: the one wanted, else any."""
    for port in (wanted, 0):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((LOOPBACK, port))
            return int(probe.getsockname()[1])
    raise Unreachable(f"no free port on {LOOPBACK}")
