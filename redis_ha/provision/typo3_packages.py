"""Where TYPO3 comes from: Composer's registry, or repositories of one's own."""

import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from redis_ha import proc
from redis_ha.errors import CommandFailed, ProviderError, RedisHaError
from redis_ha.printable import short

VARIABLE = "REDIS_HA_COMPOSER_REPOSITORY"
REGISTRY = "Composer's registry"
PLUGINS = ("typo3/cms-composer-installers", "typo3/class-alias-loader")
"""Packages of TYPO3 that Composer runs."""
CORE = "typo3/cms-core"
NAMES = ("backend", "extbase", "extensionmanager", "fluid", "frontend", "install")
LEAST = tuple(f"typo3/cms-{name}" for name in NAMES)
"""What a site does not go without, besides the core: 14 does not even install, and in 12 the
command `extension:setup` is the extension manager's."""
ASKED_S = 30
ERROR = re.compile(r"In \S+ line \d+:$|.*could not be resolved")
"""What Composer begins with when it says what went wrong; the next paragraph is that."""


@dataclass(frozen=True)
class Repository:
    """One place that Composer is told of.

    Args:
        kind: as Composer calls it.
        url: an address, or the path of a folder.
        folder: the same where it is a folder of this machine.
    """

    kind: str
    url: str
    folder: Path | None = None

    def as_json(self) -> dict[str, object]:
        """Return it as composer.json has it."""
        return {"type": self.kind, "url": self.url}


def repositories(text: str | None = None) -> tuple[Repository, ...]:
    """Return the repositories that the environment names, none for Composer's registry.

    Raises:
        RedisHaError: a word is neither an address nor a folder of packages.
    """
    said = os.environ.get(VARIABLE, "") if text is None else text
    return tuple(map(_repository, said.split()))


def _repository(word: str) -> Repository:
    if "://" in word:
        return Repository("vcs" if word.endswith(".git") else "composer", word)
    folder = Path(word).expanduser().resolve()
    if kind := next((kind for sign, kind in SIGNS.items() if any(folder.glob(sign))), None):
        return Repository(kind, str(folder), folder)
    what = "holds no packages" if folder.is_dir() else "is no folder"
    raise RedisHaError(f"{VARIABLE}: {short(word)} {what}")


SIGNS = {".git": "vcs", "HEAD": "vcs", "composer.json": "path", "packages.json": "composer"} | {
    "*.zip": "artifact"
}
"""What lies in a folder, and what that makes of it for Composer."""


def project(required: Mapping[str, str], places: tuple[Repository, ...]) -> str:
    """Return the composer.json of a site that takes these packages from these places alone."""
    registry: list[dict[str, object]] = [{"packagist.org": False}] if places else []
    content = {
        "name": "redis-ha/site",
        "type": "project",
        "license": "proprietary",
        "repositories": [each.as_json() for each in places] + registry,
        "require": dict(required),
        "config": {"allow-plugins": dict.fromkeys(PLUGINS, True), "sort-packages": True},
    }
    return json.dumps(content, indent=4) + "\n"


def obstacle(version: str) -> str | None:
    """Return why a version of TYPO3 cannot be had here, None where nothing is in the way."""
    return _obstacle(version, os.environ.get(VARIABLE, ""))


@cache
def _obstacle(version: str, said: str) -> str | None:
    """Ask Composer: it knows what a repository of any kind holds."""
    if not shutil.which("composer"):
        return "Composer is not installed on this machine (Debian: `apt-get install composer`)"
    try:
        places = repositories(said)
    except RedisHaError as error:  # the site alone cannot be had: all else goes on
        return str(error)
    with TemporaryDirectory(prefix="redis-ha-composer-") as name:
        folder = Path(name)
        (folder / "composer.json").write_text(project({}, places), encoding="utf-8")
        command = ("show", "--all", "--no-ansi", CORE, f"{version}.*")
        try:
            composer(folder, *command, timeout_s=ASKED_S)
        except (CommandFailed, ProviderError):  # the first one when its time is over
            whole = " ".join(each.url for each in places) or REGISTRY
            return f"{whole}: has no TYPO3 {version}, or does not answer; {VARIABLE} names others"
    return None


def composer(folder: Path, *words: str, timeout_s: float = 600) -> None:
    """Run Composer in a folder, which keeps what is its own there.

    Raises:
        ProviderError: there is none, or it says no.
    """
    own = {"COMPOSER_NO_INTERACTION": "1", "COMPOSER_ALLOW_SUPERUSER": "1"}
    command = ("composer", "--no-ansi", *words)
    done = proc.run(*command, cwd=folder, env=os.environ | own, timeout_s=timeout_s, check=False)
    if not done.ok:
        raise ProviderError(f"`{' '.join(command)}`: {cause(done.stderr)}")


def cause(said: str) -> str:
    """Return why Composer gives up: its usage, which comes last, and its progress left out."""
    blocks = [" ".join(block.split()) for block in re.split(r"\n\s*\n", said)]
    titles = [number for number, block in enumerate(blocks) if ERROR.match(block)]
    told = [blocks[number + 1] for number in titles if number + 1 < len(blocks)]
    return short("; ".join(told) or next(filter(None, reversed(blocks)), "no output"))
