"""Files in memory as a tar archive."""

import io
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """A file of an archive, or a folder where it has no content; `owner` is user and group id."""

    content: bytes | None
    mode: int = 0o600
    owner: int = 0


def tar(entries: Mapping[str, Entry]) -> io.BytesIO:
    """Return an archive, rewound, to be read or sent."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, entry in entries.items():
            info = tarfile.TarInfo(name)
            info.uid = info.gid = entry.owner
            info.mode = entry.mode
            if entry.content is None:
                info.type = tarfile.DIRTYPE
                archive.addfile(info)
            else:
                info.size = len(entry.content)
                archive.addfile(info, io.BytesIO(entry.content))
    buffer.seek(0)
    return buffer


def untar(content: bytes) -> dict[str, bytes]:
    """Return the files of an archive by name; whatever is no file is left out."""
    if not content:
        return {}
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
        files = {member.name: archive.extractfile(member) for member in archive}
        return {name: file.read() for name, file in files.items() if file}
