"""The logs of a role's processes, by node and in the order of their time stamps."""

import re
import shlex
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from queue import Empty, SimpleQueue

from redis_ha import proc
from redis_ha.errors import RedisHaError
from redis_ha.nodes import Node
from redis_ha.nodes.environment import Environment
from redis_ha.nodes.group import each
from redis_ha.roles.process import Process

STAMP = re.compile(r"^\d+:[XCSM] (\d\d \w{3} \d{4} \d\d:\d\d:\d\d\.\d{3}) ")
"""`pid:role date`, as Redis and Sentinel of every version begin their lines."""
LOOK_S = 0.5

Line = tuple[str, str]
"""Name of the source, and the text."""


@dataclass(frozen=True)
class LogSource:
    """The log of one process on one node."""

    node: Node
    process: Process

    @property
    def name(self) -> str:
        """Return the node's name, with what tells processes of one role apart."""
        apart = self.process.name.removeprefix(self.process.role).removeprefix("-")
        return f"{self.node.name}:{apart}" if apart else self.node.name

    def command(self, lines: int, *, follow: bool) -> tuple[str, ...]:
        """Return the command that prints it on the node."""
        return self.node.units.log_command(self.process.name, lines, follow=follow)


def sources(environment: Environment, role: str) -> list[LogSource]:
    """Return every log of a role's processes."""
    return [
        LogSource(node, process)
        for node in environment.nodes.values()
        for process in node.processes.of(role)
    ]


def merged(logs: list[LogSource], lines: int) -> list[Line]:
    """Return the last lines of each log, all in order of time."""
    read = each(logs, lambda log: log.node.run(*log.command(lines, follow=False)).stdout)
    stamped = [
        (moment, name, line)
        for name, text in read.items()
        for moment, line in _stamped(text.splitlines())
    ]
    return [(name, line) for _, name, line in sorted(stamped, key=lambda entry: entry[0])]


def followed(logs: list[LogSource]) -> Iterator[Line]:
    """Yield lines as they are written, without end.

    Raises:
        RedisHaError: the log of a node cannot be followed any more.
    """
    queue: SimpleQueue[Line | RedisHaError] = SimpleQueue()
    for log in logs:
        threading.Thread(target=partial(_follow, log, queue), daemon=True).start()
    while True:
        try:
            item = queue.get(timeout=LOOK_S)
        except Empty:
            continue
        if isinstance(item, RedisHaError):
            raise item
        yield item


def open_panes(logs: list[LogSource], lines: int) -> None:
    """Show each log in a pane of a new tmux window.

    Raises:
        RedisHaError: there is no tmux.
    """
    session = f"redis-ha-{logs[0].process.role}"
    panes = [shlex.join(log.node.command_line(*log.command(lines, follow=True))) for log in logs]
    proc.run("tmux", "kill-session", "-t", f"={session}", check=False)
    proc.run("tmux", "new-session", "-d", "-s", session, panes[0])
    for pane in panes[1:]:
        proc.run("tmux", "split-window", "-t", f"={session}:", pane)
        proc.run("tmux", "select-layout", "-t", f"={session}:", "even-vertical")


def _follow(log: LogSource, queue: "SimpleQueue[Line | RedisHaError]") -> None:
    try:
        log.node.follow(
            *log.command(0, follow=True), on_line=lambda line: queue.put((log.name, line))
        )
    except RedisHaError as error:
        queue.put(error)


def _stamped(lines: list[str]) -> Iterator[tuple[datetime, str]]:
    """Give each line its moment; one without a stamp belongs to the line before it."""
    moment = datetime.min
    for line in lines:
        if match := STAMP.match(line):
            moment = datetime.strptime(match[1], "%d %b %Y %H:%M:%S.%f")
        yield moment, line
