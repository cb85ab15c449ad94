"""Which server runs: its product, its version, and the oldest ones that this works with."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

FLOOR = {"Redis": (7, 0), "Valkey": (8,)}
"""The oldest supported version of each product."""

NEEDED = " or ".join(f"{name} {'.'.join(map(str, oldest))}" for name, oldest in FLOOR.items())
"""The floor in words, for messages: `this needs NEEDED or newer`."""

PARTED = (7, 4)
"""The first Redis that writes its data in another form than Valkey reads."""

_PRINTED = re.compile(r"(?:(\w+) )?server v=(\d\S*)", re.IGNORECASE)


@dataclass(frozen=True)
class Version:
    """A server's product, `Redis` or `Valkey`, and its version number as it tells it."""

    product: str
    number: str

    @property
    def numbers(self) -> tuple[int, ...]:
        """Return the version as numbers that compare."""
        return tuple(int(part) for part in re.findall(r"\d+", self.number))

    @property
    def is_supported(self) -> bool:
        """Say whether it is not older than the floor; another product never is."""
        return self.product in FLOOR and self.numbers >= FLOOR[self.product]

    @property
    def problem(self) -> str | None:
        """Return what it is and what is needed, None when nothing is wrong with it."""
        return None if self.is_supported else f"{self}; this needs {NEEDED} or newer"

    def loads(self, written: "Version") -> bool:
        """Say whether it loads data and configuration that a server of another version wrote."""
        if self.product == written.product:
            return self.numbers[:2] >= written.numbers[:2]
        return self.product == "Valkey" and written.numbers < PARTED

    def __str__(self) -> str:
        return f"{self.product} {self.number}"


def too_old(found: Mapping[str, Version]) -> list[str]:
    """Say of each server that is too old on which nodes it is; empty when none is."""
    nodes: dict[Version, list[str]] = {}
    for name, version in found.items():
        nodes.setdefault(version, []).append(name)
    return [
        f"{version} on {', '.join(names)}; this needs {NEEDED} or newer"
        for version, names in nodes.items()
        if not version.is_supported
    ]


def printed(text: str) -> Version | None:
    """Read what `redis-server --version` prints, None when it tells no version.

    Valkey before 8 names no product there.
    """
    match = _PRINTED.search(text)
    return Version(match[1] or "Valkey", match[2]) if match else None


def of_info(info: Mapping[str, object]) -> Version:
    """Read INFO, in which Valkey says besides which Redis it is compatible with."""
    if valkey := info.get("valkey_version"):
        return Version("Valkey", str(valkey))
    return Version("Redis", str(info["redis_version"]))
