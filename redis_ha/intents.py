"""What commands are about to change for a while, written down before and taken out after.

A command that is killed (SIGKILL, a machine that is gone) leaves its entries behind: `status` and
`doctor` name what of them is still there, `up` and `heal` put it back. Each entry is a file of its
own in the environment's state, locked by the process that made it for as long as that lives.
"""

import fcntl
import json
import os
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

FOLDER = "intents"


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


@dataclass(frozen=True)
class Entry:
    """An intent that is written down, held by this process."""

    path: Path
    descriptor: int

    def end(self) -> None:
        """Take it out: what it stands for is as it was."""
        with suppress(FileNotFoundError):
            self.path.unlink()
        with suppress(OSError):
            os.close(self.descriptor)


@dataclass(frozen=True)
class Intents:
    """The entries of one environment.

    Args:
        folder: the environment's state.
    """

    folder: Path

    def begin(self, kind: str, node: str, detail: str = "") -> Entry:
        """Write down what is about to be changed.

        Raises:
            OSError: the state cannot be written; nothing is to be changed then.
        """
        intent = Intent(_now(), kind, node, detail, " ".join(sys.argv[1:]))
        home = self.folder / FOLDER
        home.mkdir(mode=0o700, exist_ok=True)
        path = home / f"{secrets.token_hex(8)}.json"
        draft = path.with_suffix(".draft")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.write(descriptor, json.dumps(asdict(intent)).encode())
        draft.rename(path)
        return Entry(path, descriptor)

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
        entries = [self.begin(kind, *place) for place in places]

        def undone() -> None:
            undo()
            for entry in entries:
                entry.end()

        return undone

    def left(self) -> dict[Path, Intent]:
        """Return the entries of commands that have ended, the oldest first."""
        found = {}
        for path in (self.folder / FOLDER).glob("*.json"):
            with ExitStack() as stack, suppress(FileNotFoundError):
                descriptor = os.open(path, os.O_RDONLY)
                stack.callback(os.close, descriptor)
                if _is_free(descriptor):
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


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
