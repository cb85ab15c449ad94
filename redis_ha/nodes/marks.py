"""What a node itself knows of changes for a while: marks of commands, and old uploads.

A mark is a symbolic link whose target is its text: one command makes it, and it is never half
there. `/run` is empty after a restart of the node, as is what such marks stand for.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

PREFIX = "redis-ha."
PASSING, LASTING, UPLOADS = "/run", "/var/lib", "/tmp"  # noqa: S108 - names in it cannot be guessed
STALE_MIN = 60
"""No command keeps an upload for so long."""
_OLD_UPLOAD = ("-type", "d", "-mmin", f"+{STALE_MIN}")
_OURS = ("-maxdepth", "1", "-regex", r"[a-z/]+/redis-ha\.[0-9a-f]+")
LOOK = (
    *("find", PASSING, LASTING, UPLOADS, *_OURS),
    *("(", "-type", "l", "-user", "root", "-printf", r"mark %f %l\n"),
    *("-o", *_OLD_UPLOAD, "-printf", r"upload %T@ %p\n", ")"),
)
"""The command that tells both."""


@dataclass(frozen=True)
class NodeMarks:
    """What is on a node.

    Args:
        marks: their texts by name.
        uploads: old ones by path; when each was made (epoch, seconds).
    """

    marks: Mapping[str, str] = field(default_factory=dict)
    uploads: Mapping[str, float] = field(default_factory=dict)


def sweep(folder: str) -> tuple[str, ...]:
    """Return the command that removes an upload, and old ones that were left."""
    these = ("(", *_OLD_UPLOAD, "-o", "-path", folder, ")")
    return ("find", UPLOADS, *_OURS, *these, "-exec", "rm", "-rf", "{}", "+")


def place(name: str, *, lasts: bool) -> str:
    """Return where a mark lies.

    Args:
        lasts: whether what it stands for outlives a restart of the node.
    """
    return f"{LASTING if lasts else PASSING}/{PREFIX}{name}"


def read(said: str) -> NodeMarks:
    """Read what `LOOK` said."""
    marks, uploads = {}, {}
    for line in said.splitlines():
        match line.split(" ", 2):
            case ["mark", name, text]:
                marks[name.removeprefix(PREFIX)] = text
            case ["upload", made_s, path]:
                uploads[path] = float(made_s)
    return NodeMarks(marks, uploads)


def is_old(made_s: float) -> bool:
    """Say whether an upload is older than any command keeps one (epoch, seconds)."""
    return time.time() - made_s > STALE_MIN * 60
