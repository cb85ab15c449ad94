"""The image of the compose nodes: built when its content changed, its base found or made."""

import os
from collections.abc import Sequence
from hashlib import sha256

import docker
from docker.errors import APIError, BuildError, DockerException, ImageNotFound

from redis_ha import proc, shell
from redis_ha.archive import Entry, tar
from redis_ha.errors import ProviderError
from redis_ha.providers import Tell, certificates
from redis_ha.render import PROJECT

CONTEXT = PROJECT / "docker" / "node"
OF_ROLES = PROJECT / "docker" / "role" / "Dockerfile"
NAME = "redis-ha-node"
CHOSEN = "REDIS_HA_BASE_IMAGE"
SYSTEM = "redis-ha.system"
"""The label that says of which base an image is."""


def base(system: str) -> str:
    """Return the image that nodes of a system are made of."""
    return os.environ.get(CHOSEN) or f"debian:{system}-slim"


def ensure(client: docker.DockerClient, tell: Tell, base: str, scripts: Sequence[str] = ()) -> str:
    """Return the name of a node image, built when there is none of this content.

    Args:
        base: what it is made of.
        scripts: of roles; what they bring is in it.

    Raises:
        ProviderError: the base image cannot be had, or the build failed.
    """
    files = _context()
    plain = _tag(files, base)
    if not _is_present(client, plain):
        _ensure_base(client, tell, base)
        tell(f"building the node image {plain}")
        _build(client, plain, files, base, {"BASE_IMAGE": base})
    return _with_roles(client, tell, plain, base, scripts) if scripts else plain


def _with_roles(
    client: docker.DockerClient, tell: Tell, plain: str, base: str, scripts: Sequence[str]
) -> str:
    """Return the name of an image that has on top what the scripts of roles bring."""
    words = " ".join(scripts)
    files = {"Dockerfile": OF_ROLES.read_bytes(), **shell.scripts(*scripts)}
    tag = _tag(files, plain, words)
    if not _is_present(client, tag):
        tell(f"building the node image {tag}: {', '.join(map(_role, scripts))}")
        _build(client, tag, files, base, {"NODE_IMAGE": plain, "SCRIPTS": words})
    return tag


def _role(script: str) -> str:
    """Return the role that a script is of."""
    return script.split("/")[1]


def _tag(files: dict[str, bytes], *words: str) -> str:
    digest = sha256("\0".join(words).encode())
    for name, content in sorted(files.items()):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return f"{NAME}:{digest.hexdigest()[:12]}"


def _is_present(client: docker.DockerClient, name: str) -> bool:
    try:
        client.images.get(name)
    except ImageNotFound:
        return False
    return True


def _ensure_base(client: docker.DockerClient, tell: Tell, base: str) -> None:
    """Take the local base image, else pull it, else make it from the distribution's mirror."""
    if _is_present(client, base):
        return
    tell(f"pulling {base}")
    try:
        client.images.pull(base)
    except (DockerException, OSError):
        tell(f"{base} cannot be pulled here: making it from the distribution's packages")
        proc.run(str(PROJECT / "docker" / "base-image.sh"), base, timeout_s=900)


def _build(
    client: docker.DockerClient,
    tag: str,
    files: dict[str, bytes],
    base: str,
    arguments: dict[str, str],
) -> None:
    try:
        client.images.build(
            fileobj=tar({name: _entry(name, content) for name, content in files.items()}),
            custom_context=True,
            tag=tag,
            buildargs=arguments,
            labels={SYSTEM: base},
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
