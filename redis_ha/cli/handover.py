"""What root leaves in the checkout of somebody else."""

import os
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
WRITTEN = (".state", "reports")


def done() -> None:
    """Give what root wrote here to whom the checkout belongs: they go on with it."""
    owner = PROJECT.stat()
    if os.geteuid() != 0 or owner.st_uid == 0:
        return
    for path in _all():
        if path.lstat().st_uid == 0:
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def _all() -> Iterator[Path]:
    for name in WRITTEN:
        if (top := PROJECT / name).exists():
            yield top
            yield from top.rglob("*")
