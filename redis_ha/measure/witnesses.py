"""Clients that others wrote, each as its documentation has one use it: witnesses of what we claim.

Small programs in their own languages write with them (see `program`); a history has their writes
beside all others. No verdict goes by them: what they wait for, and how often they try again, is
theirs.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType

RATE_PER_S = 50.0
"""How many writes each begins in a second, whatever the load of the others."""
PYTHON, NODE, PHP = "redis-py", "ioredis", "phpredis"
"""The libraries."""
DETECTOR = "failoverDetector"
"""With it ioredis listens to the Sentinels. Where one announces another master while it connects,
it ends for good (`Connection is closed`); so in 5.6, 5.11 and 6.0."""


@dataclass(frozen=True)
class WitnessKind:
    """A library, and how it is set up.

    Args:
        options: what it is given besides the way to the master; nothing for its defaults.
    """

    library: str
    options: Mapping[str, object] = field(default_factory=dict)


KINDS: Mapping[str, WitnessKind] = MappingProxyType(
    {
        "redis-py": WitnessKind(PYTHON),
        "redis-py-timeout": WitnessKind(PYTHON, {"socket_timeout": 0.5}),
        "ioredis": WitnessKind(NODE),
        "ioredis-timeout": WitnessKind(NODE, {"commandTimeout": 500}),
        "ioredis-detector": WitnessKind(NODE, {DETECTOR: True}),
        "ioredis-both": WitnessKind(NODE, {"commandTimeout": 500, DETECTOR: True}),
        "phpredis": WitnessKind(PHP),
    }
)
"""By what histories, records and the command line call them."""


@dataclass(frozen=True)
class Witness:
    """Orders for one client.

    Args:
        kind: of `KINDS`.
        command: of this machine, runs its program.
        servers: the name of every Redis by its address.
        sentinels: address and port of every Sentinel.
    """

    kind: str
    command: tuple[str, ...]
    servers: dict[str, str]
    sentinels: tuple[tuple[str, int], ...]
    master_name: str
    redis_password: str
    sentinel_password: str
    rate_per_s: float = RATE_PER_S

    @property
    def name(self) -> str:
        return self.kind

    def told(self, prefix: str) -> str:
        """Return what the program is told, as a line; it has passwords, and goes through a pipe."""
        own = {"client": f"{self.kind}-1", "prefix": prefix, "options": KINDS[self.kind].options}
        return json.dumps({**asdict(self), **own})
