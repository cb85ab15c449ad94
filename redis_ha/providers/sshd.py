"""SSH servers as seen from this machine: whether one answers, and what key it has."""

import socket

from redis_ha import proc
from redis_ha.errors import ProviderError

KEY_KINDS = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa")
"""The kinds of host keys that are taken, the first choice first."""
SCAN_S = 10


def accepts(address: str, port: int = 22) -> bool:
    """Say whether an SSH server greets."""
    try:
        with socket.create_connection((address, port), timeout=1) as connection:
            connection.settimeout(1)
            return connection.recv(4) == b"SSH-"
    except OSError:
        return False


def host_key(address: str, port: int = 22) -> str:
    """Return the public key that a server shows, to be expected of it from now on.

    Raises:
        ProviderError: it shows none.
    """
    words = ("-p", str(port), "-T", str(SCAN_S), "-t", "ed25519,ecdsa,rsa", address)
    said = proc.run("ssh-keyscan", *words, check=False, timeout_s=2 * SCAN_S).stdout
    keys = dict(line.split()[1:3] for line in said.splitlines() if not line.startswith("#"))
    for kind in KEY_KINDS:
        if kind in keys:
            return f"{kind} {keys[kind]}"
    raise ProviderError(f"{address}:{port} shows no SSH host key")
