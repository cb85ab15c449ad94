"""The scripts of `provision/`, as they go to nodes and into images."""

from redis_ha import extras
from redis_ha.render import PROJECT

COMMON = "provision/common"


def scripts(*names: str) -> dict[str, bytes]:
    """Return scripts, with what lies beside them and what all share, by their paths."""
    below = {COMMON, *(name.rpartition("/")[0] for name in names)}
    paths = {
        f"{folder}/{path.name}": path
        for root in extras.beside(PROJECT)
        for folder in sorted(below)
        for path in (root / folder).glob("*.sh")
    }
    return {name: path.read_bytes() for name, path in paths.items()}
