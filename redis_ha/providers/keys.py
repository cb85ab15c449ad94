"""SSH keys of an environment: one to log in with, and one per node to know it by."""

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from redis_ha.state import write_private


def ensure(path: Path) -> tuple[str, str]:
    """Return the private and the public part of the Ed25519 key at `path`, made when missing."""
    if not path.exists():
        key = Ed25519PrivateKey.generate()
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.OpenSSH,
            serialization.NoEncryption(),
        )
        write_private(path, private.decode())
    text = path.read_text(encoding="utf-8")
    loaded = serialization.load_ssh_private_key(text.encode(), password=None)
    public = loaded.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )
    return text, public.decode()


def write_known_hosts(path: Path, keys: dict[str, str]) -> None:
    """Write which public key each address has."""
    write_private(path, "".join(f"{address} {key}\n" for address, key in keys.items()))
