"""A TYPO3 site's settings, read by its own PHP where the site is: here, on a node, over SSH.

The program comes along on PHP's standard input, the same one everywhere.
"""

import base64
import json
import shlex
from pathlib import Path
from typing import Any

from redis_ha import proc
from redis_ha.errors import ProviderError, RedisHaError, Unreachable
from redis_ha.nodes import Node
from redis_ha.printable import short
from redis_ha.proc import Result
from redis_ha.render import PROJECT
from redis_ha.roles.web import ACCOUNT, SITE
from redis_ha.services import web
from redis_ha.typo3 import site
from redis_ha.typo3.far import Far
from redis_ha.typo3.site import Site

PROGRAM = PROJECT / "php" / "carried" / "typo3-settings.php"
CLASSES = PROJECT / "php" / "src" / "Typo3"
PLACE = "@CLASSES@"
BEGUN = "redis-ha: PHP reads"
"""Its first words, on standard error: what went wrong after them is no matter of SSH."""
READ_S = 60
"""How long its settings and each server that they name may take."""
CONNECTS_S = 10
SSH = (
    *("ssh", "-T", "-a", "-x", "-o", "BatchMode=yes", "-o", f"ConnectTimeout={CONNECTS_S}"),
    *("-o", "ClearAllForwardings=yes", "-o", "RemoteCommand=none"),
)
"""Keys, agent, hosts and their names are those of who runs this; nothing is asked for meanwhile."""
OF_SSH = 255
"""The status by which OpenSSH says that it failed itself."""


def here(folder: Path) -> Site:
    """Return the settings of a site on this machine, and what the servers say that they name.

    Raises:
        RedisHaError: there is none in that folder, or its settings end in an error.
        ProviderError: there is no PHP here.
    """
    return _read("", _run("php", "--", str(folder)), str(folder))


def of_node(node: Node) -> Site:
    """Return those of the environment's own site.

    Raises:
        RedisHaError: as for `here`.
        Unreachable: the node does not take commands.
    """
    own = ("sudo", "-n", "runuser", "-u", ACCOUNT, "--") if node.is_machine else ()
    folder = node.path(SITE)
    return _read(f"{node.name}: ", _run(*node.piped(*own, web.php(node), "--", folder)), folder)


def over_ssh(far: Far) -> Site:
    """Return those of a site on another machine, as its account reads them.

    Raises:
        RedisHaError: as for `here`.
        ProviderError: there is no PHP there.
        Unreachable: nobody gets in there without a password.
    """
    whose = (*(("-l", far.user) if far.user else ()), *(("-p", str(far.port)) if far.port else ()))
    command = shlex.join(("php", "--", far.folder))
    return _read(f"{far}: ", _run(*SSH, *whose, "--", far.host, command), far.folder)


def program() -> str:
    """Return the program and its classes as one text."""
    classes = {
        f"RedisHa\\Typo3\\{path.stem}": path.read_text(encoding="utf-8")
        for path in sorted(CLASSES.glob("*.php"))
    }
    packed = base64.b64encode(json.dumps(classes).encode()).decode()
    return PROGRAM.read_text(encoding="utf-8").replace(PLACE, packed)


def _run(*argv: str) -> Result:
    return proc.run(*argv, given=program(), check=False, timeout_s=READ_S)


def _read(where: str, done: Result, folder: str) -> Site:
    """Return what PHP said.

    Args:
        where: what an error begins with.
    """
    if BEGUN not in done.stderr:
        why = (done.stderr.strip().splitlines() or [f"status {done.status}"])[-1].strip()
        if done.status == OF_SSH:
            raise Unreachable(f"{where}no SSH there: {why}")
        raise ProviderError(f"{where}no PHP runs there: {why}")
    said = _line(done.stdout)
    if said is None:
        rest = done.stderr.replace(BEGUN, "").strip() or done.stdout.strip()
        why = short(rest) or f"status {done.status}"
        raise ProviderError(f"{where}{folder}: its settings end PHP: {why}")
    if "error" in said:
        raise RedisHaError(f"{where}{said['error']}")
    return site.read(said)


def _line(output: str) -> dict[str, Any] | None:
    """Return the record in the last line; what a shell says as it starts comes before it."""
    try:
        said = json.loads((output.splitlines() or [""])[-1])
    except ValueError:
        return None
    return said if isinstance(said, dict) else None
