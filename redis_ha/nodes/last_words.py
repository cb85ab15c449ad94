"""Why a process of a node does not run: what its log ends with, and what mends that."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from redis_ha.errors import CommandFailed, NotStarted
from redis_ha.proc import LATE, Result
from redis_ha.roles.process import Process
from redis_ha.roles.trouble import PROGRAMS
from redis_ha.secrets import MASK

LINES = 60
BEGINS, FATAL = "oO0OoO0OoO0Oo", "*** FATAL CONFIG FILE ERROR"
"""What a run of Redis or Valkey begins with, and one that does not understand its file."""
STAMP = re.compile(r"^\d+:[XCSM] \d\d \w{3} \d{4} [\d:.]+ (?P<level>[-.*#]) ")
PASSWORD = re.compile(
    r"\b((?:requirepass|masterauth|primaryauth|sentinel-pass|auth-pass [^ ']+) )[^ ']+"
)
"""In a line of a configuration file, which a server shows when it does not understand it."""
HARMLESS = re.compile(r"WARNING |Server initialized|Configuration loaded|Redis version=")
"""Warnings that Redis 7 gives at each start."""
MANAGER = re.compile(
    r"(Starting|Started|Stopping|Stopped|Failed to start) |"
    r"\S+\.(service|slice): (Scheduled|Failed with|Consumed|Deactivated|Start request|Main process)"
)
"""What systemd says of a unit in its log, where the unit itself has said why."""


class AskedNode(Protocol):
    """A node, as far as this asks it."""

    def run(self, *argv: str, sudo: bool = ..., check: bool = ...) -> Result:
        """Run a command on it."""

    @property
    def name(self) -> str:
        """Return its name."""

    def path(self, absolute: str) -> str:
        """Return where it keeps what belongs to `absolute`."""

    def by_hand(self, program: str) -> str:
        """Return how somebody on it runs a program with the right to do so."""


class Log(Protocol):
    """What keeps the logs of a node's processes."""

    def log_command(self, unit: str, lines: int, *, follow: bool) -> tuple[str, ...]:
        """Return the command that prints the unit's log."""

    def obstacle(self, unit: str) -> str:
        """Return what keeps a unit from starting that its log cannot know; empty for nothing."""


@contextmanager
def told(node: AskedNode, log: Log, process: Process) -> Iterator[None]:
    """Turn the failure of a start into an error with the last words of its process.

    Raises:
        NotStarted: it does not start.
    """
    try:
        yield
    except CommandFailed as error:
        if error.status == LATE:
            raise
        raise NotStarted(why(node, log, process)) from None


def why(node: AskedNode, log: Log, process: Process) -> str:
    """Return why a process does not run, in a line that names node and process."""
    command = log.log_command(process.name, LINES, follow=False)
    obstacle = log.obstacle(process.name)  # what is about to be tried again has not said all yet
    said = obstacle or telling(node.run(*command, check=False).stdout.splitlines())
    ends = f"its log ends: {said}" if said else "its log says nothing"
    reason = f"{node.name}: {process.name} does not run, {ends}"
    return "; ".join([reason, *_mends(node, process, said)])


def telling(lines: Sequence[str]) -> str:
    """Return the line of a log's end that tells most; empty for none."""
    said = [line.strip() for line in lines if line.strip() and not MANAGER.match(line.strip())]
    begun = max((n for n, line in enumerate(said) if BEGINS in line or FATAL in line), default=-1)
    of_run = said[begun + 1 :]
    if begun >= 0 and FATAL in said[begun]:
        return PASSWORD.sub(rf"\1{MASK}", " ".join(of_run[:3]))
    warnings = [line for line in of_run if _is_warning(line)]
    return STAMP.sub("", (warnings or said or [""])[-1])


def _is_warning(line: str) -> bool:
    found = STAMP.match(line)
    return bool(found and found["level"] == "#" and not HARMLESS.match(line, found.end()))


def _mends(node: AskedNode, process: Process, said: str) -> Iterator[str]:
    words = {name: node.by_hand(name) for name in PROGRAMS}
    for trouble in process.troubles:
        if mend := trouble.way_on(said, {**words, "node": node.name, "root": node.path("")}):
            yield mend
            return
