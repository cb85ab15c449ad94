"""The scripts of the operator's that Sentinels run: at a problem, and when the master changes.

Sentinel runs them as its own user, inside the sandbox of its unit, one after the other, for a
minute at most; status 1 is tried again ten times, another one is not (sentinel.conf, "SCRIPTS
EXECUTION").
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from redis_ha.render import read_source
from redis_ha.roles.file import File
from redis_ha.roles.redis import ACCOUNT, FOLDER

NAMES = {
    "notification_script": "notification.sh",
    "client_reconfig_script": "client-reconfig.sh",
}
"""What they are called on the nodes, by their key in `[sentinel]`."""


def text(key: str, topology: Any) -> str | None:
    """Return the script of a key, None where none is set."""
    named = getattr(topology.sentinel, key)
    return _path(topology, named).read_text(encoding="utf-8") if named else None


def drop_in(topology: Any) -> str | None:
    """Return what lets units run scripts, None where there are none."""
    named = any(getattr(topology.sentinel, key) for key in NAMES)
    return read_source("sentinel/20-scripts.conf") if named else None


FILES = (
    *(
        File("", f"{FOLDER}/{name}", mode=0o750, group=ACCOUNT, made=partial(text, key))
        for key, name in NAMES.items()
    ),
    *(
        File(
            "",
            f"/etc/systemd/system/{unit}.service.d/20-scripts.conf",
            only_machines=True,
            made=drop_in,
        )
        for unit in ("redis-sentinel", "redis-sentinel@")
    ),
)


def contradictions(topology: Any) -> Iterator[str]:
    """Yield what keeps Sentinel from running a script."""
    for key in NAMES:
        named = getattr(topology.sentinel, key)
        if named and (problem := _problem(_path(topology, named))):
            yield f"sentinel.{key}: {problem}"


def _path(topology: Any, named: str) -> Path:
    found: Path = topology.path.parent / named
    return found


def _problem(path: Path) -> str | None:
    try:
        begins = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return f"{path}: {getattr(error, 'strerror', None) or 'not a text file'}"
    return None if begins.startswith("#!") else f"{path}: its first line is no `#!/bin/sh` or like"
