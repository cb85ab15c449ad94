"""Packages of this machine's npm: what a committed lock names, and nothing else."""

import json
import shutil
from hashlib import sha256
from pathlib import Path

from redis_ha import proc
from redis_ha.errors import CommandFailed, ProviderError
from redis_ha.render import PROJECT

CACHE = PROJECT / ".state" / "packages"
INSTALL = (
    *("npm", "ci", "--omit=dev", "--omit=optional", "--ignore-scripts"),
    *("--no-audit", "--no-fund", "--no-update-notifier"),
)
REACH_S = 15
"""How long the registry may take to answer one question: without network a whole tree takes minutes
to fail, a name after the other."""
REACH = ("npm", "view", "--fetch-retries=0", "--no-update-notifier")
NO_CAUSE = ("code ", "errno ", "syscall ", "npm warn")
"""How lines of npm's begin that say nothing to people."""
MISSING = "npm is not installed on this machine (Debian: `apt-get install npm`)"


def obstacle() -> str | None:
    """Return why nothing can be installed here, None where nothing is in the way."""
    return None if shutil.which("npm") else MISSING


def version(recipe: Path, name: str) -> str:
    """Return the version of a package that a recipe pins."""
    pinned = json.loads((recipe / "package.json").read_text(encoding="utf-8"))
    return str(pinned["dependencies"][name])


def digest(recipe: Path, layout: bytes = b"") -> str:
    """Return what decides a package's content; sha256, 64 hexadecimal digits.

    Args:
        layout: another one for another layout of what is made of the recipe.
    """
    made = sha256(layout)
    for file in sorted(each for each in recipe.iterdir() if each.is_file()):
        content = file.read_bytes()
        made.update(f"{file.name}\0{len(content)}\0".encode() + content)
    return made.hexdigest()


def install(folder: Path, name: str) -> None:
    """Install what the lock in a copy of a recipe names.

    Raises:
        ProviderError: there is no npm here, or it cannot; the message has its reason.
    """
    try:
        proc.run(*REACH, f"{name}@{version(folder, name)}", "version", timeout_s=REACH_S)
        proc.run(*INSTALL, cwd=folder)
    except CommandFailed as error:
        raise ProviderError(f"npm cannot install {name}: {_cause(error)}") from None


def _cause(error: CommandFailed) -> str:
    """Return the first line in which npm says what is wrong."""
    lines = [line.removeprefix("npm error").strip() for line in error.output.splitlines()]
    marked = [line for line in lines if line and not line.startswith(NO_CAUSE)]
    return (marked or ["it does not say why"])[0]
