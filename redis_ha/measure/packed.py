"""Files of a drill, packed or not: whoever reads one does not need to know."""

import gzip
import lzma
import zlib
from collections.abc import Callable
from pathlib import Path

from redis_ha.errors import RedisHaError

UNPACK: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.decompress,
    ".xz": lzma.decompress,
    "": bytes,
}
"""By what a file's name ends with besides."""
DAMAGE = (OSError, EOFError, lzma.LZMAError, zlib.error)


def find(folder: Path, name: str) -> Path | None:
    """Return a file of this name, packed in whatever way; None where there is none."""
    plain = folder / name.removesuffix(".gz").removesuffix(".xz")
    places = (plain.with_name(plain.name + ending) for ending in UNPACK)
    return next((path for path in places if path.is_file()), None)


def read(path: Path) -> bytes:
    """Return what a file holds, unpacked.

    Raises:
        RedisHaError: it cannot be read, or is damaged.
    """
    try:
        return UNPACK.get(path.suffix, bytes)(path.read_bytes())
    except DAMAGE as error:
        raise RedisHaError(f"{path}: damaged: {error}") from None


def save(path: Path, data: bytes) -> None:
    """Write a file, packed by xz: of a node's keys that leaves a hundredth."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(lzma.compress(data, preset=3))
