"""The ignored folder in which this checkout remembers what it brought up."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_IMODE
from zlib import crc32

from filelock import FileLock, Timeout

from redis_ha.errors import RedisHaError, Unwritable
from redis_ha.render import PROJECT

STATE = PROJECT / ".state"
PRIVATE = 0o700
LOCK = "lock"
READ_ONLY = (errno.EACCES, errno.EROFS)
OWNER = "inventory"
"""In the folder of a name: the path of the file that goes by it."""


def folder(inventory: str, provider: str) -> Path:
    """Return the private folder of one environment, made when missing.

    A checkout that is read only has none for a new one: nobody can hold it to change it.
    """
    path = STATE / inventory / provider
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if error.errno not in READ_ONLY:
            raise
        return path
    for part in (STATE, path.parent, path):
        if S_IMODE(part.stat().st_mode) != PRIVATE:
            part.chmod(PRIVATE)
    return path


def claimed(inventory: str, file: Path) -> str:
    """Return the name that an inventory's state goes by: its own, unless another file has that.

    The first file of a name keeps it, as does one that was there before this was written down. One
    that is gone gives it back: who moves a file keeps the environment.
    """
    mine = str(file.resolve())
    with suppress(FileNotFoundError):
        owner = (STATE / inventory / OWNER).read_text(encoding="utf-8")
        if owner != mine and Path(owner).exists():
            return f"{inventory}-{crc32(mine.encode()):08x}"
    return inventory


def claim(inventory: str, file: Path) -> None:
    """Write down whose this state is."""
    note, mine = STATE / inventory / OWNER, str(file.resolve())
    is_new = not note.exists() or note.read_text(encoding="utf-8") != mine
    if is_new and os.access(note.parent, os.W_OK):  # a read-only place keeps no new environment
        write_private(note, mine)


def fingerprint(*parts: str) -> int:
    """Return a number that is the same for this checkout (and `parts`) every time."""
    return crc32("\0".join((str(PROJECT), *parts)).encode())


def write_private(path: Path, text: str, mode: int = 0o600) -> None:
    """Write a file that only this user can read, whole or not at all.

    Raises:
        Unwritable: it cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        draft.replace(path)
    except OSError as error:  # of a full disk it does not say where
        draft.unlink(missing_ok=True)
        raise Unwritable("", str(path), error.strerror or str(error)) from None


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold an environment for a command that changes it.

    Raises:
        RedisHaError: another command holds it.
    """
    try:
        with FileLock(path / LOCK, timeout=0):
            yield
    except Timeout:
        raise RedisHaError(
            f"another command is changing this environment ({path}); wait until it has ended"
        ) from None


def last_used(inventory: str) -> str | None:
    """Return the provider that this inventory was last brought up with, if it still is."""
    try:
        return (STATE / inventory / "provider").read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def remember(inventory: str, provider: str) -> None:
    """Note which provider this inventory is up with."""
    (STATE / inventory).mkdir(parents=True, exist_ok=True)
    write_private(STATE / inventory / "provider", provider)


def forget(inventory: str, provider: str) -> None:
    """Take the notes back: of this provider, and whose it was once no provider has any state."""
    place = STATE / inventory
    if last_used(inventory) == provider:
        (place / "provider").unlink()
    if not [path for path in place.glob("*/*") if path.name != LOCK]:  # a look makes folders, too
        (place / OWNER).unlink(missing_ok=True)
