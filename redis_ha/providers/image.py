"""The image of the compose nodes: built when its content changed, its base found or made."""

import os
from hashlib import sha256

import docker
from docker.errors import APIError, BuildError, DockerException, ImageNotFound

from redis_ha import proc
from redis_ha.archive import Entry, tar
from redis_ha.errors import ProviderError
from redis_ha.providers import Tell, certificates
from redis_ha.render import PROJECT

CONTEXT = PROJECT / "docker" / "node"
NAME = "redis-ha-node"
BASE = os.environ.get("REDIS_HA_BASE_IMAGE", "debian:trixie-slim")


def ensure(client: docker.DockerClient, tell: Tell) -> str:
    """Return the name of the node image, built when there is none of this content.

    Raises:
        ProviderError: the base image cannot be had, or the build failed.
    """
    files = _context()
    digest = sha256(BASE.encode())
    for name, content in sorted(files.items()):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    tag = f"{NAME}:{digest.hexdigest()[:12]}"
    if not _present(client, tag):
        _ensure_base(client, tell)
        tell(f"building the node image {tag}")
        _build(client, tag, files)
    return tag


def _present(client: docker.DockerClient, name: str) -> bool:
    try:
        client.images.get(name)
    except ImageNotFound:
        return False
    return True


def _ensure_base(client: docker.DockerClient, tell: Tell) -> None:
    """Take the local base image, else pull it, else make it from the distribution's mirror."""
    if _present(client, BASE):
        return
    tell(f"pulling {BASE}")
    try:
        client.images.pull(BASE)
    except (DockerException, OSError):
        tell(f"{BASE} cannot be pulled here: making it from the distribution's packages")
        proc.run(str(PROJECT / "docker" / "base-image.sh"), BASE, timeout_s=900)


def _build(client: docker.DockerClient, tag: str, files: dict[str, bytes]) -> None:
    try:
        client.images.build(
            fileobj=tar({name: _entry(name, content) for name, content in files.items()}),
            custom_context=True,
            tag=tag,
            buildargs={"BASE_IMAGE": BASE},
            rm=True,
            forcerm=True,
        )
    except BuildError as error:
        lines = [str(entry.get("stream", "")).strip() for entry in error.build_log]
        tail = " | ".join([line for line in lines if line][-3:])
        raise ProviderError(f"the node image does not build: {error.msg}: {tail}") from None
    except APIError as error:
        raise ProviderError(f"the node image does not build: {error.explanation}") from None


def _entry(name: str, content: bytes) -> Entry:
    return Entry(content, 0o755 if name.endswith(".sh") else 0o644)


def _context() -> dict[str, bytes]:
    """Return every file of the build, the CA bundle that this machine trusts among them."""
    files = {
        str(path.relative_to(CONTEXT)): path.read_bytes()
        for path in CONTEXT.rglob("*")
        if path.is_file() and path.name != "host.crt"
    }
    if bundle := certificates.bundle():
        files["ca/host.crt"] = bundle.read_bytes()
    return files
