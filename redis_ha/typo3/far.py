"""A TYPO3 site on another machine, by its address."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from redis_ha.errors import RedisHaError
from redis_ha.printable import short

SCHEME = "ssh://"
FORM = f"{SCHEME}[USER@]HOST[:PORT]/PATH"
ADDRESS = re.compile(
    rf"{SCHEME}(?:(?P<user>[^@:/]+)(?P<password>:[^@/]*)?@)?"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^-@:/\[\]\s][^@:/\[\]\s]*)(?::(?P<port>\d{1,5}))?(?P<folder>/.*)"
)
"""A host that begins with a dash would be an option of OpenSSH's."""


@dataclass(frozen=True)
class Far:
    """A folder of another machine.

    Args:
        host: as OpenSSH's own configuration may know it.
        user: empty for whom that names.
        port: None for the one that it names.
    """

    host: str
    folder: str
    user: str = ""
    port: int | None = None

    def __str__(self) -> str:
        user = f"{self.user}@" if self.user else ""
        return f"{user}{self.host}{f':{self.port}' if self.port else ''}"


def read(address: str) -> Far:
    """Return what an address says.

    Raises:
        RedisHaError: it is none, or has a password in it.
    """
    found = ADDRESS.fullmatch(address)
    if found and found["password"]:
        raise RedisHaError(f"{SCHEME}: a password belongs into no command line; OpenSSH takes keys")
    if not found or "%00" in address or int(found["port"] or 1) not in range(1, 65536):
        raise RedisHaError(f"{short(address)}: not an address such as {FORM}")
    port = int(found["port"]) if found["port"] else None
    host = found["host"].strip("[]")
    return Far(host, unquote(found["folder"]), unquote(found["user"] or ""), port)
