"""SSH servers as seen from this machine: whether one answers, and what key it has."""

import socket

from redis_ha import proc
from redis_ha.errors import ProviderError
from redis_ha.wait import wait_until

KEY_KINDS = ("ed25519", "ecdsa", "rsa")
"""The kinds of host keys that are asked for, one after another."""
SCAN_S = 10


def accepts(address: str, port: int = 22) -> bool:
    """Say whether an SSH server greets."""
    try:
        with socket.create_connection((address, port), timeout=1) as connection:
            connection.settimeout(1)
            return connection.recv(4) == b"SSH-"
    except OSError:
        return False


def wait(
    name: str, address: str, port: int = 22, *, timeout_s: float, interval_s: float = 0.1
) -> None:
    """Wait until a node's SSH server greets.

    Raises:
        TimedOut: it does not.
    """
    wait_until(
        lambda: accepts(address, port),
        what=f"{name} accepts SSH",
        timeout_s=timeout_s,
        interval_s=interval_s,
    )


def host_key(address: str, port: int = 22) -> str:
    """Return the public key that a server shows, to be expected of it from now on.

    Raises:
        ProviderError: it shows none.
    """
    for kind in KEY_KINDS:
        words = ("-p", str(port), "-T", str(SCAN_S), "-t", kind, address)
        said = proc.run("ssh-keyscan", *words, check=False, timeout_s=2 * SCAN_S).stdout
        for line in said.splitlines():
            if not line.startswith("#"):
                return line.partition(" ")[2]
    raise ProviderError(f"{address}:{port} shows no SSH host key")
