"""The console as one tarball with its whole dependency tree, so that nodes need no registry.

Made by this machine's npm from `files/redis-commander/package`: what the committed lock names and
no development tools; no install script is run. The same content makes the same file, byte by byte.
"""

import gzip
import json
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from redis_ha import proc
from redis_ha.errors import ProviderError
from redis_ha.providers import Tell
from redis_ha.provision import npm
from redis_ha.render import FILES

RECIPE = FILES / "redis-commander" / "package"
NAME = "redis-commander"
FORMAT = b"2"
"""Another one for another layout of the tarball."""
AUDIT = ("npm", "audit", "--omit=dev", "--omit=optional", "--json", "--no-update-notifier")
LEFT_OUT = frozenset({".bin", ".package-lock.json"})
"""Below node_modules: what only npm needs, and what differs between its versions."""


@dataclass(frozen=True)
class Package:
    """A tarball that is there.

    Args:
        version: of redis-commander.
        digest: of everything that decides its content; sha256, 64 hexadecimal digits.
        is_new: whether it was made now.
    """

    path: Path
    version: str
    digest: str
    is_new: bool

    @property
    def size(self) -> int:
        """Return its size in bytes."""
        return self.path.stat().st_size


@dataclass(frozen=True)
class Advisory:
    """A known vulnerability of a package in the tree."""

    name: str
    severity: str
    title: str


def ensure(tell: Tell) -> Package:
    """Return the tarball, from the cache where it holds this content.

    Raises:
        ProviderError: there is no npm here, or it cannot install what the lock names.
    """
    content = digest()
    path = npm.CACHE / f"{NAME}-{version()}-{content[:12]}.tgz"
    is_new = not path.exists()
    if is_new:
        tell(f"packing redis-commander {version()} with this machine's npm")
        path.parent.mkdir(parents=True, exist_ok=True)
        _build(path)
    return Package(path, version(), content, is_new)


def obstacle() -> str | None:
    """Return why no tarball can be had here, None where nothing is in the way."""
    cached = (npm.CACHE / f"{NAME}-{version()}-{digest()[:12]}.tgz").exists()
    return None if cached else npm.obstacle()


def version() -> str:
    """Return the pinned version of redis-commander."""
    return npm.version(RECIPE, NAME)


def audit() -> list[Advisory]:
    """Return the known vulnerabilities of what the lock names.

    Raises:
        ProviderError: there is no npm here, or the registry does not answer such questions.
    """
    said = proc.run(*AUDIT, cwd=RECIPE, check=False, timeout_s=60).stdout
    try:
        report = json.loads(said)
        found = report["vulnerabilities"]
    except (ValueError, KeyError):
        raise ProviderError("npm audit: the registry gives no answer") from None
    return sorted(_advisories(found), key=lambda each: (each.name, each.title))


def _advisories(found: dict[str, dict[str, object]]) -> Iterator[Advisory]:
    """Yield each advisory where it originates; npm repeats it for all that depend on it."""
    for name, entry in found.items():
        via = entry["via"]
        for cause in via if isinstance(via, list) else ():
            if isinstance(cause, dict):
                yield Advisory(name, str(cause["severity"]), str(cause["title"]))


def digest() -> str:
    """Return what decides the content of the tarball; sha256, 64 hexadecimal digits."""
    return npm.digest(RECIPE, FORMAT)


def _build(path: Path) -> None:
    with tempfile.TemporaryDirectory(dir=path.parent) as name:
        folder = Path(name, "package")
        shutil.copytree(RECIPE, folder)
        npm.install(folder, NAME)
        draft = Path(name, path.name)
        pack(_program(folder), draft)
        draft.replace(path)


def _program(folder: Path) -> Path:
    """Return redis-commander with the other packages inside: it looks for some only there."""
    packages = folder / "node_modules"
    program = (packages / NAME).rename(folder / NAME)
    packages.rename(program / "node_modules")
    shutil.copy(RECIPE / "preload.js", program)
    return program


def pack(folder: Path, path: Path) -> None:
    """Write a folder's files as a tarball without times, owners or the order of the disk."""
    with (
        path.open("wb") as file,
        gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for each in sorted(folder.rglob("*")):
            below = each.relative_to(folder)
            if each.is_file() and not each.is_symlink() and not LEFT_OUT & set(below.parts):
                archive.add(each, str(below), filter=_anonymous)


def _anonymous(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.uid = info.gid = info.mtime = 0
    info.uname = info.gname = ""
    info.mode = 0o755 if info.mode & 0o100 else 0o644
    return info
