"""The files that a role puts on a node, as data."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

TEMPLATE = ".j2"
UNITS = "/etc/systemd/system"
PER_PROCESS = "{process}"
"""In a path: the role has such a file for each of its processes."""


class Then(StrEnum):
    """How a process takes note of a file that changed."""

    NOTHING = "nothing"
    RELOAD = "reload"
    RESTART = "restart"


MakesText = Callable[[Any], str | None]


@dataclass(frozen=True)
class File:
    """One file of a role.

    Args:
        source: its path below `files/`; a template where it ends in .j2, else taken as it is.
        path: where it belongs, as below `/`; with `{process}` one for each process of the role.
        mode, owner, group: on machines; a folder's files are private to who runs it.
        then: what the role's processes do when it changed.
        only_machines: whether a node that is a folder of processes does without: units of
            systemd, packet filters.
        made: returns its text by the inventory, in place of a source; None where there is no such
            file.
        process: the one of the role's processes that takes note of a change; empty for all.
        is_rewritten: whether the server itself rewrites it; it is compared by meaning then, and
            what the server learned is kept.
    """

    source: str
    path: str
    mode: int = 0o644
    owner: str = "root"
    group: str = "root"
    then: Then = Then.NOTHING
    only_machines: bool = False
    made: MakesText | None = None
    process: str = ""
    is_rewritten: bool = False

    @property
    def is_template(self) -> bool:
        return self.source.endswith(TEMPLATE)

    @property
    def is_per_process(self) -> bool:
        return PER_PROCESS in self.path

    def path_for(self, process: str) -> str:
        """Return where the file of one process belongs."""
        return self.path.replace(PER_PROCESS, process)


def unit(source: str, *, then: Then = Then.RESTART, process: str = "") -> File:
    """Return a unit of systemd, or what it runs by: only machines have it."""
    name = Path(source).name.removesuffix(TEMPLATE)
    return File(source, f"{UNITS}/{name}", then=then, only_machines=True, process=process)


def copies(
    folder: Path,
    patterns: Iterable[str],
    to: str,
    *,
    then: Then = Then.NOTHING,
    process: str = "",
) -> tuple[File, ...]:
    """Return files of a folder of this project, which nodes get below `to` as they are."""
    found = {path for pattern in patterns for path in folder.glob(pattern) if path.is_file()}
    return tuple(
        File(
            "",
            f"{to}/{path.relative_to(folder)}",
            mode=0o755 if path.parent.name == "bin" else 0o644,
            then=then,
            made=partial(_text, path),
            process=process,
        )
        for path in sorted(found)
    )


def _text(path: Path, topology: Any) -> str:
    del topology
    return path.read_text(encoding="utf-8")
