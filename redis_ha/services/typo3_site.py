"""A TYPO3 site on this machine, read by its own PHP."""

import json
from pathlib import Path

from redis_ha import proc
from redis_ha.errors import ProviderError, RedisHaError
from redis_ha.printable import short
from redis_ha.render import PROJECT
from redis_ha.typo3 import site
from redis_ha.typo3.site import Site

PROGRAM = PROJECT / "php" / "bin" / "typo3-settings.php"
READ_S = 60
"""How long its settings and each server that they name may take."""


def read(folder: Path) -> Site:
    """Return a site's settings, and what the servers say that they name.

    Raises:
        RedisHaError: there is none in that folder, or its settings end in an error.
        ProviderError: there is no PHP here.
    """
    done = proc.run("php", str(PROGRAM), str(folder), check=False, timeout_s=READ_S)
    try:
        said = json.loads(done.stdout)
    except ValueError:
        why = short((done.stderr or done.stdout).strip()) or f"status {done.status}"
        raise ProviderError(f"{folder}: its settings end PHP: {why}") from None
    if "error" in said:
        raise RedisHaError(str(said["error"]))
    return site.read(said)
