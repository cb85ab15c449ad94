"""Commands, files and services on a node, the same over SSH and on this machine."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

from redis_ha import inventory, roles
from redis_ha.intents import Intents
from redis_ha.nodes import last_words
from redis_ha.nodes.marks import NodeMarks
from redis_ha.proc import OnLine, Result
from redis_ha.roles.process import Processes

LOOPBACK = "127.0.0.1"
FOLLOW_S = 24 * 3600
"""How long something is followed at most."""


class Units(Protocol):
    """The services of a node, by the names of its processes."""

    def start(self, unit: str) -> None:
        """Start a unit; does nothing when it runs.

        Raises:
            NotStarted: it does not start; the message has its last words.
        """

    def restart(self, unit: str) -> bool:
        """Let a unit save and end, then start it; starts one that does not run.

        Returns whether it had to be killed, because it did not end in time.

        Raises:
            NotStarted: as for `start`.
        """

    def hold(self, unit: str) -> None:
        """See to it that a unit that is killed next stays down until `start`."""

    def kill(self, *units: str) -> float:
        """End units with SIGKILL; return when, by the node's own clock (epoch, seconds)."""

    def pause(self, *units: str) -> float:
        """Stop processes with SIGSTOP: they keep their connections and answer nothing.

        Returns when, as `kill` does.
        """

    def resume(self, unit: str) -> None:
        """Let a paused process go on; does nothing to one that runs, or does not."""

    def is_active(self, unit: str) -> bool:
        """Say whether a unit runs."""

    def obstacle(self, unit: str) -> str:
        """Return what keeps a unit from starting that its log cannot know; empty for nothing."""

    def pid(self, unit: str) -> int:
        """Return the id of a unit's process as the node counts them; 0 when it does not run."""

    def is_paused(self, unit: str) -> bool:
        """Say whether a unit's process is stopped in its tracks."""

    def log_command(self, unit: str, lines: int, *, follow: bool) -> tuple[str, ...]:
        """Return the command that prints the unit's log."""


@dataclass(frozen=True)
class Command:
    """A command for a node.

    Args:
        timeout_s: how long it may take before it is ended.
        on_line: takes each line of standard output as soon as it is there.
        hangs_up: whether it ends on the node as soon as the connection does, however that ends.
    """

    argv: tuple[str, ...]
    sudo: bool = False
    timeout_s: float = 60
    on_line: OnLine | None = None
    hangs_up: bool = False


class Node(Protocol):
    """A machine of the environment that takes commands; each kind of node is one of these.

    Args:
        address: where the others reach it.
        bind: every address that its services listen on.
        is_machine: whether it has a system of its own, not only a folder.
        processes: everything that runs on it.
        intents: where it writes down what it keeps for a while; None for nowhere.
    """

    spec: inventory.NodeSpec
    address: str
    bind: tuple[str, ...]
    is_machine: bool
    processes: Processes
    units: Units
    intents: Intents | None = None

    @property
    def name(self) -> str:
        """Return its name in the inventory."""
        return self.spec.name

    @property
    def servers(self) -> Processes:
        """Return Redis and the Sentinels, which depend on each other across nodes."""
        return self.processes.of(*roles.clustered())

    def run(
        self,
        *argv: str,
        sudo: bool = False,
        check: bool = True,
        timeout_s: float = 60,
        on_line: OnLine | None = None,
    ) -> Result:
        """Run a command.

        Raises:
            Unreachable: the node does not take commands.
            CommandFailed: the status is not 0 and `check` is set.
        """
        done = self.carry_out(Command(argv, sudo, timeout_s, on_line))
        return done.checked(self.name) if check else done

    def follow(self, *argv: str, on_line: OnLine) -> None:
        """Run a command that goes on until this process ends.

        Raises:
            Unreachable: the node does not take commands.
            CommandFailed: it ended all the same.
        """
        command = Command(argv, timeout_s=FOLLOW_S, on_line=on_line, hangs_up=True)
        self.carry_out(command).checked(self.name)

    def carry_out(self, command: Command) -> Result:
        """Run a command and return how it ended, whatever its status.

        Raises:
            Unreachable: the node does not take commands.
            CommandFailed: the time is over.
        """

    def path(self, absolute: str) -> str:
        """Return where the node keeps what belongs to `absolute`."""

    def by_hand(self, program: str) -> str:
        """Return how somebody on the node runs a program of Redis with the right to do so."""

    def why_down(self, process: str) -> str:
        """Return why a process does not run, in a line that names node and process.

        Raises:
            Unreachable: the node does not take commands.
        """
        return last_words.why(self, self.units, self.processes.named(process))

    def read(self, *paths: str) -> dict[str, str | None]:
        """Return the text of files by path, None where there is no such file.

        Raises:
            Unreachable: the node does not take commands.
            CommandFailed: one is there and cannot be read.
        """

    def upload(self, files: Mapping[str, bytes]) -> AbstractContextManager[str]:
        """Put files into a private folder of the node that goes away in the end."""

    @contextmanager
    def noted(self, kind: str, detail: str) -> Iterator[None]:
        """Have an entry about this node while something is done that puts itself back."""
        if self.intents is None:
            yield
            return
        with self.intents.during(kind, self.name, detail):
            yield

    def mark(self, name: str, text: str, *, lasts: bool) -> None:
        """Leave a line of text on the node.

        Args:
            lasts: whether a restart of the node leaves it there.

        Raises:
            Unreachable: the node does not take commands.
            CommandFailed: it cannot be written.
        """

    def unmark(self, name: str) -> None:
        """Take a line away again; does nothing where it is gone.

        Raises:
            Unreachable: the node does not take commands.
            CommandFailed: it cannot be removed.
        """

    def kept(self) -> NodeMarks:
        """Return the lines that were left, and uploads that are older than any command.

        Raises:
            Unreachable: the node does not take commands.
        """

    def command_line(self, *argv: str) -> tuple[str, ...]:
        """Return the command of this machine that runs `argv`, or a shell, on the node."""

    def piped(self, *argv: str) -> tuple[str, ...]:
        """Return the command of this machine that runs `argv` on the node between its own pipes.

        What runs there finds the end of its standard input when that command ends, however it does.
        """

    def forwarded(self, address: str, port: int) -> AbstractContextManager[tuple[str, int]]:
        """Make what listens on the node reachable from this machine; says where it is.

        Raises:
            Unreachable: the node does not take connections.
        """

    def provision_flags(self) -> tuple[str, ...]:
        """Return the flags by which provision scripts find the node's files."""

    def service_flags(self) -> tuple[str, ...]:
        """Return the flags by which provision scripts find the node's services."""

    def close(self) -> None:
        """End the connection."""


def is_stopped(stat: str) -> bool:
    """Say whether a process is stopped, by what `/proc/PID/stat` says of it."""
    return stat.rpartition(")")[2].split()[:1] == ["T"]


def loopback(node: Node) -> str:
    """Return a node's own loopback address; a folder has one of this machine's."""
    return LOOPBACK if node.is_machine else node.address
