"""The certificates that nodes made here shall trust besides their distribution's."""

import os
from pathlib import Path

from redis_ha.errors import ProviderError

SYSTEM_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
SYSTEM_EXTRA = Path("/usr/local/share/ca-certificates")


def bundle() -> Path | None:
    """Return the bundle to trust in nodes as well: as asked, or where this machine has its own.

    Raises:
        ProviderError: a variable names a file that is not there.
    """
    for variable in ("REDIS_HA_CA_BUNDLE", "SSL_CERT_FILE"):
        if value := os.environ.get(variable):
            if not (path := Path(value)).is_file():
                raise ProviderError(f"{variable}: no such file: {path}")
            return path
    added = SYSTEM_EXTRA.is_dir() and any(SYSTEM_EXTRA.rglob("*.crt"))
    return SYSTEM_BUNDLE if added and SYSTEM_BUNDLE.is_file() else None
