"""What commands are about to change for a while, written down before and taken out after.

A command that is killed (SIGKILL, a machine that is gone) leaves its entries behind: `status` and
`doctor` name what of them is still there, `up` and `heal` put it back. Each entry is a file of its
own in the environment's state, locked by the process that made it for as long as that lives. What
a node keeps is marked on the node as well: another machine finds it there.
"""

import fcntl
import json
import os
import secrets
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, TypeVar

from redis_ha.errors import RedisHaError

FOLDER = "intents"
LASTS = {
    "held": False,
    "stopped": False,
    "cut": False,
    "disk": False,
    "switchover": False,
    "priority": True,
    "min-replicas": True,
}
"""What a node keeps, by kind: whether it outlives a restart of the node."""
Item = TypeVar("Item")
Value = TypeVar("Value")


class Keeps(Protocol):
    """What keeps marks: a node."""

    def mark(self, name: str, text: str, *, lasts: bool) -> None:
        """Leave a line of text."""

    def unmark(self, name: str) -> None:
        """Take it away again."""


def _nowhere() -> Mapping[str, Keeps]:
    return {}


@dataclass(frozen=True, order=True)
class Intent:
    """One thing that a command changes for a while.

    Args:
        since: when it was written down (UTC, ISO 8601).
        kind: one of the table in `faults/leftovers.py`.
        node: where; a node's name.
        detail: what there, such as a process, a folder or a value.
        command: the command line that did it, without the program.
    """

    since: str
    kind: str
    node: str
    detail: str
    command: str

    @classmethod
    def read(cls, text: str) -> "Intent | None":
        """Return what `as_text` wrote, None for anything else."""
        try:
            return cls(**json.loads(text))
        except (TypeError, ValueError):
            return None

    def as_text(self) -> str:
        """Return it as one line."""
        return json.dumps(asdict(self))


@dataclass(frozen=True)
class HeldIntent:
    """An intent that is written down, held by this process."""

    path: Path
    descriptor: int
    node: Keeps | None = None
    """Where it is marked as well."""

    def end(self) -> None:
        """Take it out: what it stands for is as it was. Where the node is gone it stays."""
        with suppress(RedisHaError, OSError):
            if self.node:
                self.node.unmark(self.path.stem)
            self.path.unlink()
        with suppress(OSError):
            os.close(self.descriptor)


@dataclass(frozen=True)
class Intents:
    """The entries of one environment.

    Args:
        folder: the environment's state.
        nodes: returns the nodes that keep marks, by name.
    """

    folder: Path
    nodes: Callable[[], Mapping[str, Keeps]] = _nowhere

    def begin(self, kind: str, node: str, detail: str = "") -> HeldIntent:
        """Write down what is about to be changed.

        A node that cannot be marked is changed all the same: the entry here is enough.

        Raises:
            OSError: the state cannot be written; nothing is to be changed then.
        """
        text = Intent(_now(), kind, node, detail, _command_line()).as_text()
        home = self.folder / FOLDER
        home.mkdir(mode=0o700, exist_ok=True)
        path = home / f"{secrets.token_hex(8)}.json"
        draft = path.with_suffix(".draft")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.write(descriptor, text.encode())
        draft.rename(path)
        keeper = self.nodes().get(node) if kind in LASTS else None
        with suppress(RedisHaError, OSError):
            if keeper:
                keeper.mark(path.stem, text, lasts=LASTS[kind])
        return HeldIntent(path, descriptor, keeper)

    @contextmanager
    def during(self, kind: str, node: str, detail: str = "") -> Iterator[None]:
        """Have an entry while something is done that puts itself back, whatever happens."""
        entry = self.begin(kind, node, detail)
        try:
            yield
        finally:
            entry.end()

    def undoing(
        self, undo: Callable[[], object], kind: str, *places: tuple[str, str]
    ) -> Callable[[], None]:
        """Write down what is about to be changed; return what undoes that and takes it out.

        Where undoing fails the entries stay.

        Args:
            places: node and detail of each.
        """
        entries = _side_by_side(lambda place: self.begin(kind, *place), places)

        def undone() -> None:
            undo()
            _side_by_side(HeldIntent.end, entries)

        return undone

    def left(self) -> dict[Path, Intent]:
        """Return the entries of commands that have ended, the oldest first."""
        return self._entries(_is_free)

    def every(self) -> dict[Path, Intent]:
        """Return those of commands at work as well."""
        return self._entries(lambda _: True)

    def _entries(self, accept: Callable[[int], bool]) -> dict[Path, Intent]:
        found = {}
        for path in (self.folder / FOLDER).glob("*.json"):
            with ExitStack() as stack, suppress(FileNotFoundError):
                descriptor = os.open(path, os.O_RDONLY)
                stack.callback(os.close, descriptor)
                if accept(descriptor):
                    found[path] = Intent(**json.loads(path.read_text(encoding="utf-8")))
        return dict(sorted(found.items(), key=lambda each: each[1]))

    def forget(self, *paths: Path) -> None:
        """Take entries of commands that have ended out: all of them where none is named."""
        for path in paths or self.left():
            path.unlink(missing_ok=True)


def _is_free(descriptor: int) -> bool:
    """Say whether the process that made an entry has ended: its lock went with it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _command_line() -> str:
    """Return what was typed, without the program and the option that `./inv` gives itself."""
    words = sys.argv[1:]
    return " ".join(words[2:] if words[:1] == ["--search-root"] else words)


def _side_by_side(work: Callable[[Item], Value], items: Iterable[Item]) -> list[Value]:
    """Do the same with each at once: a node may take its time."""
    todo = list(items)
    with ThreadPoolExecutor(max(1, len(todo))) as pool:
        return list(pool.map(work, todo))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
